// How the box is, for whoever watches it: up or down for everybody, in detail for who has the right `metrics`. Each service
// tells its own part on its socket. Times are ISO 8601 in UTC, sizes are bytes.
import { createRoute, z } from '@hono/zod-openapi'
import { needs } from './access.ts'
import { answer } from './answer.ts'
import { serviceStatusSchema, statusSchema } from './box.ts'
import { modelsStateSchema } from './models.ts'

/** Null: the service cannot be asked. */
export const serviceHealthSchema = serviceStatusSchema.extend({
  version: z.string().nullable(),
  startedAt: z.iso.datetime().nullable(),
  /** What its log called an error since it started. */
  errors: z.object({ count: z.number().int().nonnegative(), lastAt: z.iso.datetime().nullable() }).nullable(),
})
export type ServiceHealth = z.infer<typeof serviceHealthSchema>

export const diskSchema = z.object({
  /** Which folder lies there; two may lie on one disk. */
  folder: z.enum(['data', 'models']),
  totalBytes: z.number().int().nonnegative().nullable(),
  /** What the box may still write; null when the folder cannot be asked. */
  availableBytes: z.number().int().nonnegative().nullable(),
})

export const databaseSchema = z.object({
  name: z.string(),
  /** ok: its file opens, and its tables can be read; not every page was. */
  state: z.enum(['ok', 'failed']),
  bytes: z.number().int().nonnegative().nullable(),
})
export type DatabaseState = z.infer<typeof databaseSchema>

/** What is not the models service's own: that stands beside it in `models`. */
export const boxHealthSchema = z.object({
  services: z.array(serviceHealthSchema),
  load: statusSchema.shape.load,
  disks: z.array(diskSchema),
  databases: z.array(databaseSchema),
  /** Null without TLS. */
  certificate: z
    .object({
      /** Whether the box made it or the owner brought it. */
      source: z.enum(['box', 'owner']),
      expiresAt: z.iso.datetime(),
      /** Whole days; negative once it has expired. */
      daysLeft: z.number().int(),
    })
    .nullable(),
  clock: z.object({
    now: z.iso.datetime(),
    timeZone: z.string(),
    /** How far it was set forward (or back: negative) since the api service started. */
    setSeconds: z.number(),
  }),
})
export type BoxHealth = z.infer<typeof boxHealthSchema>

export const healthSchema = z.object({
  /** down: the box answers, but its models do not, or it is about to leave. */
  status: z.enum(['ok', 'down']),
  /** With the right `metrics` alone. */
  detail: boxHealthSchema.extend({ models: modelsStateSchema.nullable() }).optional(),
})
export type Health = z.infer<typeof healthSchema>

/** On every service's own socket. */
export const ownHealthRoute = createRoute({
  method: 'get',
  path: '/healthz',
  responses: answer(serviceHealthSchema),
})

export const healthRoutes = {
  health: createRoute({
    method: 'get',
    path: '/hob/v1/health',
    summary: 'Up or down; in detail with a token of the scope “metrics”',
    ...needs('nobody'),
    responses: {
      ...answer(healthSchema),
      503: { description: 'Down', content: { 'application/json': { schema: healthSchema } } },
    },
  }),
} as const
