// A clock that stands still until a test moves it.
import type { Clock } from '#appliance/timers/timers.ts'

export interface ManualClock extends Clock {
  /** Moves on, running everything that is due on the way in its order. */
  advance(ms: number): void
  readonly waiting: number
}

export function createManualClock(start = Date.parse('2026-01-01T00:00:00Z')): ManualClock {
  let now = start
  let entries: { at: number; callback: () => void }[] = []
  return {
    now: () => new Date(now),
    at: (at, callback) => {
      const entry = { at: at.getTime(), callback }
      entries.push(entry)
      return () => {
        entries = entries.filter((other) => other !== entry)
      }
    },
    advance: (ms) => {
      const end = now + ms
      for (;;) {
        const next = entries.toSorted((a, b) => a.at - b.at)[0]
        if (next === undefined || next.at > end) break
        entries = entries.filter((other) => other !== next)
        now = Math.max(now, next.at)
        next.callback()
      }
      now = end
    },
    get waiting() {
      return entries.length
    },
  }
}
