// Answers a question in a conversation: stores it, streams the model's answer to whoever asked, and keeps every part
// of it. Owns the list of answers that are being generated: one for each conversation.
import type { Turn } from '#appliance/contracts/box.ts'
import type { Principal } from '#appliance/contracts/principal.ts'
import { HobError, toErrorBody } from '#appliance/errors.ts'
import { errorFields, type Log } from '#appliance/log.ts'
import type { Clock } from '#appliance/timers/timers.ts'
import { createEventStream, type EventStream } from './event-stream.ts'
import { type Generated, generate, type Question } from './generate.ts'
import type { Chat } from './models-chat.ts'
import { createSaver } from './saver.ts'
import type { HistoryStore } from './store.ts'
import type { Outcome } from './turns.ts'
import { titleOf } from './window.ts'

export interface Asker {
  /**
   * The question is durable when this returns; the events follow. Throws conversation_not_found, message_not_found,
   * conversation_busy, conversation_full, shutting_down.
   */
  ask(question: Question): EventStream['body']
  /** Ends the conversation's answer, if there is one, and waits until its part is kept. */
  stop(user: string, conversation: string): Promise<void>
  /** Interrupts all answers and keeps their parts. */
  close(): Promise<void>
}

interface Uses {
  store: HistoryStore
  chat: Chat
  /** Of the model that will answer; null when nothing is known yet. */
  contextTokens: (model: string) => number | null
  clock: Clock
  log: Log
  changed: (user: string, conversation: string) => void
  /** Called when the first answer begins, and when the last one has ended. */
  busy: (answering: boolean) => void
  finished: (principal: Principal) => void
}

interface Running {
  readonly stop: AbortController
  ended: Promise<void>
}

export function createAsker(uses: Uses): Asker {
  const { store, clock, log } = uses
  const running = new Map<string, Running>()
  const saver = createSaver({ saveParts: (parts) => store.turns.saveParts(parts), clock, log })
  let closing = false

  const ask: Asker['ask'] = (question) => {
    const { user } = question.principal
    const key = keyOf(user, question.conversation)
    if (closing) throw new HobError('shutting_down')
    store.conversations.get(user, question.conversation)
    if (running.has(key)) throw new HobError('conversation_busy')
    const turns = begin(question)
    const stop = new AbortController()
    const stream = createEventStream({ stop: stop.signal })
    const entry: Running = { stop, ended: Promise.resolve() }
    running.set(key, entry)
    if (running.size === 1) uses.busy(true)
    const signal = AbortSignal.any([stop.signal, stream.gone])
    entry.ended = answer(question, turns, stream, signal).finally(() => {
      running.delete(key)
      if (running.size === 0) uses.busy(false)
      uses.finished(question.principal)
    })
    return stream.body
  }

  const begin = ({ principal, conversation, ask }: Question): { question: Turn; answer: Turn } => {
    const turns = store.turns.begin(principal.user, conversation, ask.content, ask.replaces)
    if (ask.replaces !== undefined) store.forget()
    store.conversations.touch(principal.user, conversation, titleOf(ask.content))
    uses.changed(principal.user, conversation)
    return turns
  }

  /** Never rejects: what goes wrong is told to the reader, or logged. */
  const answer = async (
    question: Question,
    turns: { question: Turn; answer: Turn },
    stream: EventStream,
    signal: AbortSignal,
  ): Promise<void> => {
    const part = begun(question.principal.user, turns.answer.id)
    let failure: unknown = null
    try {
      await stream.send('turn', turns.question)
      await stream.send('turn', turns.answer)
      const emit = (event: string, data: unknown): Promise<void> => stream.send(event, data)
      await generate({ ...uses, question, part, signal, emit, grown: () => saver.grown(part) })
    } catch (error) {
      failure = signal.aborted ? signal.reason : error
    }
    saver.done(part)
    try {
      const finished = keep(question, part, failure)
      if (finished !== null) stream.end('turn', finished)
      else stream.end('error', toErrorBody(failure, question.requestId).body)
    } catch (error) {
      log.error('an answer could not be kept', { request_id: question.requestId, ...errorFields(error) })
      stream.end('error', toErrorBody(error, question.requestId).body)
    }
  }

  /** The finished turn, or null when the answer failed. */
  const keep = (
    { principal, conversation, requestId }: Question,
    part: Generated,
    failure: unknown,
  ): Turn | null => {
    const outcome = outcomeOf(part, failure, requestId)
    const finished = store.turns.finish(outcome)
    store.conversations.touch(principal.user, conversation, '')
    uses.changed(principal.user, conversation)
    if (outcome.error === null) return finished ?? null
    log.warn('an answer failed', { request_id: requestId, code: outcome.error.code, ...errorFields(failure) })
    return null
  }

  return {
    ask,
    stop: async (user, conversation) => {
      const key = keyOf(user, conversation)
      for (let entry = running.get(key); entry !== undefined; entry = running.get(key)) {
        entry.stop.abort(new HobError('client_gone'))
        await entry.ended
      }
    },
    close: async () => {
      closing = true
      for (const entry of running.values()) entry.stop.abort(new HobError('shutting_down'))
      await Promise.all([...running.values()].map((entry) => entry.ended))
      saver.close()
    },
  }
}

const begun = (user: string, id: string): Generated => ({
  user,
  id,
  content: '',
  reasoning: null,
  model: null,
  tokens: null,
  tokensPerSecond: null,
  firstTokenMs: null,
})

const keyOf = (user: string, conversation: string): string => JSON.stringify([user, conversation])

/** What broke by itself after something was there is interrupted; what never began has failed. */
const breaks = new Set(['engine_crashed', 'engine_timeout', 'service_unavailable', 'shutting_down'])

function outcomeOf(part: Generated, failure: unknown, requestId: string): Outcome {
  if (failure === null) return { ...part, state: 'complete', error: null }
  if (failure instanceof HobError && failure.code === 'client_gone')
    return { ...part, state: 'stopped', error: null }
  const { code, message, remedy } = toErrorBody(failure, requestId).body.error
  const began = part.content !== '' || part.reasoning !== null
  return {
    ...part,
    state: code === 'shutting_down' || (began && breaks.has(code)) ? 'interrupted' : 'failed',
    error: { code, message, remedy },
  }
}
