// Which plans failed here lately: what the choice leaves out. Owns that list; nothing is kept over a restart, since
// what failed for want of memory may work the next day. Used by the manager.
import type { Plan } from '#appliance/contracts/models.ts'
import type { Clock } from '#appliance/timers/timers.ts'
import { planKey } from './ladder.ts'
import type { LoadFailure } from './ports.ts'

const rememberMs = 10 * 60_000
const kept = 64

export interface Failures {
  add(plan: Plan, detail: string): void
  list(): readonly LoadFailure[]
  /** Keys of the plans, as planKey makes them. */
  keys(): ReadonlySet<string>
}

export function createFailures(clock: Pick<Clock, 'now'>): Failures {
  let all: (LoadFailure & { at: number })[] = []
  const list: Failures['list'] = () => {
    const now = clock.now().getTime()
    all = all.filter(({ at }) => now - at < rememberMs)
    return all
  }
  return {
    list,
    add: (plan, detail) => {
      all = [...all, { plan, detail, at: clock.now().getTime() }].slice(-kept)
    },
    keys: () => new Set(list().map(({ plan }) => planKey(plan))),
  }
}
