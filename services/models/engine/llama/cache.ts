// The pool of sequences: who may continue which cached prompt. A sequence's cache belongs to the key that filled it;
// for any other key it is emptied first. Owns the sequences' keys and the queue of those who wait for one.
import type { LlamaContextSequence, Token } from './binding.ts'

export interface Slot {
  readonly number: number
  readonly sequence: LlamaContextSequence
  key: string | null
  usedAt: number
  busy: boolean
}

export type SequencePool = ReturnType<typeof createSequencePool>

/** Choosing among caches; `tokens` is what each holds. Exported for its test. */
export function pickSlot(
  slots: readonly {
    readonly key: string | null
    readonly usedAt: number
    readonly tokens: readonly number[]
  }[],
  key: string,
  prompt: readonly number[],
): number {
  let best = -1
  let bestScore = Number.NEGATIVE_INFINITY
  for (const [index, slot] of slots.entries()) {
    const shared = slot.key === key ? commonPrefix(slot.tokens, prompt) : 0
    // A cache of which less than half would live on is worth more to its own conversation.
    const continues = shared > 0 && shared * 2 >= slot.tokens.length
    const score = continues ? 2e15 + shared : slot.tokens.length === 0 ? 1e15 : -slot.usedAt
    if (score > bestScore) {
      best = index
      bestScore = score
    }
  }
  return best
}

function commonPrefix(a: readonly number[], b: readonly number[]): number {
  const end = Math.min(a.length, b.length)
  let index = 0
  while (index < end && a[index] === b[index]) index++
  return index
}

export function createSequencePool(
  sequences: readonly LlamaContextSequence[],
  alone: <Result>(task: () => Promise<Result>) => Promise<Result>,
) {
  const slots: Slot[] = sequences.map((sequence, number) => ({
    number,
    sequence,
    key: null,
    usedAt: 0,
    busy: false,
  }))
  const waiting: (() => void)[] = []
  let clock = 0

  const free = () => slots.filter((slot) => !slot.busy)

  async function take(signal: AbortSignal): Promise<void> {
    while (free().length === 0) {
      const turn = Promise.withResolvers<void>()
      waiting.push(turn.resolve)
      const leave = () => turn.resolve()
      signal.addEventListener('abort', leave, { once: true })
      await turn.promise
      signal.removeEventListener('abort', leave)
      const index = waiting.indexOf(turn.resolve)
      if (index >= 0) waiting.splice(index, 1)
      signal.throwIfAborted()
    }
  }

  return {
    active: (): number => slots.length - free().length,
    /** A sequence whose state is a prefix of the prompt, shorter by at least one token, and how long that prefix is. */
    async acquire(
      key: string,
      prompt: readonly Token[],
      signal: AbortSignal,
    ): Promise<{ slot: Slot; cached: number }> {
      await take(signal)
      const candidates = free()
      const picked = pickSlot(
        candidates.map((slot) => ({
          key: slot.key,
          usedAt: slot.usedAt,
          tokens: slot.sequence.contextTokens,
        })),
        key,
        prompt,
      )
      const slot = candidates[picked]
      if (slot === undefined) throw new RangeError('no free sequence')
      slot.busy = true
      slot.usedAt = ++clock
      try {
        const { sequence } = slot
        if (sequence.nextTokenIndex > 0) {
          if (slot.key === key) {
            // The last token is read again even when all are cached: its logits are not kept.
            const keep = prompt.slice(0, -1)
            const shared = commonPrefix(sequence.contextTokens, keep)
            if (shared < sequence.nextTokenIndex) await alone(() => sequence.adaptStateToTokens(keep, false))
          } else await alone(() => sequence.clearHistory())
        }
        slot.key = key
        return { slot, cached: sequence.nextTokenIndex }
      } catch (error) {
        this.release(slot)
        throw error
      }
    },
    release(slot: Slot): void {
      slot.busy = false
      waiting.shift()?.()
    },
  }
}
