// A chat request in OpenAI's words → what the engine generates, one sequence for each choice. Pure; throws
// invalid_request for what the schema alone cannot see.
import type { InstalledModel } from '#appliance/contracts/models.ts'
import type { ChatRequest } from '#appliance/contracts/openai.ts'
import { HobError } from '#appliance/errors.ts'
import type { Constraint, GenerateRequest, Prompt } from '../engine/engine.ts'
import type { Sequence } from '../generation.ts'
import { type Ask, samplingOf, stopsOf } from './request.ts'

export function chatSequences(
  request: ChatRequest,
  { principal }: Pick<Ask, 'principal'>,
  model: Pick<InstalledModel, 'starter'>,
): Sequence[] {
  const tools = toolsOf(request)
  const prompt: Prompt = {
    kind: 'chat',
    messages: request.messages,
    tools: tools === null ? [] : (request.tools ?? []),
    thinking: request.reasoning_effort !== 'none' && request.reasoning_effort !== 'minimal',
  }
  const shared = {
    prompt,
    tools,
    minTokens: request.min_tokens ?? 0,
    stop: stopsOf(request),
    constraint: constraintOf(request),
    topLogprobs: logprobsOf(request),
    cacheKey: principal.user,
  }
  const wanted = request.max_completion_tokens ?? request.max_tokens
  const maxToolCalls = request.parallel_tool_calls === false ? 1 : Number.POSITIVE_INFINITY
  return Array.from({ length: request.n ?? 1 }, (_, index) => ({
    maxToolCalls,
    request: ({ contextTokens }) => ({
      ...shared,
      sampling: samplingOf(request, index, model),
      // the engine ends with `length` when the context is full
      maxTokens: Math.min(wanted ?? contextTokens, contextTokens),
    }),
  }))
}

function toolsOf({ tools, tool_choice: choice }: ChatRequest): GenerateRequest['tools'] {
  const names = (tools ?? []).map((tool) => tool.function.name)
  if (choice === 'none') return null
  if (typeof choice === 'object' && choice !== null) {
    const { name } = choice.function
    if (!names.includes(name)) throw refusal('tool_choice', `there is no tool named ${name} in tools`)
    return { choice: 'required', names: [name] }
  }
  if (choice === 'required' && names.length === 0)
    throw refusal('tool_choice', 'a tool is required, but tools is empty')
  return names.length === 0 ? null : { choice: choice ?? 'auto', names }
}

function constraintOf({ response_format: format }: ChatRequest): Constraint | null {
  if (format === null || format === undefined || format.type === 'text') return null
  const schema = format.type === 'json_schema' ? format.json_schema.schema : undefined
  return schema === undefined ? { kind: 'json' } : { kind: 'schema', schema }
}

function logprobsOf({ logprobs, top_logprobs: top }: ChatRequest): number | null {
  if (logprobs === true) return top ?? 0
  if (typeof top === 'number') throw refusal('top_logprobs', 'it needs logprobs: true')
  return null
}

const refusal = (param: string, detail: string): HobError =>
  new HobError('invalid_request', { detail: `${param}: ${detail}` }, { param })
