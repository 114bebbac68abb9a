// Full, ordered batches. node-llama-cpp starts its next batch before the sequence sampled last is back in the queue (K
// sequences give batches of K−1), and does not order them, while llama.cpp computes together only what stands in
// ascending sequence order. Owns who is decoding now; one for each loaded model.
import type { CustomBatchingPrioritizationStrategy } from './binding.ts'

/** Empty rounds are microtasks; a sequence that has not come back after so many is busy with something else. */
const roundsToWait = 64

export type Batching = ReturnType<typeof createBatching>

export function createBatching() {
  /** Sequences that are about to queue their next tokens. */
  const decoding = new Set<number>()
  let emptyRounds = 0
  let pauses = 0
  let resume: (() => void) | null = null
  let resumed: Promise<void> | null = null

  const strategy: CustomBatchingPrioritizationStrategy = ({ items, size }) => {
    if (pauses === 0 && items.length < decoding.size && emptyRounds < roundsToWait) {
      emptyRounds++
      return []
    }
    emptyRounds = 0
    const ordered = items.toSorted((a, b) => a.evaluationPriority - b.evaluationPriority)
    // One token for everybody first: whoever generates goes on while others' prompts are read.
    let left = Math.max(0, size - ordered.length)
    return ordered.slice(0, size).map((item) => {
      const more = Math.min(item.tokens.length - 1, left)
      left -= more
      return { item, processAmount: 1 + more }
    })
  }

  return {
    strategy,
    /** While this is on, batches wait for the sequence. */
    enter: (sequence: number): void => void decoding.add(sequence),
    leave: (sequence: number): void => void decoding.delete(sequence),
    /** To be awaited before each decode; null when there is nothing to wait for, which keeps the loop in microtasks. */
    gate: (): Promise<void> | null => resumed,
    /**
     * Runs what needs the context's lock (erasing cached tokens). The library holds that lock while anything is
     * queued, so under load it would never be free: everybody stops for the moment that this takes.
     */
    async alone<Result>(task: () => Promise<Result>): Promise<Result> {
      pauses++
      resumed ??= new Promise((resolve) => {
        resume = resolve
      })
      try {
        return await task()
      } finally {
        pauses--
        if (pauses === 0) {
          resume?.()
          resume = null
          resumed = null
        }
      }
    },
  }
}
