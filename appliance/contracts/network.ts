// The routes about the network around the box: which other boxes are there.
import { createRoute, z } from '@hono/zod-openapi'
import { needs } from './access.ts'
import { answer } from './answer.ts'

/** What a box says of itself on the network. Anybody there can say so: nothing of it is proven. */
export const foundBoxSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{16}$/),
  /** What its owner calls it. */
  name: z.string().max(63),
  /** With `.local`. */
  host: z.string().max(80),
  addresses: z.object({ v4: z.array(z.ipv4()).max(16), v6: z.array(z.ipv6()).max(16) }),
  port: z.number().int().min(1).max(65_535),
  version: z.string().max(32).nullable(),
  /** Whether it has an owner; null when it does not say. */
  claimed: z.boolean().nullable(),
  /** The first 16 hex digits of its root certificate's SHA-256. */
  fingerprint: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .nullable(),
})
export type FoundBox = z.infer<typeof foundBoxSchema>

export const networkRoutes = {
  discover: createRoute({
    method: 'get',
    path: '/hob/v1/discover',
    summary: 'The boxes on the local network, this one among them, after some seconds of listening',
    ...needs('status'),
    request: { query: z.object({ seconds: z.coerce.number().int().min(1).max(10).default(3) }) },
    responses: answer(z.object({ boxes: z.array(foundBoxSchema.extend({ own: z.boolean() })) })),
  }),
} as const
