// What the browsing child says to its parent: what it has found so far, every half second, which is also its sign of
// life; the last one is marked. The parent trusts none of it.
import { z } from '@hono/zod-openapi'
import { foundBoxSchema } from '#appliance/contracts/network.ts'

export const reportSchema = z.object({
  boxes: z.array(foundBoxSchema).max(200),
  done: z.boolean(),
})
export type Report = z.infer<typeof reportSchema>
