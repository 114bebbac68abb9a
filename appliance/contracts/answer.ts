// The answers of a route, in the shape that OpenAPI wants: one success, and our one error shape for everything else.
import { z } from '@hono/zod-openapi'

export const errorBodySchema = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.string(),
      param: z.string().nullable(),
      code: z.string(),
      remedy: z.string(),
      /** The particulars in these sentences, for who says them in other words. */
      values: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
      request_id: z.string().optional(),
    }),
  })
  .openapi('Error')

const failure = {
  description: 'What went wrong, with a stable code and a remedy',
  content: { 'application/json': { schema: errorBodySchema } },
}

export const answer = <Schema extends z.ZodType, Status extends 200 | 201 | 202 = 200>(
  schema: Schema,
  status?: Status,
) =>
  ({
    [status ?? 200]: { description: 'Done', content: { 'application/json': { schema } } },
    default: failure,
  }) as { [Code in Status]: { description: string; content: { 'application/json': { schema: Schema } } } } & {
    default: typeof failure
  }

export const noContent = { 204: { description: 'Done' }, default: failure } as const

/** Something else than JSON, as it is read. */
export const file = (type: string, description: string) => ({
  200: { description, content: { [type]: { schema: z.string() } } },
  default: failure,
})
