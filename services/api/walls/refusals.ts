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
  'too_many_connections',
  'body_too_large',
  'request_timeout',
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
    const error = errorOf(c)
    if (error !== null && (told.includes(error.code) || climbs(c.env.incoming.url ?? ''))) refused(c, error)
  }

/** What is nowhere was not thrown. */
const errorOf = (c: Context<AppEnv>): HobError | null =>
  c.error instanceof HobError
    ? c.error
    : c.error === undefined && c.res.status === 404
      ? new HobError('not_found', { path: c.req.path })
      : null

/** No honest program writes \`..\`, NUL or a backslash into a path, plain, encoded or encoded twice. */
const climbs = (target: string): boolean => {
  const [path = ''] = target.split('?')
  const plain = path
    .replaceAll(/%25(?:25)*/g, '%')
    .replaceAll(/%2e|%c0%ae|%e0%80%ae/gi, '.')
    .replaceAll(/%2f|%c0%af/gi, '/')
  return /(?:^|[/\\])\.\.(?:[/\\;]|$)|\\|%5c|%00/i.test(plain)
}
