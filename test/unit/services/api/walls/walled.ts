// The api's real walls before a few routes of every kind, with an identity that the test moves.
import { createRoute, type RouteConfig } from '@hono/zod-openapi'
import { needs, needsFresh } from '#appliance/contracts/access.ts'
import { noContent } from '#appliance/contracts/answer.ts'
import { createLog } from '#appliance/log.ts'
import { createApi } from '#services/api/app.ts'
import { createHub } from '#services/api/live/hub.ts'
import { registerLive } from '#services/api/live/routes.ts'
import type { Times } from '#services/api/walls/connections.ts'
import { type FakeIdentity, fakeIdentity } from './fake-identity.ts'

const route = (method: 'get' | 'post' | 'delete', path: string, need: object): RouteConfig =>
  createRoute({ method, path, ...need, responses: noContent })

export const walledRoutes: readonly RouteConfig[] = [
  route('get', '/hob/v1/door', needs('nobody')),
  route('post', '/hob/v1/session', needs('nobody')),
  route('post', '/hob/v1/claim', needs('unclaimed')),
  route('get', '/hob/v1/status', needs('status')),
  route('get', '/hob/v1/conversations/{id}', needs('history')),
  route('post', '/hob/v1/models', needs('models:manage')),
  route('delete', '/hob/v1/people/{id}', needsFresh('people')),
  route('get', '/hob/v1/people', needs('people')),
  route('get', '/hob/v1/self', needs('self')),
  route('get', '/hob/v1/forgotten', {}),
]

/** An answer that begins and does not end. */
const endless = (): ReadableStream => new ReadableStream({ start: (to) => to.enqueue(Buffer.from('begun')) })

interface Options {
  identity?: FakeIdentity
  tls?: boolean
  port?: () => number
  names?: () => readonly string[]
  times?: Times
  maxConnections?: number
  rates?: { personPerMinute?: number; addressPerMinute?: number }
}

export function walled({ identity = fakeIdentity(), ...options }: Options = {}) {
  const lines: string[] = []
  const api = createApi({
    log: createLog({ service: 'api', level: 'debug', write: (line) => lines.push(line) }),
    now: () => new Date(),
    identity,
    maxConnections: 1_000,
    tls: true,
    names: () => ['hob-test.local'],
    port: () => 4620,
    routes: walledRoutes,
    ...options,
  })
  const { app } = api
  const hub = createHub()
  const live = registerLive(app, { hub, identity })
  for (const { method, path } of walledRoutes) {
    app.on(method.toUpperCase(), path.replaceAll(/\{(.+?)\}/g, ':$1'), async (c) =>
      c.req.param('id') === 'endless'
        ? c.body(endless(), 200)
        : c.json({ route: `${method} ${path}`, caller: c.get('caller'), body: await c.req.text() }),
    )
  }
  for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json', '/reference'])
    app.get(path, (c) => c.json({ route: path }))
  app.all('/hob/v1/status', (c) => c.json({ route: 'another method' }))
  app.get('*', async (c, next) => {
    if (!/^\/(app\.js)?$/.test(c.req.path)) return await next()
    return c.json({ route: 'page' })
  })
  return { ...api, identity, hub, live, lines }
}
