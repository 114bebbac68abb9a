// Who may do what: every route × everybody, and every way of writing a path.
import type { RouteConfig } from '@hono/zod-openapi'
import { describe, expect, test } from 'vitest'
import { freshKey, mayDo, type Need, needKey, scopes } from '#appliance/contracts/access.ts'
import { identityRoutes } from '#appliance/contracts/identity.ts'
import { publicRoutes } from '#appliance/contracts/openapi.ts'
import { type Caller, type Principal, roles } from '#appliance/contracts/principal.ts'
import { createApp } from '#appliance/ipc/app.ts'
import { createLog } from '#appliance/log.ts'
import { rightsWall } from '#services/api/walls/rights.ts'
import { ask } from './asked.ts'
import { fakeIdentity } from './fake-identity.ts'
import { walled } from './walled.ts'

const box = () => {
  const identity = fakeIdentity()
  for (const role of roles) identity.session(role, {}, { role })
  identity.session('fresh', { fresh: true }, { role: 'owner' })
  identity.token('hob_status', ['status'], { role: 'owner' })
  identity.token('hob_none', [], { role: 'owner' })
  identity.token('hob_child', ['models:manage'], { role: 'child' })
  return walled({ identity })
}
const as = (name: string) => ({ headers: { cookie: `__Host-hob=${name}` } })
const withToken = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
const changing = { 'sec-fetch-site': 'same-origin' }

describe('on a claimed box', () => {
  test.each([
    ['GET', '/hob/v1/status'],
    ['GET', '/hob/v1/live'],
    ['GET', '/metrics'],
    ['GET', '/hob/v1/forgotten'],
    ['GET', '/hob/v1/nothing'],
    ['GET', '/v1'],
    ['GET', '/hob'],
    ['POST', '/v1/nothing'],
    ['PUT', '/hob/v1/status'],
    ['DELETE', '/hob/v1/people/x'],
    ['HEAD', '/hob/v1/status'],
  ])('nobody gets %s %s', async (method, path) => {
    const answer = await ask(box().app, path, { method })
    expect([answer.status, answer.code]).toEqual([401, 'sign_in_required'])
  })

  test.each(['/healthz', '/readyz', '/openapi.json', '/reference', '/hob/v1/door', '/', '/app.js'])(
    'everybody gets %s',
    async (path) => expect((await ask(box().app, path)).status).toBe(200),
  )

  test('the claim’s own route answers for itself', async () => {
    expect((await ask(box().app, '/hob/v1/claim', { method: 'POST' })).body.route).toBe('post /hob/v1/claim')
  })

  test('what is not there is told to who has signed in', async () => {
    expect((await ask(box().app, '/hob/v1/nothing', as('guest'))).status).toBe(404)
    expect((await ask(box().app, '/no-page')).status).toBe(404)
  })

  test('a route without a need is nobody’s, an owner’s neither', async () => {
    expect((await ask(box().app, '/hob/v1/forgotten', as('fresh'))).code).toBe('not_allowed')
  })

  test('another method of a path is told to who has signed in', async () => {
    const { headers } = as('owner')
    const answer = await ask(box().app, '/hob/v1/status', {
      method: 'PUT',
      headers: { ...headers, ...changing },
    })
    expect(answer.code).toBe('method_not_allowed')
  })

  test('a token lacks the scope, a person the right, and both are named', async () => {
    const { app } = box()
    const [scope, role, never, child] = await Promise.all([
      ask(app, '/metrics', withToken('hob_status')),
      ask(app, '/metrics', as('adult')),
      ask(app, '/hob/v1/self', withToken('hob_status')),
      ask(app, '/hob/v1/models', { method: 'POST', ...withToken('hob_child') }),
    ])
    for (const answer of [scope, role, never, child])
      expect([answer.status, answer.code]).toEqual([403, 'not_allowed'])
    expect(scope.body.error?.message).toContain('the scope “metrics”, which this token')
    expect(role.body.error?.message).toContain('the right “metrics”, which an adult')
    expect(child.body.error?.message).toContain('the right “models:manage”')
    expect((await ask(app, '/hob/v1/status', withToken('hob_status'))).status).toBe(200)
    expect((await ask(app, '/hob/v1/status', withToken('hob_none'))).code).toBe('not_allowed')
  })

  test('what is dangerous asks who has not said who they are for a while', async () => {
    const { app } = box()
    const remove = (name: string) =>
      ask(app, '/hob/v1/people/x', { method: 'DELETE', headers: { ...as(name).headers, ...changing } })
    expect((await remove('owner')).code).toBe('confirm_required')
    expect((await remove('adult')).code).toBe('not_allowed')
    expect((await remove('fresh')).status).toBe(200)
  })
})

describe('on an unclaimed box', () => {
  const unclaimed = () => walled({ identity: fakeIdentity({ claimed: false }) })

  test.each([
    '/hob/v1/status',
    '/hob/v1/live',
    '/metrics',
    '/hob/v1/forgotten',
    '/hob/v1/nothing',
    '/v1/models',
  ])('%s must wait for the claim', async (path) => {
    const answer = await ask(unclaimed().app, path)
    expect([answer.status, answer.code]).toEqual([403, 'unclaimed'])
  })

  test.each(['/healthz', '/readyz', '/openapi.json', '/reference', '/hob/v1/door', '/'])(
    '%s answers',
    async (path) => expect((await ask(unclaimed().app, path)).status).toBe(200),
  )

  test('the claim answers, and then the rest', async () => {
    const { app, identity } = unclaimed()
    expect((await ask(app, '/hob/v1/claim', { method: 'POST' })).status).toBe(200)
    identity.claim()
    expect((await ask(app, '/hob/v1/status')).code).toBe('sign_in_required')
  })
})

describe('no way of writing a path', () => {
  const written = [
    '/hob/v1/people/',
    '//hob/v1/people',
    '/hob//v1/people',
    '/hob/v1//people',
    '/./hob/v1/people',
    '/hob/./v1/people',
    '/hob/v1/x/../people',
    '/hob/v1/people/.',
    '/hob/v1/door/../people',
    '/hob/v1/door/%2e%2e/people',
    '/hob/v1/door%2f..%2fpeople',
    '/hob/v1/%70eople',
    '/%68ob/v1/people',
    '/hob/v1/%2570eople',
    '/%2568ob/v1/people',
    '/hob/v1%2fpeople',
    '/hob%2fv1%2fpeople',
    '/HOB/v1/people',
    '/hob/V1/People',
    '/hob\\v1\\people',
    '/hob/v1/people;x',
    '/hob/v1/people%00',
    '/hob/v1/people%20',
    '/hob/v1/people?x=/hob/v1/door',
    '/hob/v1/people#/hob/v1/door',
    '/hob/v1/ｐeople',
  ]

  test.each(written)('leads nobody to a route past its right: %s', async (path) => {
    for (const method of ['GET', 'HEAD', 'get']) {
      const answer = await ask(box().app, path, { method })
      expect([401, 404], `${method} ${answer.body.route}`).toContain(answer.status)
      expect(answer.body.route).toBeUndefined()
    }
  })

  test.each(written)('leads an adult there: %s', async (path) => {
    const answer = await ask(box().app, path, as('adult'))
    expect([403, 404]).toContain(answer.status)
  })

  test('keeps those who may from it, either', async () => {
    for (const path of ['/hob/v1/people', '/hob/v1/%70eople', '/hob/./v1/people'])
      expect((await ask(box().app, path, as('owner'))).body.route).toBe('get /hob/v1/people')
  })
})

describe('every route of the contracts', () => {
  const contracts: readonly RouteConfig[] = [
    ...new Set<RouteConfig>([...publicRoutes, ...Object.values(identityRoutes)]),
  ]
  const grants = [
    { name: 'nobody' },
    ...roles.map((role) => ({ name: role, role, scopes: ['*'] })),
    ...roles.flatMap((role) =>
      scopes.map((scope) => ({ name: `${role}’s token for ${scope}`, role, scopes: [scope] })),
    ),
    { name: 'owner’s token for nothing', role: 'owner' as const, scopes: [] },
  ]

  test.each(grants)('lets in $name by its right alone', async (grant) => {
    const identity = fakeIdentity()
    if ('role' in grant && grant.scopes[0] === '*')
      identity.session('me', { fresh: true }, { role: grant.role })
    else if ('role' in grant) identity.token('hob_me', grant.scopes, { role: grant.role })
    const app = createApp({ log: createLog({ service: 'api', level: 'error', write: () => undefined }) })
    app.use(async (c, next) => {
      const from = { address: null, agent: null }
      const known = identity.bySession('me', from) ?? identity.byToken('hob_me', from)
      const principal: Principal = { user: 'nobody', role: 'guest', scopes: [], origin: 'api' }
      const stranger: Caller = { principal, by: 'nobody', id: null, name: null, fresh: false, address: null }
      c.set('caller', known ?? stranger)
      await next()
    })
    app.use(rightsWall({ identity, routes: contracts }))
    for (const { method, path } of contracts)
      app.on(method.toUpperCase(), path.replaceAll(/\{(.+?)\}/g, ':$1'), (c) => c.json({ route: 'reached' }))
    for (const route of contracts) {
      const need = route[needKey] as Need | undefined
      const open = need === 'nobody' || need === 'unclaimed'
      const may =
        need !== undefined &&
        !open &&
        'role' in grant &&
        mayDo({ role: grant.role, scopes: grant.scopes }, need)
      const isFresh = grant.name !== 'nobody' && 'role' in grant && grant.scopes[0] === '*'
      const method = route.method.toUpperCase()
      const answer = await ask(app, route.path.replaceAll(/\{(.+?)\}/g, 'x'), { method })
      const passes = open || (may && (route[freshKey] !== true || isFresh))
      expect(answer.body.route === 'reached', `${method} ${route.path}: ${answer.code}`).toBe(passes)
      if (!passes) expect(answer.status).toBe(grant.name === 'nobody' ? 401 : 403)
    }
  })
})
