// Keeps a flood of refusals from filling the disk: after the 20th in a minute of the same address, action and code the
// others are only counted, and the count becomes one entry when the minute is over, or at shutdown. A kill loses the
// counts of the running minute, nothing else. Owns the running minutes.
import type { AuditAction, AuditRecord } from '#appliance/contracts/audit.ts'
import type { Clock } from '#appliance/timers/timers.ts'

const noisy: readonly AuditAction[] = ['request.refused', 'session.refused']
const wholeEntries = 20
const minuteMs = 60_000
/** Addresses are free to whoever owns a network: beyond so many at a time they are counted as one. */
const mostMinutes = 64

interface Minute {
  seen: number
  /** Stands for those that were only counted; what they differ in is null. */
  counted: AuditRecord | undefined
  readonly cancel: () => void
}

interface Uses {
  clock: Clock
  write: (record: AuditRecord) => void
}

export interface Coalescer {
  /** False: it was counted instead. */
  admit(record: AuditRecord): boolean
  /** Writes what was counted. */
  flush(): void
}

export function createCoalescer({ clock, write }: Uses): Coalescer {
  const minutes = new Map<string, Minute>()

  const end = (key: string): void => {
    const minute = minutes.get(key)
    if (minute === undefined) return
    minute.cancel()
    minutes.delete(key)
    if (minute.counted === undefined) return
    const details = { count: minute.seen - wholeEntries, seconds: minuteMs / 1000 }
    write({ ...minute.counted, details })
  }

  const keyOf = ({ from, action, code }: AuditRecord): string => {
    const key = JSON.stringify([from.address, action, code])
    return minutes.has(key) || minutes.size < mostMinutes ? key : JSON.stringify(['others', action])
  }

  const begin = (key: string): Minute => {
    const minute: Minute = {
      seen: 0,
      counted: undefined,
      cancel: clock.at(new Date(clock.now().getTime() + minuteMs), () => end(key)),
    }
    minutes.set(key, minute)
    return minute
  }

  return {
    admit: (record) => {
      if (!noisy.includes(record.action)) return true
      const key = keyOf(record)
      const minute = minutes.get(key) ?? begin(key)
      minute.seen++
      if (minute.seen <= wholeEntries) return true
      minute.counted = minute.counted === undefined ? record : common(minute.counted, record)
      return false
    },
    flush: () => {
      for (const key of minutes.keys()) end(key)
    },
  }
}

const nobody: AuditRecord['who'] = { person: null, name: null, by: 'nobody', id: null }

/** What two records share. */
function common(a: AuditRecord, b: AuditRecord): AuditRecord {
  const same = a.who.person === b.who.person && a.who.id === b.who.id && a.who.by === b.who.by
  return {
    ...a,
    who: same ? a.who : nobody,
    code: a.code === b.code ? a.code : null,
    from: {
      address: a.from.address === b.from.address ? a.from.address : null,
      agent: a.from.agent === b.from.agent ? a.from.agent : null,
    },
    target: a.target === b.target ? a.target : null,
  }
}
