// The box's own routes under /hob/v1 that the page and the `hob` command use: status, conversations, the live
// channel. Models, choice, hardware and downloads are the models service's routes, passed on under the same prefix.
import { createRoute, z } from '@hono/zod-openapi'
import { needs } from './access.ts'
import { answer, errorBodySchema, noContent } from './answer.ts'
import { choiceSchema, downloadSchema, engineStateSchema, modelsStateSchema } from './models.ts'
import { principalSchema } from './principal.ts'

export const serviceStatusSchema = z.object({
  name: z.string(),
  /** down: not reachable; starting: reachable but not ready. */
  state: z.enum(['ready', 'starting', 'down']),
  residentBytes: z.number().int().nonnegative().nullable(),
})

export const statusSchema = z.object({
  name: z.string(),
  version: z.string(),
  startedAt: z.iso.datetime(),
  /** How the page is opened, the best way first: by its name, then by address. */
  addresses: z.array(z.url()),
  services: z.array(serviceStatusSchema),
  models: modelsStateSchema.nullable(),
  /** The chosen plan's reasons, as `hob models explain` says them. */
  choice: choiceSchema.pick({ chosen: true, words: true, recommended: true }).nullable(),
  load: z.object({
    /** 0 to 1 over all CPUs, last few seconds. */
    cpu: z.number().min(0).max(1).nullable(),
    memoryTotalBytes: z.number().int(),
    memoryAvailableBytes: z.number().int(),
  }),
  connections: z.object({ open: z.number().int(), limit: z.number().int() }),
  principal: principalSchema,
})
export type Status = z.infer<typeof statusSchema>

export const turnSchema = z.object({
  id: z.string(),
  role: z.enum(['user', 'assistant']),
  content: z.string(),
  /** What the model thought, where it does. */
  reasoning: z.string().nullable(),
  /** complete; stopped: by the person; interrupted: the box or the link broke; failed: see error; streaming. */
  state: z.enum(['complete', 'streaming', 'stopped', 'interrupted', 'failed']),
  model: z.string().nullable(),
  tokens: z.number().int().nullable(),
  tokensPerSecond: z.number().nullable(),
  firstTokenMs: z.number().nullable(),
  error: z.object({ code: z.string(), message: z.string(), remedy: z.string() }).nullable(),
  createdAt: z.iso.datetime(),
})
export type Turn = z.infer<typeof turnSchema>

export const conversationSchema = z.object({
  id: z.string(),
  title: z.string(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  turns: z.number().int().nonnegative(),
})
export type Conversation = z.infer<typeof conversationSchema>

/** At most one for each conversation: its best turn. */
export const searchHitSchema = z.object({
  conversation: conversationSchema,
  turnId: z.string(),
  /** The passage; what matched stands between U+E000 and U+E001. */
  snippet: z.string(),
  by: z.enum(['words', 'meaning', 'both']),
})
export type SearchHit = z.infer<typeof searchHitSchema>

/**
 * One numbered message of the live channel. Numbers are each person's own and grow by exactly one, so a client can
 * check: the first event after hello has hello.seq + 1, and each next one is one more. `epoch` changes when the box
 * started anew; numbers of another epoch mean nothing.
 */
export const liveEventSchema = z.object({
  seq: z.number().int().nonnegative(),
  type: z.string(),
  data: z.unknown(),
})
export type LiveEvent = z.infer<typeof liveEventSchema>

/**
 * Where to go on: what the last connection's hello and last event said. Without it, or when the box no longer has the
 * events in between, the connection begins with what is new.
 */
export const liveQuerySchema = z.object({
  epoch: z.string().max(64).optional(),
  seq: z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER).optional(),
})

/**
 * First frame on every live connection; the event after it is seq + 1. resumed: seq is the one asked for, and nothing
 * after it is missing. Not resumed: read everything again. A client may send {"type":"ping"} and is answered
 * {"type":"pong"}, without a number. Close code 1013: too slow, come back with the last seq.
 */
export const liveHelloSchema = z.object({
  type: z.literal('hello'),
  epoch: z.string(),
  seq: z.number().int().nonnegative(),
  resumed: z.boolean(),
})

/** The events' data by type. */
export const liveDataSchemas = {
  engine: engineStateSchema,
  models: z.object({ installed: z.number().int(), defaultModel: z.string().nullable() }),
  download: downloadSchema,
  load: statusSchema.shape.load,
  service: serviceStatusSchema,
  /** What it is called now, and what its host was called until now (both with `.local`). */
  box: z.object({ name: z.string(), host: z.string(), was: z.string() }),
  /** A conversation was made, changed or deleted; its reader fetches it again. */
  conversation: z.object({ id: z.string(), change: z.enum(['created', 'updated', 'deleted']) }),
} as const

const id = z.string().regex(/^[0-9a-zA-Z_-]{1,64}$/)
const conversationParameter = z.object({ id: id.openapi({ param: { name: 'id', in: 'path' } }) })
const page = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** The updatedAt of the last one seen; older ones follow. */
  before: z.iso.datetime().optional(),
})

const json = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { required: true, content: { 'application/json': { schema } } },
})

export const askSchema = z.strictObject({
  content: z.string().min(1).max(200_000),
  model: z.string().max(256).optional(),
  /** Replaces this turn of the person's and everything after it. */
  replaces: id.optional(),
  temperature: z.number().min(0).max(2).optional(),
  maxTokens: z.number().int().positive().max(131_072).optional(),
})
export type Ask = z.infer<typeof askSchema>

export const boxRoutes = {
  status: createRoute({
    method: 'get',
    path: '/hob/v1/status',
    summary: 'How the box is',
    ...needs('status'),
    responses: answer(statusSchema),
  }),
  conversations: createRoute({
    method: 'get',
    path: '/hob/v1/conversations',
    summary: "The caller's conversations, newest first",
    ...needs('history'),
    request: { query: page },
    responses: answer(z.object({ conversations: z.array(conversationSchema) })),
  }),
  createConversation: createRoute({
    method: 'post',
    path: '/hob/v1/conversations',
    summary: 'Begin a conversation',
    ...needs('history'),
    request: json(z.strictObject({ title: z.string().max(200).optional() })),
    responses: answer(conversationSchema, 201),
  }),
  conversation: createRoute({
    method: 'get',
    path: '/hob/v1/conversations/{id}',
    summary: 'A conversation with its turns',
    ...needs('history'),
    request: { params: conversationParameter },
    responses: answer(conversationSchema.extend({ messages: z.array(turnSchema) })),
  }),
  renameConversation: createRoute({
    method: 'patch',
    path: '/hob/v1/conversations/{id}',
    summary: 'Rename a conversation',
    ...needs('history'),
    request: {
      params: conversationParameter,
      ...json(z.strictObject({ title: z.string().min(1).max(200) })),
    },
    responses: answer(conversationSchema),
  }),
  deleteConversation: createRoute({
    method: 'delete',
    path: '/hob/v1/conversations/{id}',
    summary: 'Delete a conversation with all its turns',
    ...needs('history'),
    request: { params: conversationParameter },
    responses: noContent,
  }),
  /**
   * Server-sent events: `turn` (the stored question, then the answer as it begins), then `delta`
   * ({content} or {reasoning}), at last `turn` with the finished answer, or `error` (an error body; what was answered
   * until then is kept). Leaving stops the generation.
   */
  ask: createRoute({
    method: 'post',
    path: '/hob/v1/conversations/{id}/messages',
    summary: 'Ask; the answer streams',
    ...needs('history'),
    request: { params: conversationParameter, ...json(askSchema) },
    responses: {
      200: { description: 'Events', content: { 'text/event-stream': { schema: z.string() } } },
      default: {
        description: 'What went wrong, with a stable code and a remedy',
        content: { 'application/json': { schema: errorBodySchema } },
      },
    },
  }),
  search: createRoute({
    method: 'get',
    path: '/hob/v1/search',
    summary: "Search the caller's conversations by words and, with an embedding model, by meaning",
    ...needs('history'),
    request: {
      query: z.object({
        q: z.string().min(1).max(500),
        limit: z.coerce.number().int().min(1).max(100).default(20),
      }),
    },
    responses: answer(z.object({ hits: z.array(searchHitSchema) })),
  }),
} as const
