// OpenAI's HTTP API as far as Hob speaks it (https://platform.openai.com/docs/api-reference): the api service
// answers it, the models service implements it behind its socket with the same bodies. Unknown fields are ignored,
// as OpenAI's servers ignore them; known ones of the wrong type are refused.
import { createRoute, z } from '@hono/zod-openapi'
import { needs } from './access.ts'
import { answer, errorBodySchema } from './answer.ts'

/** Limits of one request; the body itself is bounded by the api. */
export const limits = {
  messages: 2_000,
  tools: 128,
  stops: 16,
  inputs: 2_048,
  choices: 8,
  tokens: 131_072,
} as const

const textPart = z.object({ type: z.literal('text'), text: z.string() })
const refusalPart = z.object({ type: z.literal('refusal'), refusal: z.string() })
const content = z.union([z.string(), z.array(z.union([textPart, refusalPart])).max(limits.messages)])

const toolCallSchema = z.object({
  id: z.string().max(256),
  type: z.literal('function'),
  function: z.object({ name: z.string().max(128), arguments: z.string() }),
})

export const messageSchema = z.discriminatedUnion('role', [
  z.object({ role: z.enum(['system', 'developer']), content, name: z.string().optional() }),
  z.object({ role: z.literal('user'), content, name: z.string().optional() }),
  z.object({
    role: z.literal('assistant'),
    content: content.nullish(),
    tool_calls: z.array(toolCallSchema).max(limits.tools).optional(),
    name: z.string().optional(),
  }),
  z.object({ role: z.literal('tool'), content, tool_call_id: z.string() }),
])
export type Message = z.infer<typeof messageSchema>

const jsonSchema = z.record(z.string(), z.unknown())

export const toolSchema = z.object({
  type: z.literal('function'),
  function: z.object({
    name: z.string().regex(/^[a-zA-Z0-9_.-]{1,64}$/, 'letters, digits, dot, dash and underscore, at most 64'),
    description: z.string().optional(),
    parameters: jsonSchema.optional(),
    strict: z.boolean().nullish(),
  }),
})
export type Tool = z.infer<typeof toolSchema>

const toolChoiceSchema = z.union([
  z.enum(['none', 'auto', 'required']),
  z.object({ type: z.literal('function'), function: z.object({ name: z.string() }) }),
])

const responseFormatSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('json_object') }),
  z.object({
    type: z.literal('json_schema'),
    json_schema: z.object({
      name: z.string().max(64),
      description: z.string().optional(),
      schema: jsonSchema.optional(),
      strict: z.boolean().nullish(),
    }),
  }),
])

const stop = z.union([z.string().min(1), z.array(z.string().min(1)).max(limits.stops)]).nullish()
const tokenCount = z.number().int().positive().max(limits.tokens)

/** What both kinds of generation share. */
const sampling = {
  model: z.string().max(256).default('auto'),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).nullish(),
  n: z.number().int().min(1).max(limits.choices).nullish(),
  stop,
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().optional() }).nullish(),
  user: z.string().max(512).nullish(),
  /** vLLM's and llama.cpp's extension: end-of-turn is not chosen before so many tokens. */
  min_tokens: z.number().int().nonnegative().max(limits.tokens).nullish(),
  /** Extension of vLLM and llama.cpp. */
  top_k: z.number().int().nonnegative().max(1_000).nullish(),
  /** Extension of vLLM and llama.cpp. */
  min_p: z.number().min(0).max(1).nullish(),
}

export const chatRequestSchema = z
  .object({
    ...sampling,
    messages: z.array(messageSchema).min(1).max(limits.messages),
    max_tokens: tokenCount.nullish(),
    max_completion_tokens: tokenCount.nullish(),
    logprobs: z.boolean().nullish(),
    top_logprobs: z.number().int().min(0).max(20).nullish(),
    response_format: responseFormatSchema.nullish(),
    tools: z.array(toolSchema).max(limits.tools).nullish(),
    tool_choice: toolChoiceSchema.nullish(),
    parallel_tool_calls: z.boolean().nullish(),
    reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']).nullish(),
  })
  .openapi('ChatCompletionRequest')
export type ChatRequest = z.infer<typeof chatRequestSchema>

export const completionRequestSchema = z
  .object({
    ...sampling,
    prompt: z.union([
      z.string(),
      z.array(z.string()).min(1).max(limits.choices),
      z.array(z.number().int().nonnegative()).min(1).max(limits.tokens),
    ]),
    suffix: z.string().nullish(),
    max_tokens: tokenCount.nullish(),
    echo: z.boolean().nullish(),
    logprobs: z.number().int().min(0).max(5).nullish(),
  })
  .openapi('CompletionRequest')
export type CompletionRequest = z.infer<typeof completionRequestSchema>

export const embeddingRequestSchema = z
  .object({
    model: z.string().max(256).default('auto'),
    input: z.union([
      z.string(),
      z.array(z.string()).min(1).max(limits.inputs),
      z.array(z.number().int().nonnegative()).min(1).max(limits.tokens),
      z.array(z.array(z.number().int().nonnegative()).min(1).max(limits.tokens)).min(1).max(limits.inputs),
    ]),
    encoding_format: z.enum(['float', 'base64']).nullish(),
    dimensions: z.number().int().positive().nullish(),
    user: z.string().max(512).nullish(),
  })
  .openapi('EmbeddingRequest')
export type EmbeddingRequest = z.infer<typeof embeddingRequestSchema>

const usageSchema = z.object({
  prompt_tokens: z.number().int(),
  completion_tokens: z.number().int(),
  total_tokens: z.number().int(),
  /** How much of the prompt was still in memory from before. */
  prompt_tokens_details: z.object({ cached_tokens: z.number().int() }).optional(),
})
export type Usage = z.infer<typeof usageSchema>

export const finishReasonSchema = z.enum(['stop', 'length', 'tool_calls', 'content_filter'])
export type FinishReason = z.infer<typeof finishReasonSchema>

const tokenLogprobSchema = z.object({
  token: z.string(),
  logprob: z.number(),
  bytes: z.array(z.number().int()).nullable(),
})
const logprobsSchema = z.object({
  content: z.array(tokenLogprobSchema.extend({ top_logprobs: z.array(tokenLogprobSchema) })).nullable(),
  refusal: z.null(),
})

export const chatCompletionSchema = z
  .object({
    id: z.string(),
    object: z.literal('chat.completion'),
    created: z.number().int(),
    model: z.string(),
    system_fingerprint: z.string(),
    choices: z.array(
      z.object({
        index: z.number().int(),
        message: z.object({
          role: z.literal('assistant'),
          content: z.string().nullable(),
          refusal: z.null(),
          /** What the model thought before it answered, where it does (DeepSeek's field name). */
          reasoning_content: z.string().optional(),
          tool_calls: z.array(toolCallSchema).optional(),
        }),
        logprobs: logprobsSchema.nullable(),
        finish_reason: finishReasonSchema,
      }),
    ),
    usage: usageSchema,
  })
  .openapi('ChatCompletion')
export type ChatCompletion = z.infer<typeof chatCompletionSchema>

export const chatChunkSchema = z
  .object({
    id: z.string(),
    object: z.literal('chat.completion.chunk'),
    created: z.number().int(),
    model: z.string(),
    system_fingerprint: z.string(),
    choices: z.array(
      z.object({
        index: z.number().int(),
        delta: z.object({
          role: z.literal('assistant').optional(),
          content: z.string().nullish(),
          reasoning_content: z.string().optional(),
          tool_calls: z
            .array(
              z.object({
                index: z.number().int(),
                id: z.string().optional(),
                type: z.literal('function').optional(),
                function: z.object({ name: z.string().optional(), arguments: z.string().optional() }),
              }),
            )
            .optional(),
        }),
        logprobs: logprobsSchema.nullish(),
        finish_reason: finishReasonSchema.nullable(),
      }),
    ),
    usage: usageSchema.nullish(),
  })
  .openapi('ChatCompletionChunk')
export type ChatChunk = z.infer<typeof chatChunkSchema>

const completionLogprobsSchema = z.object({
  tokens: z.array(z.string()),
  token_logprobs: z.array(z.number().nullable()),
  top_logprobs: z.array(z.record(z.string(), z.number()).nullable()),
  text_offset: z.array(z.number().int()),
})

export const completionSchema = z
  .object({
    id: z.string(),
    object: z.literal('text_completion'),
    created: z.number().int(),
    model: z.string(),
    system_fingerprint: z.string(),
    choices: z.array(
      z.object({
        index: z.number().int(),
        text: z.string(),
        logprobs: completionLogprobsSchema.nullable(),
        finish_reason: z.enum(['stop', 'length']).nullable(),
      }),
    ),
    usage: usageSchema.nullish(),
  })
  .openapi('Completion')
export type Completion = z.infer<typeof completionSchema>

export const embeddingSchema = z
  .object({
    object: z.literal('list'),
    model: z.string(),
    data: z.array(
      z.object({
        object: z.literal('embedding'),
        index: z.number().int(),
        embedding: z.union([z.array(z.number()), z.string()]),
      }),
    ),
    usage: z.object({ prompt_tokens: z.number().int(), total_tokens: z.number().int() }),
  })
  .openapi('Embeddings')
export type Embeddings = z.infer<typeof embeddingSchema>

export const modelSchema = z
  .object({
    id: z.string(),
    object: z.literal('model'),
    created: z.number().int(),
    owned_by: z.string(),
    /** Hob's own: what the model can be asked for. */
    kind: z.enum(['chat', 'completion', 'embedding']),
    context_length: z.number().int(),
  })
  .openapi('Model')
export type Model = z.infer<typeof modelSchema>

const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { required: true, content: { 'application/json': { schema } } },
})

/** A whole answer, or with `stream: true` server-sent events that end with `data: [DONE]`. */
const streamed = <Whole extends z.ZodType, Chunk extends z.ZodType>(whole: Whole, chunk: Chunk) =>
  ({
    200: {
      description: 'The answer; with stream: true, one event for each piece',
      content: { 'application/json': { schema: whole }, 'text/event-stream': { schema: chunk } },
    },
    default: {
      description: 'What went wrong, with a stable code and a remedy',
      content: { 'application/json': { schema: errorBodySchema } },
    },
  }) as const

export const openAiRoutes = {
  models: createRoute({
    method: 'get',
    path: '/v1/models',
    summary: 'List the models',
    ...needs('chat'),
    responses: answer(z.object({ object: z.literal('list'), data: z.array(modelSchema) })),
  }),
  model: createRoute({
    method: 'get',
    path: '/v1/models/{model}',
    summary: 'One model',
    ...needs('chat'),
    request: {
      params: z.object({
        model: z
          .string()
          .max(256)
          .openapi({ param: { name: 'model', in: 'path' } }),
      }),
    },
    responses: answer(modelSchema),
  }),
  chat: createRoute({
    method: 'post',
    path: '/v1/chat/completions',
    summary: 'Answer a conversation',
    ...needs('chat'),
    request: jsonBody(chatRequestSchema),
    responses: streamed(chatCompletionSchema, chatChunkSchema),
  }),
  completion: createRoute({
    method: 'post',
    path: '/v1/completions',
    summary: 'Continue a text',
    ...needs('chat'),
    request: jsonBody(completionRequestSchema),
    responses: streamed(completionSchema, completionSchema),
  }),
  embeddings: createRoute({
    method: 'post',
    path: '/v1/embeddings',
    summary: 'Turn texts into vectors',
    ...needs('chat'),
    request: jsonBody(embeddingRequestSchema),
    responses: answer(embeddingSchema),
  }),
} as const
