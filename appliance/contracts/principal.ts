// Who asks: travels with every request between services as one header, and stands in every row that belongs to
// a person. Only the api service makes one from a request; everyone else takes it from the socket.
import { z } from '@hono/zod-openapi'

export const roles = ['owner', 'adult', 'child', 'guest'] as const

export const principalSchema = z.object({
  /** Stable id of the person; a partition key in every query. */
  user: z.string().min(1).max(64),
  role: z.enum(roles),
  /** What a token may do; `*` for a person who is signed in. */
  scopes: z.array(z.string().max(64)).max(64),
  /** How the request came in. */
  origin: z.enum(['page', 'api', 'socket', 'service']),
})
export type Principal = z.infer<typeof principalSchema>

/** The header that carries it between services, base64url of its JSON. */
export const principalHeader = 'x-hob-principal'

/** Who sent a request, as the api's walls found out; everything behind them takes it from here. */
export interface Caller {
  readonly principal: Principal
  /** nobody: not signed in; socket: whoever may open the box's own socket. */
  readonly by: 'session' | 'token' | 'ticket' | 'socket' | 'nobody'
  /** The session's or token's id, never its secret. */
  readonly id: string | null
  /** The person's name; null for nobody and for the socket of an unclaimed box. */
  readonly name: string | null
  /** Signed in or confirmed within the last minutes, or on the box itself. */
  readonly fresh: boolean
  /** Of the connection, never of a header; null on the socket. */
  readonly address: string | null
}

/** Stands in for a person until the doors exist: whoever sits at this machine. */
export const localOwner = (origin: Principal['origin']): Principal => ({
  user: 'local-owner',
  role: 'owner',
  scopes: ['*'],
  origin,
})

export const encodePrincipal = (principal: Principal): string =>
  Buffer.from(JSON.stringify(principal)).toString('base64url')

/** Throws a ZodError when the header is missing or malformed. */
export const decodePrincipal = (header: string | undefined): Principal =>
  principalSchema.parse(
    header === undefined ? undefined : JSON.parse(Buffer.from(header, 'base64url').toString('utf8')),
  )
