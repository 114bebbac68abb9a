// Gives finished turns their vectors, in the background and only after somebody asked or searched: a few at a time,
// never while an answer is being generated, and anew when the embedding model has changed. Owns the list of people
// whose turns are waiting.
import type { Principal } from '#appliance/contracts/principal.ts'
import { HobError } from '#appliance/errors.ts'
import type { Caller } from '#appliance/ipc/client.ts'
import { errorFields, type Log } from '#appliance/log.ts'
import type { TurnRow } from './rows.ts'
import type { QueryVector } from './search.ts'
import type { HistoryStore } from './store.ts'

/** Null: there is no embedding model. The vectors stand in the order of the texts. */
export type Embed = (
  texts: readonly string[],
  caller: Caller,
) => Promise<{ model: string; vectors: Float32Array[] } | null>

export interface Embedder {
  /** Somebody's turns changed. */
  wake(principal: Principal): void
  /** Called when an answer begins: what runs is put off. */
  pause(): void
  /** Called when the last answer has ended. */
  resume(): void
  /** The query's vector, or null when there is no model or it takes too long. */
  query(text: string, caller: Caller): Promise<QueryVector | null>
  close(): Promise<void>
}

const batchTurns = 4
const mostPeople = 1_000
const batchTimeoutMs = 60_000
const queryTimeoutMs = 1_500
/** Of a turn, or less where the model holds less; its beginning says what it is about. */
const textLengths = [2_000, 1_000, 500, 250] as const

export function createEmbedder({
  store,
  embed,
  log,
}: {
  store: HistoryStore
  embed: Embed
  log: Log
}): Embedder {
  const waiting = new Map<string, Principal>()
  const closing = new AbortController()
  /** -1: nothing was ever embedded. The latest is a guess that the next answer corrects. */
  let current = store.vectors.latest() ?? -1
  let paused = false
  let batch: AbortController | null = null
  let running: Promise<void> | null = null

  const run = async (): Promise<void> => {
    for (;;) {
      const [principal] = waiting.values()
      if (principal === undefined || paused || closing.signal.aborted) return
      try {
        if (await embedSome(principal)) continue
        waiting.delete(principal.user)
      } catch (error) {
        if (closing.signal.aborted) return
        if (batch?.signal.aborted) continue
        waiting.delete(principal.user)
        log.warn('turns could not be embedded', errorFields(error))
      }
    }
  }

  /** False when there is nothing left to do for this person. */
  const embedSome = async (principal: Principal): Promise<boolean> => {
    const turns = store.turns.unembedded(principal.user, current, batchTurns)
    if (turns.length === 0) {
      const people = store.words.people()
      store.vectors.retire(current, (other) => people.some((user) => store.turns.hasEmbedder(user, other)))
      return false
    }
    batch = new AbortController()
    const signal = AbortSignal.any([batch.signal, closing.signal, AbortSignal.timeout(batchTimeoutMs)])
    const result = await embedShortened(turns, { principal, signal })
    signal.throwIfAborted()
    if (result === null) return false
    const dimensions = result.vectors.find((vector) => vector !== null)?.length
    current = dimensions === undefined ? current : store.vectors.embedder(result.model, dimensions)
    if (current === -1) return false
    turns.forEach((turn, i) => {
      store.turns.setVector(principal.user, turn.row, current, result.vectors[i] ?? null)
    })
    return true
  }

  /** Shorter and shorter until the model takes them; null for what it never takes. */
  const embedShortened = async (
    turns: readonly TurnRow[],
    caller: Caller,
  ): Promise<{ model: string; vectors: (Float32Array | null)[] } | null> => {
    for (const length of textLengths) {
      try {
        return await embed(
          turns.map((turn) => turn.content.slice(0, length)),
          caller,
        )
      } catch (error) {
        if (!(error instanceof HobError) || error.code !== 'context_length_exceeded') throw error
      }
    }
    return { model: '', vectors: turns.map(() => null) }
  }

  const start = (): void => {
    if (running !== null || paused || closing.signal.aborted) return
    running = run().finally(() => {
      running = null
      batch = null
      if (waiting.size > 0) start()
    })
  }

  return {
    wake: (principal) => {
      if (waiting.size < mostPeople) waiting.set(principal.user, principal)
      start()
    },
    pause: () => {
      paused = true
      batch?.abort()
    },
    resume: () => {
      paused = false
      start()
    },
    query: async (text, caller) => {
      try {
        const signals = [AbortSignal.timeout(queryTimeoutMs), closing.signal]
        if (caller.signal !== undefined) signals.push(caller.signal)
        const result = await embed([text], { ...caller, signal: AbortSignal.any(signals) })
        const vector = result?.vectors[0]
        if (result === null || vector === undefined) return null
        current = store.vectors.embedder(result.model, vector.length)
        return { embedder: current, vector }
      } catch (error) {
        log.debug('searching by words alone', errorFields(error))
        return null
      }
    },
    close: async () => {
      closing.abort()
      await running
    },
  }
}
