// Memory for the model that is loaded next: one load at a time, idle models go first, oldest first, busy ones never.
// Owns the order of loads. Used by the manager.
import type { Plan } from '#appliance/contracts/models.ts'
import type { Log } from '#appliance/log.ts'
import type { Runner } from './runner-types.ts'

export interface Room {
  /** What idle models would give back now. */
  readonly reclaimableBytes: () => number
  /** Runs `load` when it is its turn, after there is room for the plan. */
  readonly withRoom: <Result>(plan: Plan, load: () => Promise<Result>) => Promise<Result>
}

export function createRoom({ runners, log }: { runners: () => Iterable<Runner>; log: Log }): Room {
  let lastLoad: Promise<unknown> = Promise.resolve()

  const idle = (): Runner[] =>
    [...runners()].filter((runner) => runner.isIdle()).toSorted((a, b) => a.lastUsedAt() - b.lastUsedAt())
  const sizeOf = (runner: Runner): number => runner.loaded()?.plan.memory.totalBytes ?? 0
  const reclaimableBytes = (): number => idle().reduce((sum, runner) => sum + sizeOf(runner), 0)

  /** The plan's budget counted what idle models hold as free: now it is made free, as far as it is needed. */
  const make = async (plan: Plan): Promise<void> => {
    let free = plan.memory.budgetBytes - reclaimableBytes()
    for (const runner of idle()) {
      if (free >= plan.memory.totalBytes) return
      free += sizeOf(runner)
      log.info('making room', { for: plan.model, unloading: runner.model.id })
      await runner.unload()
    }
  }

  return {
    reclaimableBytes,
    withRoom: (plan, load) => {
      const mine = lastLoad.then(async () => {
        await make(plan)
        return await load()
      })
      // a load that failed does not hinder the next
      lastLoad = mine.catch(() => undefined)
      return mine
    },
  }
}
