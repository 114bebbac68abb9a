// Runs the sequences of one request: waits for turns, hands every event on, ends all when one fails or the client
// leaves, and counts. Knows engines and turns, nothing of OpenAI. Used by services/models/openai.
import { HobError } from '#appliance/errors.ts'
import type { Clock } from '#appliance/timers/timers.ts'
import type { GenerateEvent, GenerateRequest, LoadedModel } from './engine/engine.ts'
import type { ModelsMetrics } from './metrics.ts'
import type { Runner, Turn, Waiting } from './runner-types.ts'

export interface Sequence {
  /** Made when the turn comes: the default length is the loaded context's. */
  request(loaded: LoadedModel): GenerateRequest
  /** Ends the sequence before tool call number `maxToolCalls` (from 0) would begin. */
  readonly maxToolCalls: number
}

interface Generation {
  runner: Runner
  person: string
  sequences: readonly Sequence[]
  signal: AbortSignal
  metrics: ModelsMetrics
  clock: Pick<Clock, 'now'>
  /** Called in order for each sequence; what it returns is awaited before the next event is taken. */
  onEvent: (index: number, event: GenerateEvent, turn: Turn) => Promise<void> | undefined
}

/**
 * Starts waiting at once (throws queue_full and the like synchronously); `done` rejects with the first error, after
 * every sequence has really stopped.
 */
export function startGeneration(generation: Generation): { waiting: Waiting; done: Promise<void> } {
  const { runner, person, sequences, signal } = generation
  const together = new AbortController()
  const all = AbortSignal.any([signal, together.signal])
  const waiting = runner.enter({ person, count: sequences.length, signal: all })

  const runAll = async (): Promise<void> => {
    const errors: unknown[] = []
    await Promise.all(
      sequences.map(async (sequence, index) => {
        try {
          const turn = await waiting.turns[index]
          if (turn === undefined) throw new TypeError('fewer turns than sequences')
          await runSequence(generation, sequence, index, turn, all)
        } catch (error) {
          errors.push(error)
          together.abort(error)
        }
      }),
    )
    if (errors.length > 0) throw errors[0]
  }
  return { waiting, done: runAll() }
}

async function runSequence(
  { runner, metrics, clock, onEvent }: Generation,
  sequence: Sequence,
  index: number,
  turn: Turn,
  signal: AbortSignal,
): Promise<void> {
  const enough = new AbortController()
  const stop = AbortSignal.any([signal, turn.ended, enough.signal])
  const startedAt = clock.now().getTime()
  let firstAt: number | null = null
  let tokens = 0
  let ended = false
  const finish = async (event: Extract<GenerateEvent, { type: 'end' }>): Promise<void> => {
    ended = true
    runner.rates.add(event)
    metrics.answered(event)
    await onEvent(index, event, turn)
  }
  try {
    const request = sequence.request(turn.loaded)
    for await (const event of turn.engine.generate(request, stop)) {
      // after an abort the iterator is only read to its end: until then the engine's slot is taken
      if (stop.aborted || ended) continue
      if (event.type === 'end') {
        await finish(event)
        continue
      }
      if (event.type === 'prompt') metrics.prompted(event)
      else {
        firstAt ??= clock.now().getTime()
        if (event.type === 'tool' && event.index >= sequence.maxToolCalls) {
          enough.abort()
          continue
        }
        tokens += event.tokens
      }
      const room = onEvent(index, event, turn)
      if (room !== undefined) await room
    }
    if (enough.signal.aborted && !ended && !signal.aborted && !turn.ended.aborted) {
      const first = firstAt ?? startedAt
      const seconds = (clock.now().getTime() - first) / 1_000
      await finish({
        type: 'end',
        reason: 'tool_calls',
        completionTokens: tokens,
        firstTokenMs: first - startedAt,
        tokensPerSecond: seconds > 0 ? Math.max(0, tokens - 1) / seconds : 0,
      })
    }
    if (!ended) throw stopReason(signal, turn.ended)
  } catch (error) {
    throw signal.aborted || turn.ended.aborted ? stopReason(signal, turn.ended) : error
  } finally {
    if (!ended) metrics.aborted(tokens)
    turn.release()
  }
}

const stopReason = (signal: AbortSignal, ended: AbortSignal): unknown =>
  ended.aborted ? ended.reason : signal.aborted ? signal.reason : new HobError('engine_crashed')
