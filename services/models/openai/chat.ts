// POST /v1/chat/completions: the engine's events → one body, or chunks.
import { randomUUID } from 'node:crypto'
import type { ChatCompletion, ChatRequest, FinishReason } from '#appliance/contracts/openai.ts'
import type { GenerateEvent, Logprob } from '../engine/engine.ts'
import type { Runner, Turn } from '../runner-types.ts'
import { newCallId } from './call-id.ts'
import { chatChunks } from './chat-chunks.ts'
import { chatSequences } from './chat-request.ts'
import { type Delivery, deliverStream, deliverWhole, type Work } from './deliver.ts'
import { chatLogprobs } from './logprobs.ts'
import type { Ask } from './request.ts'
import { countUsage } from './usage.ts'

export const chatRoute = '/v1/chat/completions'

export async function answerChat(
  delivery: Delivery,
  runner: Runner,
  request: ChatRequest,
  ask: Ask,
): Promise<Response> {
  const sequences = chatSequences(request, ask, runner.model)
  const work: Work = { route: chatRoute, runner, sequences, ask }
  const head = {
    id: `chatcmpl-${randomUUID()}`,
    created: Math.floor(delivery.clock.now().getTime() / 1_000),
    model: runner.model.id,
  }
  const usage = countUsage(sequences.length)
  if (request.stream === true) {
    const withUsage = request.stream_options?.include_usage === true
    const chunks = chatChunks(head, { withUsage })
    return await deliverStream(
      delivery,
      work,
      (index, event, turn) => {
        usage.note(index, event)
        return chunks.format(index, event, turn)
      },
      () => (withUsage ? chunks.usage(usage.value()) : ''),
    )
  }
  const choices = sequences.map(() => collectChoice(request.logprobs === true))
  let fingerprint = ''
  return await deliverWhole(
    delivery,
    work,
    (index, event, turn: Turn) => {
      fingerprint = turn.fingerprint
      usage.note(index, event)
      choices[index]?.add(event)
    },
    (): ChatCompletion => ({
      ...head,
      object: 'chat.completion',
      system_fingerprint: fingerprint,
      choices: choices.map((choice, index) => choice.value(index)),
      usage: usage.value(),
    }),
  )
}

interface ChoiceCollector {
  add(event: GenerateEvent): void
  value(index: number): ChatCompletion['choices'][number]
}

function collectChoice(withLogprobs: boolean): ChoiceCollector {
  let text = ''
  let reasoning = ''
  let finish: FinishReason = 'stop'
  const logprobs: Logprob[] = []
  const calls: { id: string; name: string; arguments: string }[] = []
  return {
    add: (event) => {
      if (event.type === 'text') {
        text += event.text
        if (event.logprobs) logprobs.push(...event.logprobs)
      } else if (event.type === 'reasoning') reasoning += event.text
      else if (event.type === 'tool') {
        const call = (calls[event.index] ??= { id: newCallId(), name: '', arguments: '' })
        call.name += event.name ?? ''
        call.arguments += event.arguments ?? ''
      } else if (event.type === 'end') finish = event.reason
    },
    value: (index) => ({
      index,
      message: {
        role: 'assistant',
        content: text === '' && calls.length > 0 ? null : text,
        refusal: null,
        ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
        ...(calls.length === 0
          ? {}
          : {
              tool_calls: calls.map(({ id, name, arguments: text }) => ({
                id,
                type: 'function' as const,
                function: { name, arguments: text },
              })),
            }),
      },
      logprobs: withLogprobs ? chatLogprobs(logprobs) : null,
      finish_reason: finish,
    }),
  }
}
