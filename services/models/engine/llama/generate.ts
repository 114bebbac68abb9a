// One answer: reads the prompt in slices, then token by token until an end. Everything that a request asks of its
// answer meets here; the parts stand in their own files. Owns nothing beyond the one generation.
import { HobError } from '#appliance/errors.ts'
import type { Constraint, GenerateEvent, GenerateRequest, Logprob } from '../engine.ts'
import { type Answer, type AnswerState, createAnswer, type Part } from './answer.ts'
import type { Batching } from './batching.ts'
import {
  endTokens,
  forbidTokens,
  type Llama,
  LlamaGrammarEvaluationState,
  type LlamaModel,
  priorityOf,
  type Token,
} from './binding.ts'
import type { SequencePool, Slot } from './cache.ts'
import type { Pace } from './pace.ts'
import type { PromptReader } from './prompt.ts'
import { toEvaluateOptions, toLogprob } from './sampling.ts'
import { createGrammar } from './schema-grammar.ts'
import { createCharacters, type Vocabulary } from './text.ts'
import { callable, toolGrammar } from './tool-format.ts'

export interface GenerateParts {
  readonly llama: Llama
  readonly model: LlamaModel
  readonly contextTokens: number
  readonly pool: SequencePool
  readonly batching: Batching
  readonly pace: Pace
  readonly prompts: PromptReader
  readonly vocabulary: Vocabulary
  readonly count: { generatedTokens: number; promptTokens: number }
}

/** Takes an event; gives a promise when its receiver cannot follow. */
export type Emit = (event: GenerateEvent) => Promise<void> | null

type Grammar = { readonly state: LlamaGrammarEvaluationState }

/** Ends quietly when the signal aborts. Errors: context_length_exceeded, schema_unsupported, invalid_request, … */
export async function generate(
  parts: GenerateParts,
  request: GenerateRequest,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  const startedAt = performance.now()
  const { contextTokens, pool } = parts
  const tools = callable(request)
  const calling = tools.length > 0
  const format = parts.prompts.chat.toolFormat
  // Grammars first: a schema that cannot be enforced is refused before the prompt costs anything.
  const answerGrammar =
    request.constraint === null ? null : await compile(parts, constraintGrammar(request.constraint))
  const callGrammar = calling ? await compile(parts, toolGrammar(format, tools)) : null
  const { tokens: prompt, thinking } = parts.prompts.read(request)
  if (prompt.length === 0)
    throw new HobError('invalid_request', { detail: 'The prompt is empty.' }, { param: 'prompt' })
  if (prompt.length >= contextTokens) {
    throw new HobError('context_length_exceeded', { prompt: prompt.length, context: contextTokens })
  }
  const answer = createAnswer({
    stop: request.stop,
    tools: calling ? { format, names: tools.map((tool) => tool.function.name) } : null,
    start: thinking ? 'thought' : calling && request.tools?.choice === 'required' ? 'calls' : 'text',
    mayThink: request.prompt.kind === 'chat' && request.constraint === null,
    ruledText: request.constraint !== null,
  })

  const { slot, cached } = await pool.acquire(request.cacheKey, prompt, signal)
  try {
    const rest = await readPrompt(parts, slot, prompt, signal)
    await emit({ type: 'prompt', promptTokens: prompt.length, cachedTokens: cached })
    const grammarFor = (state: AnswerState): Grammar | null =>
      state === 'calls' ? callGrammar : state === 'text' ? answerGrammar : null
    await writeAnswer(parts, { request, slot, rest, answer, grammarFor, emit, signal, startedAt })
  } catch (error) {
    if (signal.aborted) return
    // What a failed decode left in the cache is unknown: nobody continues it.
    slot.key = null
    throw error
  } finally {
    parts.batching.leave(slot.number)
    pool.release(slot)
  }
}

/** All but the last slice, whose end gives the first token. */
async function readPrompt(
  { batching, pace, count }: GenerateParts,
  { sequence, number }: Slot,
  prompt: readonly Token[],
  signal: AbortSignal,
): Promise<Token[]> {
  let left = prompt.slice(sequence.nextTokenIndex)
  count.promptTokens += left.length
  batching.enter(number)
  pace.enter()
  try {
    for (;;) {
      const size = pace.sliceTokens()
      if (left.length <= size) return left
      await batching.gate()
      signal.throwIfAborted()
      const startedAt = performance.now()
      await sequence.evaluateWithoutGeneratingNewTokens(left.slice(0, size), {
        evaluationPriority: priorityOf(number),
      })
      pace.read(size, performance.now() - startedAt)
      signal.throwIfAborted()
      left = left.slice(size)
    }
  } finally {
    pace.leave()
  }
}

interface Sampled {
  readonly token: Token
  readonly probabilities?: ReadonlyMap<Token, number>
}

interface Writing {
  readonly request: GenerateRequest
  readonly slot: Slot
  readonly rest: readonly Token[]
  readonly answer: Answer
  readonly grammarFor: (state: AnswerState) => Grammar | null
  readonly emit: Emit
  readonly signal: AbortSignal
  readonly startedAt: number
}

async function writeAnswer(parts: GenerateParts, writing: Writing): Promise<void> {
  const { batching, count, model, vocabulary, contextTokens } = parts
  const { request, slot, answer, grammarFor, emit, signal, startedAt } = writing
  const { sequence, number } = slot
  const generated: Token[] = []
  const characters = createCharacters()
  const outbox = createOutbox()
  let firstTokenAt = 0

  // Only where no grammar rules: one that is complete allows nothing but the end.
  const noEnd =
    request.minTokens > 0 && request.constraint === null ? forbidTokens(model, endTokens(model)) : undefined
  const options = {
    ...toEvaluateOptions(request.sampling, generated),
    evaluationPriority: priorityOf(number),
    ...(noEnd === undefined
      ? {}
      : {
          // The type wants a bias at all times; an empty one is none.
          tokenBias: () =>
            generated.length < request.minTokens && answer.state !== 'calls' ? noEnd : noBias,
        }),
    // The type does not know that a function may give none, which the code allows.
    grammarEvaluationState: () => grammarFor(answer.state)?.state,
  }
  const noBias = forbidTokens(model, [])
  const start = [...writing.rest]
  const iterator: AsyncGenerator<Sampled, void, undefined | Token[]> =
    request.topLogprobs === null
      ? sequence.evaluateWithMetadata(start, {}, options)
      : sequence.evaluateWithMetadata(start, { probabilities: true }, options)
  let replacement: Token[] | undefined
  let reason: 'stop' | 'length' | null = null

  try {
    while (reason === null) {
      const wait = batching.gate()
      if (wait !== null) await wait
      if (signal.aborted) return
      const next = await iterator.next(replacement)
      if (signal.aborted) return
      replacement = undefined
      if (next.done === true) {
        reason = 'stop'
        break
      }
      const { token, probabilities } = next.value
      if (generated.length === 0) firstTokenAt = performance.now()
      generated.push(token)
      count.generatedTokens++
      const logprob =
        request.topLogprobs === null || probabilities === undefined
          ? null
          : toLogprob(token, probabilities, request.sampling.temperature, request.topLogprobs, vocabulary)
      const text = characters.push(vocabulary.bytes(token))
      const { parts: found, beyond } = answer.push(text)
      if (beyond !== '' && grammarFor(answer.state) !== null) {
        // The token reached past the marker into what the grammar rules: only its beginning is kept.
        replacement = model.tokenize(text.slice(0, text.length - beyond.length), true, 'trimLeadingSpace')
        answer.forgetPending()
      }
      if (answer.state === 'stopped') reason = 'stop'
      else if (generated.length >= request.maxTokens) reason = 'length'
      else if (sequence.nextTokenIndex + (replacement?.length ?? 1) >= contextTokens) reason = 'length'
      for (const event of outbox.take(found, logprob)) {
        const slow = emit(event)
        if (slow === null) continue
        batching.leave(number)
        await slow
        batching.enter(number)
      }
    }
  } finally {
    batching.leave(number)
    await iterator.return()
  }

  for (const event of outbox.rest(answer.end())) await emit(event)
  const finishedAt = performance.now()
  const seconds = (finishedAt - firstTokenAt) / 1_000
  await emit({
    type: 'end',
    reason: reason === 'stop' && answer.calls > 0 ? 'tool_calls' : (reason ?? 'stop'),
    completionTokens: generated.length,
    firstTokenMs: (generated.length === 0 ? finishedAt : firstTokenAt) - startedAt,
    tokensPerSecond: generated.length > 1 && seconds > 0 ? (generated.length - 1) / seconds : 0,
  })
}

/** Turns parts into events and sees to it that every token, and every log-probability, is reported once. */
function createOutbox() {
  let tokens = 0
  let logprobs: Logprob[] = []
  const toEvent = (part: Part): GenerateEvent => {
    const counted = tokens
    tokens = 0
    if (part.type !== 'text') return { ...part, tokens: counted }
    const taken = logprobs
    logprobs = []
    return {
      type: 'text',
      text: part.text,
      tokens: counted,
      ...(taken.length > 0 ? { logprobs: taken } : {}),
    }
  }
  return {
    take(parts: readonly Part[], logprob: Logprob | null): GenerateEvent[] {
      tokens++
      if (logprob !== null) logprobs.push(logprob)
      return parts.map(toEvent)
    },
    rest(parts: readonly Part[]): GenerateEvent[] {
      const events = parts.map(toEvent)
      return tokens > 0 || logprobs.length > 0 ? [...events, toEvent({ type: 'text', text: '' })] : events
    },
  }
}

function constraintGrammar({ kind, schema }: Constraint): string {
  const grammar = createGrammar({ lenient: false })
  return grammar.text(kind === 'schema' && schema !== undefined ? grammar.add(schema) : grammar.anyObject())
}

async function compile({ llama, model }: GenerateParts, text: string): Promise<Grammar> {
  try {
    const grammar = await llama.createGrammar({ grammar: text })
    return { state: new LlamaGrammarEvaluationState({ model, grammar }) }
  } catch (cause) {
    throw new HobError('schema_unsupported', { detail: 'llama.cpp does not take its grammar' }, { cause })
  }
}
