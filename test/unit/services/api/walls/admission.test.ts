// Who asks, as the walls find out.
import { EventEmitter } from 'node:events'
import type { Server } from 'node:http'
import { describe, expect, test } from 'vitest'
import { ask } from './asked.ts'
import { fakeIdentity } from './fake-identity.ts'
import { walled } from './walled.ts'

const door = '/hob/v1/door'
const people = () => {
  const identity = fakeIdentity()
  identity.session('ann-cookie')
  identity.token('hob_ann', ['status', 'live'])
  return walled({ identity })
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const cookie = (value: string, name = '__Host-hob') => ({ cookie: `${name}=${value}` })

describe('the caller', () => {
  test('is nobody without a secret', async () => {
    const { body } = await ask(people().app, door)
    expect(body.caller).toMatchObject({ by: 'nobody', id: null, fresh: false, address: '192.168.1.7' })
    expect(body.caller).toMatchObject({ principal: { scopes: [] } })
  })

  test('is who the session’s cookie says', async () => {
    const { body } = await ask(people().app, door, { headers: cookie('ann-cookie') })
    expect(body.caller).toMatchObject({ by: 'session', id: 'id-ann-cookie' })
  })

  test('is nobody with a cookie that is none of ours, or has another name', async () => {
    const { app } = people()
    for (const headers of [
      cookie('other'),
      cookie(''),
      cookie('ann-cookie', 'hob'),
      cookie('x'.repeat(4_000)),
    ])
      expect((await ask(app, door, { headers })).body.caller?.by).toBe('nobody')
  })

  test('has a cookie of another name without TLS', async () => {
    const identity = fakeIdentity()
    identity.session('ann-cookie')
    const { app } = walled({ identity, tls: false })
    expect((await ask(app, door, { headers: cookie('ann-cookie', 'hob') })).body.caller?.by).toBe('session')
    expect((await ask(app, door, { headers: cookie('ann-cookie') })).body.caller?.by).toBe('nobody')
  })

  test('is who the token says, whatever the cookie', async () => {
    const headers = { ...bearer('hob_ann'), ...cookie('ann-cookie') }
    expect((await ask(people().app, door, { headers })).body.caller?.by).toBe('token')
  })

  test.each([
    'Bearer hob_wrong',
    'Bearer ',
    'Bearer',
    'Basic YTpi',
    'hob_ann',
    `Bearer ${'x'.repeat(9_000)}`,
    '',
  ])('with the Authorization %j is refused, and never falls back to the cookie', async (authorization) => {
    const { app } = people()
    const answer = await ask(app, door, { headers: { authorization, ...cookie('ann-cookie') } })
    expect([answer.status, answer.code]).toEqual([401, 'token_invalid'])
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
  })

  test('before the claim is nobody, whatever they send', async () => {
    const { app } = walled({ identity: fakeIdentity({ claimed: false }) })
    const headers = { ...bearer('hob_ann'), ...cookie('ann-cookie') }
    expect((await ask(app, door, { headers })).body.caller?.by).toBe('nobody')
    expect((await ask(app, '/hob/v1/status', { headers })).code).toBe('unclaimed')
  })

  test('has the connection’s address, whatever the headers say of it', async () => {
    const headers = {
      'x-forwarded-for': '127.0.0.1',
      forwarded: 'for=127.0.0.1',
      'x-real-ip': '127.0.0.1',
      'cf-connecting-ip': '127.0.0.1',
    }
    const { app } = people()
    expect((await ask(app, door, { headers })).body.caller?.address).toBe('192.168.1.7')
    const mapped = await ask(app, door, { headers, address: '::ffff:192.168.1.9' })
    expect(mapped.body.caller?.address).toBe('192.168.1.9')
  })

  test('through the box’s own socket is its owner, and nobody else is', async () => {
    const { app, admission } = walled({ identity: fakeIdentity({ claimed: false }) })
    const server = new EventEmitter()
    admission.trustSocketOf(server as Server)
    const socket = {}
    server.emit('connection', socket)
    expect((await ask(app, '/hob/v1/status', { socket })).body.caller?.by).toBe('socket')
    expect((await ask(app, '/hob/v1/status', { socket: {} })).code).toBe('unclaimed')
    const loopback = await ask(app, '/hob/v1/status', { address: '127.0.0.1' })
    expect(loopback.code).toBe('unclaimed')
  })
})

describe('a ticket', () => {
  test('is asked for on the live channel alone', async () => {
    const { app, identity } = people()
    const caller = identity.byToken('hob_ann', { address: null, agent: null })
    if (caller === null) throw new TypeError('no such token')
    identity.ticket('once', caller)
    expect((await ask(app, `${door}?ticket=once`)).body.caller?.by).toBe('nobody')
    // a plain GET of it is let in and told to upgrade
    expect((await ask(app, '/hob/v1/live?ticket=once')).code).toBe('upgrade_required')
    expect((await ask(app, '/hob/v1/live?ticket=once')).code).toBe('ticket_invalid')
  })

  test('that is wrong does not fall back to the cookie', async () => {
    const answer = await ask(people().app, '/hob/v1/live?ticket=no', { headers: cookie('ann-cookie') })
    expect([answer.status, answer.code]).toEqual([401, 'ticket_invalid'])
  })
})

describe('a secret in the URL', () => {
  test.each([
    '?token=x',
    '?ACCESS_TOKEN=x',
    '?api_key=',
    '?%74oken=x',
    '?q=hob_x',
    '?a=1&q=%68ob_ann',
    '?token',
  ])('is refused: %s', async (query) => {
    for (const path of [door, '/hob/v1/status', '/nowhere', '/']) {
      const answer = await ask(people().app, `${path}${query}`, { headers: bearer('hob_ann') })
      expect([answer.status, answer.code]).toEqual([400, 'secret_in_url'])
    }
  })

  test('that is real must be revoked, and stands in no log and no answer', async () => {
    const { app, lines } = people()
    const real = await ask(app, `${door}?token=hob_ann`)
    const madeUp = await ask(app, `${door}?token=hob_none`)
    expect(real.body.error?.remedy).toContain('revoke')
    expect(madeUp.body.error?.remedy).not.toContain('revoke')
    expect(lines.join('')).not.toContain('hob_ann')
    expect(JSON.stringify(real.body)).not.toContain('hob_ann')
  })
})

describe('rates', () => {
  test('hold who has not signed in by their address, whatever they claim it is', async () => {
    const { app } = walled({ rates: { addressPerMinute: 3 } })
    const headers = (i: number) => ({ 'x-forwarded-for': `10.0.0.${i}` })
    for (let i = 0; i < 3; i++) expect((await ask(app, door, { headers: headers(i) })).status).toBe(200)
    const refused = await ask(app, door, { headers: headers(4) })
    expect([refused.status, refused.code]).toEqual([429, 'too_many_requests'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await ask(app, door, { address: '192.168.1.8' })).status).toBe(200)
  })

  test('hold who tries tokens and tickets, too', async () => {
    for (const [target, headers] of [
      [door, bearer('hob_guess')],
      ['/hob/v1/live?ticket=guess', {}],
      [`${door}?token=hob_guess`, {}],
    ] as const) {
      const { app } = walled({ rates: { addressPerMinute: 3 } })
      for (let i = 0; i < 3; i++) expect((await ask(app, target, { headers })).status).toBeLessThan(429)
      expect((await ask(app, target, { headers })).status).toBe(429)
    }
  })

  test('hold a person over all their addresses, and leave health and the socket alone', async () => {
    const identity = fakeIdentity()
    identity.session('ann-cookie')
    const { app, admission } = walled({ identity, rates: { personPerMinute: 2, addressPerMinute: 0 } })
    const as = (address: string) => ask(app, door, { address, headers: cookie('ann-cookie') })
    expect((await as('10.0.0.1')).status).toBe(200)
    expect((await as('10.0.0.2')).status).toBe(200)
    expect((await as('10.0.0.3')).status).toBe(429)
    for (let i = 0; i < 5; i++) expect((await ask(app, '/healthz')).status).toBe(200)
    const server = new EventEmitter()
    admission.trustSocketOf(server as Server)
    const socket = {}
    server.emit('connection', socket)
    for (let i = 0; i < 5; i++) expect((await ask(app, door, { socket })).status).toBe(200)
  })
})
