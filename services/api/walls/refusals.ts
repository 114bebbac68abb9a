// Tells the record of each request that a wall refused: what it was is in the error's code. What identity's own routes
// refuse (a wrong password, a wrong code) they tell themselves.
import type { Context, MiddlewareHandler } from 'hono'
import { type ErrorCode, HobError } from '#appliance/errors.ts'
import type { AppEnv } from '#appliance/ipc/app.ts'

/** What no honest program sends twice. Mistakes in a body are no attack, and an expired session is no refusal. */
const told: readonly ErrorCode[] = [
  'host_not_allowed',
  'origin_not_allowed',
  'origin_missing',
  'token_invalid',
  'ticket_invalid',
  'secret_in_url',
  'not_allowed',
  'unclaimed',
  'sign_in_required',
  'too_many_requests',
  'body_too_large',
  'unsupported_encoding',
  'url_not_allowed',
  'plain_http',
  'tls_required',
]

/** Told of each request that was refused. */
export type Refused = (c: Context<AppEnv>, error: HobError) => void

export const refusals =
  (refused: Refused): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    await next()
    if (c.error instanceof HobError && told.includes(c.error.code)) refused(c, c.error)
  }
