// From a running generation to an HTTP answer: whole, or as server-sent events with comments that keep a waiting client
// informed. Knows nothing of chat or completion. Used by chat.ts and completion.ts.
import { HobError, toErrorBody } from '#appliance/errors.ts'
import { errorFields, type Log } from '#appliance/log.ts'
import type { Clock } from '#appliance/timers/timers.ts'
import type { GenerateEvent } from '../engine/engine.ts'
import { type Sequence, startGeneration } from '../generation.ts'
import type { ModelsMetrics } from '../metrics.ts'
import type { Runner, Turn } from '../runner-types.ts'
import { createEventStream, eventStreamHeaders } from '../sse.ts'
import type { Ask } from './request.ts'

export interface Delivery {
  clock: Clock
  log: Log
  metrics: ModelsMetrics
}

export interface Work {
  readonly route: string
  readonly runner: Runner
  readonly sequences: readonly Sequence[]
  readonly ask: Ask
}

/** Without an event for so long, a comment says why; until then an error still gets a status of its own. */
const keepAliveMs = 3_000
/** A reader that takes nothing for so long while its buffer is full counts as gone. */
const stallMs = 30_000

/** Waits for all sequences; `body` is asked for afterwards. */
export async function deliverWhole(
  { metrics, clock }: Delivery,
  { route, runner, sequences, ask }: Work,
  onEvent: (index: number, event: GenerateEvent, turn: Turn) => void,
  body: () => object,
): Promise<Response> {
  const person = ask.principal.user
  const generation = startGeneration({
    runner,
    person,
    sequences,
    metrics,
    clock,
    signal: ask.gone,
    onEvent: (index, event, turn) => {
      onEvent(index, event, turn)
      return undefined
    },
  })
  await generation.done
  metrics.request(route, 'ok')
  return Response.json(body())
}

/**
 * Resolves with the response once there is something to send, or rejects with what went wrong before that. `format`
 * makes the text of each event, ready to send; '' sends nothing. `last` comes before `[DONE]`.
 */
export async function deliverStream(
  { clock, log, metrics }: Delivery,
  { route, runner, sequences, ask }: Work,
  format: (index: number, event: GenerateEvent, turn: Turn) => string,
  last: () => string,
): Promise<Response> {
  const left = new AbortController()
  const { writer, body } = createEventStream({ clock, stallMs, onGone: (reason) => left.abort(reason) })
  const opened = Promise.withResolvers<void>()
  let isOpen = false
  const write = (text: string): Promise<void> | undefined => {
    if (!isOpen) {
      isOpen = true
      opened.resolve()
    }
    return writer.write(text)
  }

  const generation = startGeneration({
    runner,
    person: ask.principal.user,
    sequences,
    metrics,
    clock,
    signal: AbortSignal.any([ask.gone, left.signal]),
    onEvent: (index, event, turn) => {
      const text = format(index, event, turn)
      return text === '' ? undefined : write(text)
    },
  })

  let cancelTick = (): void => undefined
  const tick = (inMs: number): void => {
    cancelTick = clock.at(new Date(clock.now().getTime() + inMs), () => {
      const silentMs = clock.now().getTime() - writer.writtenAt()
      if (silentMs >= keepAliveMs) void write(`: ${generation.waiting.words() ?? 'working'}\n\n`)
      tick(silentMs >= keepAliveMs ? keepAliveMs : keepAliveMs - silentMs)
    })
  }
  tick(keepAliveMs)

  const finish = async (): Promise<void> => {
    try {
      await generation.done
      await write(`${last()}data: [DONE]\n\n`)
      metrics.request(route, 'ok')
    } catch (error) {
      if (!isOpen) return opened.reject(error)
      const { status, body } = toErrorBody(error, ask.requestId)
      metrics.request(route, body.error.code)
      if (status >= 500)
        log.error('an answer broke off', { request_id: ask.requestId, ...errorFields(error) })
      await writer.write(`data: ${JSON.stringify(body)}\n\n`)
    } finally {
      cancelTick()
      writer.close()
    }
  }
  void finish()
  await opened.promise
  return new Response(body, { headers: eventStreamHeaders })
}

/** Counts what did not become an answer, by the code of its error. */
export async function counted(
  metrics: ModelsMetrics,
  route: string,
  answer: () => Promise<Response>,
): Promise<Response> {
  try {
    return await answer()
  } catch (error) {
    metrics.request(route, error instanceof HobError ? error.code : 'internal')
    throw error
  }
}
