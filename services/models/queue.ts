// Who may generate next on one model: a fixed number of slots, handed round over the persons who wait, first come
// first served within a person, so that one person's hundred requests do not stand before another's one. Owns the
// list of who waits; knows nothing of engines. Used by the runner of a model alone.
import { HobError } from '#appliance/errors.ts'
import type { Clock } from '#appliance/timers/timers.ts'

export interface Slot {
  /** Gives the slot to the next; safe to call twice. */
  release(): void
}

export interface Ticket {
  /** One promise for each slot that was asked for, granted in this order. Rejections are observed already. */
  readonly slots: readonly Promise<Slot>[]
  /** How many grants it is away from its next slot, itself included; 0 when it has all of them. */
  place(): number
}

export interface Queue {
  /**
   * Asks for `count` slots on behalf of a person; the whole request takes one waiting place. Throws queue_full when
   * `length` requests wait already. Aborting the signal gives up what was not granted yet.
   */
  enter(ask: { person: string; count: number; signal: AbortSignal }): Ticket
  /** How many may be held at once from now on; 0 stops granting and lets what runs go on. */
  setSlots(slots: number): void
  /** Refuses everybody who waits. */
  refuse(error: HobError): void
  readonly active: number
  readonly waiting: number
}

interface Entry {
  readonly person: string
  readonly wants: { resolve: (slot: Slot) => void; reject: (error: unknown) => void }[]
  readonly forget: () => void
}

/** Before the first answer was measured. */
const firstGuessMs = 5_000
/** Weight of the newest measurement in the running mean. */
const newest = 0.2

export function createQueue({
  clock,
  length,
  onChange = () => undefined,
}: {
  clock: Pick<Clock, 'now'>
  length: number
  onChange?: () => void
}): Queue {
  /** Map order is the round: whoever got a slot goes to its end. */
  const round = new Map<string, Entry[]>()
  let slots = 0
  let active = 0
  let waiting = 0
  let meanHoldMs: number | null = null

  const remove = (entry: Entry): void => {
    entry.forget()
    const line = round.get(entry.person)
    const at = line?.indexOf(entry) ?? -1
    if (line === undefined || at < 0) return
    line.splice(at, 1)
    waiting--
    if (line.length === 0) round.delete(entry.person)
  }

  const makeSlot = (): Slot => {
    const since = clock.now().getTime()
    let held = true
    return {
      release: () => {
        if (!held) return
        held = false
        active--
        const heldMs = clock.now().getTime() - since
        meanHoldMs = meanHoldMs === null ? heldMs : meanHoldMs + newest * (heldMs - meanHoldMs)
        grant()
        onChange()
      },
    }
  }

  const grant = (): void => {
    while (active < slots) {
      const next = round.entries().next().value
      if (next === undefined) return
      const [person, line] = next
      const entry = line[0]
      const want = entry?.wants.shift()
      if (entry === undefined || want === undefined) return
      active++
      round.delete(person)
      round.set(person, line)
      if (entry.wants.length === 0) remove(entry)
      want.resolve(makeSlot())
    }
  }

  const retryAfterSeconds = (): number => {
    const turns = Math.ceil((waiting + 1) / Math.max(1, slots))
    return Math.min(600, Math.max(1, Math.ceil((turns * (meanHoldMs ?? firstGuessMs)) / 1_000)))
  }

  const enter: Queue['enter'] = ({ person, count, signal }) => {
    signal.throwIfAborted()
    // a request that can begin at once never counts as one that waits
    if (waiting >= length && (round.size > 0 || active >= slots))
      throw new HobError('queue_full', { waiting, retryAfter: retryAfterSeconds() })
    const wants: Entry['wants'] = []
    const promises = Array.from(
      { length: count },
      () => new Promise<Slot>((resolve, reject) => wants.push({ resolve, reject })),
    )
    // whoever asked may be gone before it looks at the last of them
    for (const promise of promises) promise.catch(() => undefined)
    const giveUp = (): void => {
      remove(entry)
      for (const want of wants.splice(0)) want.reject(signal.reason)
      onChange()
    }
    const entry: Entry = { person, wants, forget: () => signal.removeEventListener('abort', giveUp) }
    signal.addEventListener('abort', giveUp, { once: true })
    const line = round.get(person)
    if (line === undefined) round.set(person, [entry])
    else line.push(entry)
    waiting++
    grant()
    onChange()
    return { slots: promises, place: () => placeOf(round, entry) }
  }

  return {
    enter,
    setSlots: (count) => {
      slots = count
      grant()
      onChange()
    },
    refuse: (error) => {
      const entries = [...round.values()].flat()
      for (const entry of entries) {
        remove(entry)
        for (const want of entry.wants.splice(0)) want.reject(error)
      }
      onChange()
    },
    get active() {
      return active
    },
    get waiting() {
      return waiting
    },
  }
}

const total = (line: readonly Entry[]): number => line.reduce((sum, entry) => sum + entry.wants.length, 0)

/** Walks the rounds in arithmetic: who stands earlier in the round gets one slot more before us. */
function placeOf(round: ReadonlyMap<string, readonly Entry[]>, entry: Entry): number {
  const line = round.get(entry.person)
  const at = line?.indexOf(entry) ?? -1
  if (line === undefined || at < 0) return 0
  const own = total(line.slice(0, at))
  let place = own + 1
  let earlier = true
  for (const [person, others] of round) {
    if (person === entry.person) earlier = false
    else place += Math.min(total(others), earlier ? own + 1 : own)
  }
  return place
}
