// One answer's generation: builds the window, reads the model's pieces, passes each on and measures. A prompt that
// turns out too long is tried once more with half the window.
import type { Ask } from '#appliance/contracts/box.ts'
import type { ChatChunk, ChatRequest } from '#appliance/contracts/openai.ts'
import type { Principal } from '#appliance/contracts/principal.ts'
import { HobError } from '#appliance/errors.ts'
import type { Clock } from '#appliance/timers/timers.ts'
import type { Chat } from './models-chat.ts'
import type { HistoryStore } from './store.ts'
import { promptBudget, windowOf } from './window.ts'

export interface Question {
  readonly principal: Principal
  readonly conversation: string
  readonly ask: Ask
  readonly requestId: string
}

/** The answer as far as it has come; changed in place, since the saver reads it a second later. */
export interface Generated {
  readonly user: string
  readonly id: string
  content: string
  reasoning: string | null
  model: string | null
  tokens: number | null
  tokensPerSecond: number | null
  firstTokenMs: number | null
}

interface Uses {
  store: HistoryStore
  chat: Chat
  contextTokens: (model: string) => number | null
  clock: Clock
  question: Question
  part: Generated
  signal: AbortSignal
  emit: (event: string, data: unknown) => Promise<void>
  grown: () => void
}

const unknownContextTokens = 4_096
/** Past any model's longest answer: a model that never ends is stopped here. */
const answerMaxUnits = 1024 * 1024

/** Resolves when the model has ended; throws what the chat throws, and the signal's reason. */
export async function generate(uses: Uses): Promise<void> {
  try {
    await attempt(uses, 1)
  } catch (error) {
    const tooLong = error instanceof HobError && error.code === 'context_length_exceeded'
    if (!tooLong || uses.part.content !== '' || uses.part.reasoning !== null) throw error
    await attempt(uses, 0.5)
  }
}

async function attempt(uses: Uses, share: number): Promise<void> {
  const { clock, part, signal } = uses
  const { principal, requestId } = uses.question
  const startedMs = clock.now().getTime()
  let firstMs: number | null = null
  signal.throwIfAborted()
  for await (const chunk of uses.chat(requestOf(uses, share), { principal, requestId, signal })) {
    signal.throwIfAborted()
    part.model = chunk.model
    const nowMs = clock.now().getTime()
    if (await take(chunk, uses)) {
      firstMs ??= nowMs
      part.firstTokenMs = firstMs - startedMs
    }
    if (chunk.usage != null) {
      part.tokens = chunk.usage.completion_tokens
      const seconds = (nowMs - (firstMs ?? nowMs)) / 1000
      // the first token's time belongs to reading the prompt
      part.tokensPerSecond = seconds > 0 && part.tokens > 1 ? (part.tokens - 1) / seconds : null
    }
    if (part.content.length + (part.reasoning?.length ?? 0) > answerMaxUnits) return
  }
  signal.throwIfAborted()
}

/** True when the chunk brought text. */
async function take(chunk: ChatChunk, { part, emit, grown }: Uses): Promise<boolean> {
  const delta = chunk.choices[0]?.delta
  const content = delta?.content ?? ''
  const reasoning = delta?.reasoning_content ?? ''
  if (content === '' && reasoning === '') return false
  part.content += content
  if (reasoning !== '') part.reasoning = (part.reasoning ?? '') + reasoning
  grown()
  if (reasoning !== '') await emit('delta', { reasoning })
  if (content !== '') await emit('delta', { content })
  return true
}

function requestOf({ store, contextTokens, clock, question, part }: Uses, share: number): ChatRequest {
  const { ask, conversation, principal } = question
  const model = ask.model ?? 'auto'
  const budget = promptBudget(contextTokens(model) ?? unknownContextTokens, ask.maxTokens) * share
  const said = function* () {
    for (const turn of store.turns.newestFirst(principal.user, conversation))
      if (turn.id !== part.id) yield turn
  }
  return {
    model,
    messages: windowOf(said(), budget, clock.now()),
    ...(ask.temperature === undefined ? {} : { temperature: ask.temperature }),
    ...(ask.maxTokens === undefined ? {} : { max_tokens: ask.maxTokens }),
  }
}
