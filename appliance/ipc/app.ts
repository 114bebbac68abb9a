// The Hono application that every service begins with: one shape for errors, strict bodies, a request id on every
// answer and log line. Routes are added by the services from their contracts.
import { randomUUID } from 'node:crypto'
import type { Http2Bindings, HttpBindings } from '@hono/node-server'
import { OpenAPIHono, type z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { routePath } from 'hono/route'
import type { Caller, Principal } from '../contracts/principal.ts'
import { HobError, toErrorBody } from '../errors.ts'
import { errorFields, type Log } from '../log.ts'

/** Hands over the WebSocket that the request becomes; `failed` when its peer left before. */
export type Upgrade = (opened: (socket: unknown) => void, failed: () => void) => void

export interface AppEnv {
  /** With `upgrade`, the request asks to become a WebSocket, and nothing may be written to `outgoing`. */
  Bindings: (HttpBindings | Http2Bindings) & { upgrade?: Upgrade }
  /** `caller` is the api's alone: between services the principal travels. */
  Variables: { requestId: string; principal: Principal; caller: Caller }
}
export type App = OpenAPIHono<AppEnv>

export function createApp({ log }: { log: Log }): App {
  const app: App = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalidRequest(result.error)
    },
  })
  app.use(async (c, next) => {
    const given = c.req.header('x-request-id')
    const requestId = given !== undefined && /^[\w-]{8,64}$/.test(given) ? given : randomUUID()
    c.set('requestId', requestId)
    await next()
    c.res.headers.set('x-request-id', requestId)
  })
  app.notFound((c) => respondError(c, new HobError('not_found', { path: c.req.path }), log))
  app.onError((error, c) => respondError(c, error, log))
  return app
}

/** The first thing that a schema found wrong, with the field it is about. */
export function invalidRequest(error: z.ZodError): HobError {
  const issue = error.issues[0]
  const param = issue?.path.join('.') ?? ''
  const detail = `${param === '' ? 'The request' : param}: ${issue?.message ?? 'not valid'}`
  return new HobError('invalid_request', { detail }, param === '' ? {} : { param })
}

/** Answers any error in its public shape; what is not ours is logged with its stack. */
export function respondError(c: Context<AppEnv>, error: unknown, log: Log): Response {
  const known = error instanceof HTTPException ? fromHttpException(c, error) : error
  const requestId = c.get('requestId')
  const { status, body, retryAfterSeconds } = toErrorBody(known, requestId)
  // the route and not the path, the code and not the words: these repeat what somebody wrote
  const fields = {
    request_id: requestId,
    code: body.error.code,
    method: c.req.method,
    route: routePath(c, -1),
  }
  if (status >= 500) log.error(body.error.message, { ...fields, ...errorFields(known) })
  else log.debug('a request was refused', fields)
  // a refused WebSocket upgrade has no body: its code stands in a header
  const headers = new Headers({
    'content-type': 'application/json',
    'x-request-id': requestId,
    'x-hob-error': body.error.code,
  })
  // RFC 9110 §11.6.1: a 401 says how
  if (status === 401) headers.set('www-authenticate', 'Bearer')
  if (retryAfterSeconds !== undefined) headers.set('retry-after', String(retryAfterSeconds))
  return new Response(JSON.stringify(body), { status, headers })
}

/** What Hono's own parts throw. */
function fromHttpException(c: Context<AppEnv>, error: HTTPException): Error {
  const type = c.req.header('content-type') ?? 'nothing'
  if (error.status === 415) return new HobError('unsupported_media_type', { type }, { cause: error })
  if (error.status === 400) return new HobError('invalid_json', { detail: error.message }, { cause: error })
  return error
}

/** Aborts when whoever asked is gone before the answer was complete. */
export function clientGone(c: Context<AppEnv>): AbortSignal {
  const controller = new AbortController()
  const { outgoing } = c.env
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) controller.abort(new HobError('client_gone'))
  })
  return controller.signal
}
