// Chat chunks as ready text. What is the same in every chunk of a choice is turned into JSON once, so that a token costs
// one small JSON.stringify. Owns what one response has begun.
import type { Usage } from '#appliance/contracts/openai.ts'
import type { GenerateEvent } from '../engine/engine.ts'
import type { Turn } from '../runner-types.ts'
import { newCallId } from './call-id.ts'
import { chatLogprobs } from './logprobs.ts'

interface Head {
  id: string
  created: number
  model: string
}

export interface ChatChunks {
  /** The text of an event; '' when it has nothing to show. */
  format(index: number, event: GenerateEvent, turn: Turn): string
  /** The chunk without choices that `include_usage` asks for. */
  usage(usage: Usage): string
}

export function chatChunks(head: Head, { withUsage }: { withUsage: boolean }): ChatChunks {
  const starts: string[] = []
  const begunCalls: Set<number>[] = []
  const tail = withUsage ? '}],"usage":null}\n\n' : '}]}\n\n'
  let envelope = ''

  const chunk = (index: number, delta: string, logprobs = 'null', finish = 'null'): string =>
    `${starts[index]}${delta},"logprobs":${logprobs},"finish_reason":${finish}${tail}`

  const begin = (index: number, { fingerprint }: Turn): string => {
    const { id, created, model } = head
    const fields = { id, object: 'chat.completion.chunk', created, model, system_fingerprint: fingerprint }
    envelope = `data: ${JSON.stringify(fields).slice(0, -1)},"choices":[`
    starts[index] = `${envelope}{"index":${index},"delta":`
    return chunk(index, '{"role":"assistant","content":""}')
  }

  const tool = (index: number, event: Extract<GenerateEvent, { type: 'tool' }>): string => {
    const begun = (begunCalls[index] ??= new Set())
    const isNew = !begun.has(event.index)
    begun.add(event.index)
    const call = {
      index: event.index,
      ...(isNew ? { id: newCallId(), type: 'function' } : {}),
      function: {
        ...(event.name === undefined ? {} : { name: event.name }),
        arguments: event.arguments ?? '',
      },
    }
    return chunk(index, `{"tool_calls":[${JSON.stringify(call)}]}`)
  }

  const body = (index: number, event: GenerateEvent): string => {
    switch (event.type) {
      case 'prompt':
        return ''
      case 'text':
        if (event.text === '' && event.logprobs === undefined) return ''
        return chunk(
          index,
          `{"content":${JSON.stringify(event.text)}}`,
          event.logprobs === undefined ? 'null' : JSON.stringify(chatLogprobs(event.logprobs)),
        )
      case 'reasoning':
        return event.text === '' ? '' : chunk(index, `{"reasoning_content":${JSON.stringify(event.text)}}`)
      case 'tool':
        return tool(index, event)
      case 'end':
        return chunk(index, '{}', 'null', JSON.stringify(event.reason))
      default:
        return event satisfies never
    }
  }

  return {
    format: (index, event, turn) =>
      starts[index] === undefined ? begin(index, turn) + body(index, event) : body(index, event),
    usage: (usage) => `${envelope}],"usage":${JSON.stringify(usage)}}\n\n`,
  }
}
