// POST /v1/completions, the older endpoint: continues texts, fills in the middle, echoes. Request in, body or chunks out.
import { randomUUID } from 'node:crypto'
import type { InstalledModel } from '#appliance/contracts/models.ts'
import type { Completion, CompletionRequest } from '#appliance/contracts/openai.ts'
import { HobError } from '#appliance/errors.ts'
import type { GenerateEvent, Logprob, Prompt } from '../engine/engine.ts'
import type { Sequence } from '../generation.ts'
import type { Runner, Turn } from '../runner-types.ts'
import { type Delivery, deliverStream, deliverWhole, type Work } from './deliver.ts'
import { completionLogprobs } from './logprobs.ts'
import { type Ask, samplingOf, stopsOf } from './request.ts'
import { countUsage } from './usage.ts'

export const completionRoute = '/v1/completions'

/** OpenAI's default here, unlike in chat: a base model would go on to the end of its context. */
const defaultMaxTokens = 16

type Choice = Completion['choices'][number]

export async function answerCompletion(
  delivery: Delivery,
  runner: Runner,
  request: CompletionRequest,
  ask: Ask,
): Promise<Response> {
  const prompts = promptsOf(request)
  const perPrompt = request.n ?? 1
  const sequences = prompts.flatMap(({ prompt }) =>
    sequencesOf(request, prompt, perPrompt, ask, runner.model),
  )
  const echoes = prompts.flatMap(({ echo }) => Array.from({ length: perPrompt }, () => echo))
  const work: Work = { route: completionRoute, runner, sequences, ask }
  const head = {
    id: `cmpl-${randomUUID()}`,
    object: 'text_completion' as const,
    created: Math.floor(delivery.clock.now().getTime() / 1_000),
    model: runner.model.id,
  }
  const usage = countUsage(perPrompt)
  const withLogprobs = typeof request.logprobs === 'number'
  let fingerprint = ''

  if (request.stream === true) {
    const withUsage = request.stream_options?.include_usage === true
    const tail = withUsage ? '],"usage":null}\n\n' : ']}\n\n'
    const written = echoes.map(() => 0)
    let envelope = ''
    const format = (index: number, event: GenerateEvent, turn: Turn): string => {
      usage.note(index, event)
      if (envelope === '')
        envelope = `data: ${JSON.stringify({ ...head, system_fingerprint: turn.fingerprint }).slice(0, -1)},"choices":[`
      const offset = written[index] ?? 0
      const piece = pieceOf(event, echoes[index] ?? '', offset)
      if (piece === null) return ''
      written[index] = offset + piece.text.length
      return `${envelope}${JSON.stringify({ index, ...piece })}${tail}`
    }
    return await deliverStream(delivery, work, format, () =>
      withUsage ? `${envelope}],"usage":${JSON.stringify(usage.value())}}\n\n` : '',
    )
  }

  const texts = [...echoes]
  const logprobs: Logprob[][] = echoes.map(() => [])
  const finishes: Choice['finish_reason'][] = echoes.map(() => 'stop')
  return await deliverWhole(
    delivery,
    work,
    (index, event, turn) => {
      fingerprint = turn.fingerprint
      usage.note(index, event)
      if (event.type === 'text') {
        texts[index] += event.text
        logprobs[index]?.push(...(event.logprobs ?? []))
      } else if (event.type === 'end') finishes[index] = finishOf(event.reason)
    },
    (): Completion => ({
      ...head,
      system_fingerprint: fingerprint,
      choices: texts.map((text, index) => ({
        index,
        text,
        logprobs: withLogprobs
          ? completionLogprobs(logprobs[index] ?? [], (echoes[index] ?? '').length)
          : null,
        finish_reason: finishes[index] ?? null,
      })),
      usage: usage.value(),
    }),
  )
}

/** What one event shows; null when it shows nothing. The echo comes with the prompt's event. */
function pieceOf(event: GenerateEvent, echo: string, offset: number): Omit<Choice, 'index'> | null {
  if (event.type === 'prompt' && echo !== '') return { text: echo, logprobs: null, finish_reason: null }
  if (event.type === 'end') return { text: '', logprobs: null, finish_reason: finishOf(event.reason) }
  if (event.type !== 'text' || (event.text === '' && event.logprobs === undefined)) return null
  const logprobs = event.logprobs === undefined ? null : completionLogprobs(event.logprobs, offset)
  return { text: event.text, logprobs, finish_reason: null }
}

const finishOf = (reason: 'stop' | 'length' | 'tool_calls'): 'stop' | 'length' =>
  reason === 'length' ? 'length' : 'stop'

/** The prompts, and for each what `echo` puts before its answers. */
function promptsOf({ prompt, suffix, echo }: CompletionRequest): { prompt: Prompt; echo: string }[] {
  const isTokens = (value: typeof prompt): value is number[] =>
    Array.isArray(value) && typeof value[0] === 'number'
  if (isTokens(prompt)) {
    if (typeof suffix === 'string') throw refusal('suffix', 'it needs a prompt of text, not of tokens')
    if (echo === true) throw refusal('echo', 'it needs a prompt of text, not of tokens')
    return [{ prompt: { kind: 'tokens', tokens: prompt }, echo: '' }]
  }
  return [prompt].flat().map((text) => ({
    prompt: typeof suffix === 'string' ? { kind: 'infill', prefix: text, suffix } : { kind: 'text', text },
    echo: echo === true ? text : '',
  }))
}

const sequencesOf = (
  request: CompletionRequest,
  prompt: Prompt,
  count: number,
  { principal }: Ask,
  model: InstalledModel,
): Sequence[] =>
  Array.from({ length: count }, (_, index) => ({
    maxToolCalls: 0,
    request: ({ contextTokens }) => ({
      prompt,
      sampling: samplingOf(request, index, model),
      maxTokens: Math.min(request.max_tokens ?? defaultMaxTokens, contextTokens),
      minTokens: request.min_tokens ?? 0,
      stop: stopsOf(request),
      constraint: null,
      tools: null,
      topLogprobs: request.logprobs ?? null,
      cacheKey: principal.user,
    }),
  }))

const refusal = (param: string, detail: string): HobError =>
  new HobError('invalid_request', { detail: `${param}: ${detail}` }, { param })
