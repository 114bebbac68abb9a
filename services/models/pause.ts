// How long to wait before a model that keeps failing is started again: not at all the first time, then twice as long
// each time, until a calm while has passed. Owns the times of the last failures of one model.
import { HobError } from '#appliance/errors.ts'
import type { Clock } from '#appliance/timers/timers.ts'

const firstPauseMs = 1_000
const longestPauseMs = 5 * 60_000
/** Failures further back than this no longer count. */
const calmMs = 10 * 60_000
/** Enough to reach the longest pause. */
const remembered = 16

export interface Pause {
  /** Counts one more failure; returns the pause that it costs. */
  next(): number
  /** How many within the last calm while. */
  readonly failures: number
}

export function createPause(clock: Pick<Clock, 'now'>): Pause {
  let times: number[] = []
  return {
    next: () => {
      const now = clock.now().getTime()
      times = [...times.filter((at) => now - at < calmMs), now].slice(-remembered)
      const again = times.length - 1
      return again === 0 ? 0 : Math.min(longestPauseMs, firstPauseMs * 2 ** (again - 1))
    },
    get failures() {
      return times.length
    },
  }
}

/** The same refusal, with the time that is left now. */
export function withRetryAfter(error: HobError, leftMs: number): HobError {
  const retryAfter = Math.max(1, Math.ceil(leftMs / 1_000))
  return new HobError(error.code, { ...error.parameters, retryAfter }, { cause: error.cause })
}
