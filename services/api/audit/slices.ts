// Long work in the api's one thread, cut into slices: whoever else asks is answered in between.
import { HobError } from '#appliance/errors.ts'

/** Half of what an answer may be held up by; a batch that has begun is finished. */
const sliceMs = 5

/** Resolves at once until a slice is used up, then after the others had their turn. */
export type Breathe = () => Promise<void>

/** Throws shutting_down when the signal has aborted. */
export function createBreath(closing: AbortSignal): Breathe {
  let startedMs = performance.now()
  return async () => {
    if (closing.aborted) throw new HobError('shutting_down')
    if (performance.now() - startedMs < sliceMs) return
    await new Promise((resolve) => setImmediate(resolve))
    startedMs = performance.now()
    if (closing.aborted) throw new HobError('shutting_down')
  }
}
