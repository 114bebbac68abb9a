// What recurs, in any service: the one door to croner. Time is injected so that a test moves it; a run that is still
// going when the next is due is skipped, and an error is logged and never ends the schedule.
import { Cron } from 'croner'
import { errorFields, type Log } from '../log.ts'

export interface Clock {
  now(): Date
  /** Calls back once at or after `at`; returns the cancel. */
  at(at: Date, callback: () => void): () => void
}

/** setTimeout takes 2³¹−1 ms at most; longer waits are cut into pieces. */
const longestWaitMs = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => new Date(),
  at: (at, callback) => {
    let timer: NodeJS.Timeout
    const wait = (): void => {
      const left = at.getTime() - Date.now()
      if (left <= 0) callback()
      else timer = setTimeout(wait, Math.min(left, longestWaitMs)).unref()
    }
    timer = setTimeout(wait, Math.min(Math.max(0, at.getTime() - Date.now()), longestWaitMs)).unref()
    return () => clearTimeout(timer)
  },
}

export interface Timers {
  /** Runs `task` whenever the cron pattern (5 or 6 fields, local time unless `timeZone`) is due. Returns the cancel. */
  every(
    pattern: string,
    name: string,
    task: (signal: AbortSignal) => void | Promise<void>,
    timeZone?: string,
  ): () => void
  /** Cancels all and waits for what runs. */
  stop(): Promise<void>
}

export function createTimers({ clock, log }: { clock: Clock; log: Log }): Timers {
  const stopping = new AbortController()
  const cancels = new Set<() => void>()
  const running = new Set<Promise<void>>()

  const every: Timers['every'] = (pattern, name, task, timeZone) => {
    const cron = new Cron(pattern, {
      paused: true,
      ...(timeZone === undefined ? {} : { timezone: timeZone }),
    })
    let cancelNext = (): void => undefined
    let busy = false

    const run = async (): Promise<void> => {
      busy = true
      try {
        await task(stopping.signal)
      } catch (error) {
        log.error('a timer failed', { timer: name, ...errorFields(error) })
      } finally {
        busy = false
      }
    }
    const schedule = (): void => {
      const next = cron.nextRun(clock.now())
      if (next === null || stopping.signal.aborted) return
      cancelNext = clock.at(next, () => {
        if (busy) log.warn('a timer is still running; this turn is skipped', { timer: name })
        else {
          const ended = run().finally(() => running.delete(ended))
          running.add(ended)
        }
        schedule()
      })
    }
    schedule()
    const cancel = (): void => {
      cancelNext()
      cancels.delete(cancel)
    }
    cancels.add(cancel)
    return cancel
  }

  return {
    every,
    stop: async () => {
      stopping.abort()
      for (const cancel of cancels) cancel()
      await Promise.all(running)
    },
  }
}
