// The models service: what is installed, what was chosen and why, what runs, what is being fetched. Its OpenAI
// endpoints stand in openai.ts. Memory is in bytes, speed in tokens a second.
import { createRoute, z } from '@hono/zod-openapi'
import { needs } from './access.ts'
import { answer, noContent } from './answer.ts'
import { hardwareSchema } from './hardware.ts'

export const backendSchema = z.enum(['cpu', 'vulkan', 'cuda', 'metal'])
export const keyValueTypeSchema = z.enum(['f16', 'q8_0'])

export const modelKindSchema = z.enum(['chat', 'completion', 'embedding'])

/** One GGUF file that is here and whose header was read and found sound. */
export const installedModelSchema = z.object({
  /** What clients name: the file's name without `.gguf`. */
  id: z.string(),
  file: z.string(),
  kind: modelKindSchema,
  architecture: z.string(),
  /** The family in the catalogue, where the model is known. */
  family: z.string().nullable(),
  quantization: z.string(),
  parameters: z.number().int().nonnegative(),
  fileBytes: z.number().int().nonnegative(),
  /** What it was trained for; the plan says what is really used. */
  trainedContextTokens: z.number().int().positive(),
  sha256: z.string().nullable(),
  /** The model that comes with the box: last resort of the choice, and not removable. */
  starter: z.boolean(),
  addedAt: z.iso.datetime(),
})
export type InstalledModel = z.infer<typeof installedModelSchema>

/** A file in the models folder that cannot be used, and why. */
export const rejectedFileSchema = z.object({ file: z.string(), reason: z.string() })

export const planSchema = z.object({
  model: z.string(),
  quantization: z.string(),
  backend: backendSchema,
  contextTokens: z.number().int().positive(),
  /** How many conversations are held at once; each has contextTokens of its own. */
  sequences: z.number().int().positive(),
  keyValueType: keyValueTypeSchema,
  /** Layers on the accelerator; 0 on a CPU. */
  gpuLayers: z.number().int().nonnegative(),
  threads: z.number().int().positive(),
  useMmap: z.boolean(),
  memory: z.object({
    weightBytes: z.number().int().nonnegative(),
    keyValueBytes: z.number().int().nonnegative(),
    computeBytes: z.number().int().nonnegative(),
    processBytes: z.number().int().nonnegative(),
    totalBytes: z.number().int().nonnegative(),
    /** What the machine can give now; total must not exceed it. */
    budgetBytes: z.number().int().nonnegative(),
  }),
  /** Predicted generation speed of one conversation with a short context. */
  tokensPerSecond: z.number().positive(),
  /** Comparable over models of one catalogue only; higher is better. */
  quality: z.number(),
})
export type Plan = z.infer<typeof planSchema>

/** Why a candidate lost or won, as data so that the page can say it in any language. */
export const verdictSchema = z.discriminatedUnion('code', [
  z.object({ code: z.literal('chosen') }),
  /** Fits, but another one answers better. */
  z.object({ code: z.literal('lower_quality'), than: z.string() }),
  z.object({ code: z.literal('same_quality_slower'), than: z.string() }),
  z.object({ code: z.literal('needs_more_memory'), needBytes: z.number(), haveBytes: z.number() }),
  z.object({ code: z.literal('too_slow'), tokensPerSecond: z.number(), floor: z.number() }),
  z.object({ code: z.literal('quantization_below_floor'), floor: z.string() }),
  z.object({ code: z.literal('context_too_short'), contextTokens: z.number(), floor: z.number() }),
  z.object({ code: z.literal('wrong_kind'), kind: modelKindSchema }),
  z.object({ code: z.literal('starter_only') }),
  z.object({ code: z.literal('failed_before'), detail: z.string() }),
  z.object({ code: z.literal('not_installed') }),
])
export type Verdict = z.infer<typeof verdictSchema>

export const candidateSchema = z.object({
  plan: planSchema,
  /** False: it would fit, and stands in the catalogue, but its file is not here. */
  installed: z.boolean(),
  verdict: verdictSchema,
  /** The verdict as one English sentence, for the terminal. */
  words: z.string(),
})
export type Candidate = z.infer<typeof candidateSchema>

export const choiceSchema = z.object({
  /** Null when nothing that is here fits. */
  chosen: planSchema.nullable(),
  /** Best first; every one that was looked at, the chosen one too. At most 200. */
  candidates: z.array(candidateSchema).max(200),
  /** The catalogue's best for this machine when it is better than what is here. */
  recommended: candidateSchema.nullable(),
  /** The explanation in plain English sentences. */
  words: z.array(z.string()),
})
export type Choice = z.infer<typeof choiceSchema>

/**
 *   idle ──load──▶ loading ──▶ ready ──idle time, unload──▶ idle
 *                    └─failure─▶ failed ──next plan or request──▶ loading
 *   ready ──child died──▶ idle (the next request loads again)
 */
export const engineStateSchema = z.object({
  model: z.string(),
  state: z.enum(['idle', 'loading', 'ready', 'failed']),
  plan: planSchema.nullable(),
  /** 0 to 1 while loading. */
  progress: z.number().min(0).max(1),
  detail: z.string().nullable(),
  /** Resident memory of the child, when it runs. */
  residentBytes: z.number().int().nonnegative().nullable(),
  active: z.number().int().nonnegative(),
  waiting: z.number().int().nonnegative(),
  /** Measured over the last answers; null before the first. */
  tokensPerSecond: z.number().nonnegative().nullable(),
  firstTokenMs: z.number().nonnegative().nullable(),
})
export type EngineState = z.infer<typeof engineStateSchema>

/** running → verifying → done | failed | cancelled; one that waits its turn is running with 0 bytes; a failed one resumes when it is added again. */
export const downloadSchema = z.object({
  id: z.string(),
  source: z.string(),
  file: z.string(),
  state: z.enum(['running', 'verifying', 'done', 'failed', 'cancelled']),
  receivedBytes: z.number().int().nonnegative(),
  totalBytes: z.number().int().nonnegative().nullable(),
  bytesPerSecond: z.number().nonnegative(),
  model: z.string().nullable(),
  error: z.object({ code: z.string(), message: z.string(), remedy: z.string() }).nullable(),
})
export type Download = z.infer<typeof downloadSchema>

export const modelsStateSchema = z.object({
  engines: z.array(engineStateSchema),
  /** The model that a request without a wish gets. */
  defaultModel: z.string().nullable(),
  /** The service's own process, without the engines'. */
  residentBytes: z.number().int().nonnegative(),
})
export type ModelsState = z.infer<typeof modelsStateSchema>

/** What the service tells its subscribers (SSE on its socket; the api publishes them on the live channel). */
export const modelsEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('engine'), engine: engineStateSchema }),
  z.object({ type: z.literal('models'), installed: z.number().int(), defaultModel: z.string().nullable() }),
  z.object({ type: z.literal('download'), download: downloadSchema }),
])
export type ModelsEvent = z.infer<typeof modelsEventSchema>

export const addModelSchema = z.strictObject({
  /** An absolute path on the box, or an http(s) URL of a .gguf file. */
  source: z.string().min(1).max(4096),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hexadecimal digits')
    .optional(),
  /** The id that it gets; default: the file's name. */
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'letters, digits, dot, dash and underscore')
    .optional(),
  /** Lets this one download reach a private or loopback address. */
  allowPrivate: z.boolean().optional(),
})
export type AddModel = z.infer<typeof addModelSchema>

const modelParameter = z.object({
  id: z
    .string()
    .min(1)
    .max(128)
    .openapi({ param: { name: 'id', in: 'path' } }),
})

/** For the api alone, which checks the disk's space: what arrived of downloads that stopped. */
export const unfinishedRoutes = {
  unfinished: createRoute({
    method: 'get',
    path: '/unfinished',
    responses: answer(z.object({ bytes: z.number().int().nonnegative() })),
  }),
  remove: createRoute({ method: 'delete', path: '/unfinished', responses: noContent }),
} as const

export const modelsRoutes = {
  state: createRoute({
    method: 'get',
    path: '/models/state',
    summary: 'What is loaded, loading and waiting',
    ...needs('models:read'),
    responses: answer(modelsStateSchema),
  }),
  installed: createRoute({
    method: 'get',
    path: '/models/installed',
    summary: 'The models that are here, and the files that cannot be used',
    ...needs('models:read'),
    responses: answer(
      z.object({ models: z.array(installedModelSchema), rejected: z.array(rejectedFileSchema) }),
    ),
  }),
  choice: createRoute({
    method: 'get',
    path: '/models/choice',
    summary: 'Which model fits this machine, and why the others do not',
    ...needs('models:read'),
    responses: answer(choiceSchema),
  }),
  hardware: createRoute({
    method: 'get',
    path: '/hardware',
    summary: 'The fact sheet of this machine and its profile',
    ...needs('models:read'),
    responses: answer(hardwareSchema),
  }),
  add: createRoute({
    method: 'post',
    path: '/models',
    summary: 'Add a model from a file or a URL',
    ...needs('models:manage'),
    request: { body: { required: true, content: { 'application/json': { schema: addModelSchema } } } },
    responses: answer(downloadSchema, 202),
  }),
  remove: createRoute({
    method: 'delete',
    path: '/models/{id}',
    summary: 'Delete a model and its file',
    ...needs('models:manage'),
    request: { params: modelParameter },
    responses: noContent,
  }),
  load: createRoute({
    method: 'post',
    path: '/models/{id}/load',
    summary: 'Load a model now',
    ...needs('models:manage'),
    request: { params: modelParameter },
    responses: answer(engineStateSchema, 202),
  }),
  unload: createRoute({
    method: 'post',
    path: '/models/{id}/unload',
    summary: 'Free the memory of a model that nobody is using',
    ...needs('models:manage'),
    request: { params: modelParameter },
    responses: answer(engineStateSchema),
  }),
  downloads: createRoute({
    method: 'get',
    path: '/downloads',
    summary: 'Downloads, running and past',
    ...needs('models:read'),
    responses: answer(z.object({ downloads: z.array(downloadSchema) })),
  }),
  cancelDownload: createRoute({
    method: 'delete',
    path: '/downloads/{id}',
    summary: 'Stop a download; what has arrived is kept for the next try',
    ...needs('models:manage'),
    request: { params: modelParameter },
    responses: answer(downloadSchema),
  }),
} as const
