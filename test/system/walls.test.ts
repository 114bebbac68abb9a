// What a page of another site, a rebinding name, a stolen or ended secret and a liar on the network try against the real
// server, over HTTP/1.1 and HTTP/2, on requests and on WebSockets.
import { once } from 'node:events'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Certificate } from '#services/api/server.ts'
import { walledRoutes } from '#test/unit/services/api/walls/walled.ts'
import { clientFrame, frames, isRefusal, openOverHttp1, openOverHttp2 } from './live-clients.ts'
import {
  type Answer,
  http2,
  makeCertificate,
  overBoth,
  overHttp1,
  overHttp2,
  request,
  signedIn,
  tlsBox,
} from './tls-box.ts'

let certificate: Certificate
beforeAll(async () => {
  certificate = await makeCertificate('localhost')
})

const refused = ({ status, code }: Answer): [number, string] => [status, code]

describe('another name for the box (DNS rebinding)', () => {
  test('reaches no route, whatever the protocol', async () => {
    const { port } = await tlsBox({ certificate })
    const special = [
      '/healthz',
      '/readyz',
      '/metrics',
      '/openapi.json',
      '/hob/v1/live',
      '/',
      '/app.js',
      '/none',
    ]
    const targets = [
      ...walledRoutes.map(({ method, path }) => [method.toUpperCase(), path.replace('{id}', 'x')] as const),
      ...special.map((path) => ['GET', path] as const),
    ]
    for (const [method, path] of targets)
      for (const host of ['evil.example', `localhost.evil.example:${port}`, 'localhost:1'])
        for (const answer of await overBoth(port, path, { host, ...signedIn }, { method }))
          expect(refused(answer), `${method} ${path}`).toEqual([421, 'host_not_allowed'])
  })

  test('does not hide behind a good one', async () => {
    const { port } = await tlsBox({ certificate })
    const good = `localhost:${port}`
    const session = await http2(port)
    for (const [authority, host] of [
      [good, 'evil.example'],
      ['evil.example', good],
    ]) {
      const answer = await overHttp2(session, { ':path': '/healthz', ':authority': authority, host })
      expect(refused(answer)).toEqual([421, 'host_not_allowed'])
    }
    const twice = `GET /healthz HTTP/1.1\r\nhost: ${good}\r\nhost: evil.example\r\nconnection: close\r\n\r\n`
    expect((await overHttp1(port, twice)).status).toBeGreaterThanOrEqual(400)
  })
})

describe('a page of another site', () => {
  const post = { method: 'POST', body: '{}' }
  const typed = { 'content-type': 'application/json', ...signedIn }

  test('cannot send anything, with the cookie or without', async () => {
    const { port } = await tlsBox({ certificate })
    const origins = [
      'https://evil.example',
      'null',
      `http://localhost:${port}`,
      `https://localhost:${port + 1}`,
      'https://localhost',
    ]
    for (const origin of origins)
      for (const answer of [
        ...(await overBoth(port, '/hob/v1/models', { ...typed, origin }, post)),
        ...(await overBoth(port, '/hob/v1/status', { origin, ...signedIn })),
        ...(await overBoth(port, '/hob/v1/session', { 'content-type': 'application/json', origin }, post)),
      ])
        expect(refused(answer), origin).toEqual([403, 'origin_not_allowed'])
  })

  test('cannot post a form in a person’s name', async () => {
    const { port } = await tlsBox({ certificate })
    const form = { 'content-type': 'application/x-www-form-urlencoded', ...signedIn }
    const body = { method: 'POST', body: 'a=1' }
    const cross = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
    for (const answer of await overBoth(port, '/hob/v1/models', { ...form, ...cross }, body))
      expect(refused(answer)).toEqual([403, 'origin_not_allowed'])
    // an old browser says neither Origin nor Sec-Fetch-Site
    for (const answer of await overBoth(port, '/hob/v1/models', form, body))
      expect(refused(answer)).toEqual([403, 'origin_missing'])
    for (const answer of await overBoth(
      port,
      '/hob/v1/models',
      { ...form, 'sec-fetch-site': 'same-origin' },
      body,
    ))
      expect(refused(answer)).toEqual([415, 'unsupported_media_type'])
  })

  test('cannot use the box’s answers as its own parts, but may lead to it', async () => {
    const { port } = await tlsBox({ certificate })
    for (const site of ['cross-site', 'same-site'])
      for (const answer of await overBoth(port, '/hob/v1/status', { 'sec-fetch-site': site, ...signedIn }))
        expect(refused(answer)).toEqual([403, 'origin_not_allowed'])
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
    for (const answer of await overBoth(port, '/', link)) expect(answer.status).toBe(200)
  })

  test('cannot open a WebSocket', async () => {
    const { port } = await tlsBox({ certificate })
    const session = await http2(port)
    for (const headers of [
      { origin: 'https://evil.example', ...signedIn },
      { origin: 'null', ...signedIn },
      { origin: `https://localhost:${port + 1}`, ...signedIn },
    ])
      for (const opened of [await openOverHttp1(port, headers), await openOverHttp2(session, port, headers)])
        expect(isRefusal(opened) && refused(opened)).toEqual([403, 'origin_not_allowed'])
    for (const opened of [await openOverHttp1(port, signedIn), await openOverHttp2(session, port, signedIn)])
      expect(isRefusal(opened) && refused(opened)).toEqual([403, 'origin_missing'])
    const foreign = { host: 'evil.example', origin: 'https://evil.example', ...signedIn }
    for (const opened of [await openOverHttp1(port, foreign), await openOverHttp2(session, port, foreign)])
      expect(isRefusal(opened) && refused(opened)).toEqual([421, 'host_not_allowed'])
  })
})

describe('a WebSocket', () => {
  test('says hello and answers over both protocols, to whoever may listen', async () => {
    const { port, origin, hub } = await tlsBox({ certificate })
    const headers = { origin, ...signedIn }
    const one = await openOverHttp1(port, headers)
    if (isRefusal(one)) throw new TypeError(one.code)
    const two = await openOverHttp2(await http2(port), port, headers)
    if (isRefusal(two)) throw new TypeError(two.code)
    const read = frames(two)
    expect((await read.next()).value).toContain('"type":"hello"')
    two.write(clientFrame('{"type":"ping"}'))
    expect((await read.next()).value).toBe('{"type":"pong"}')
    const heard = once(one, 'message')
    hub.publish('load', { cpu: 0.5, memoryTotalBytes: 1, memoryAvailableBytes: 1 }, 'everyone')
    expect((await read.next()).value).toContain('"cpu":0.5')
    expect(String((await heard)[0])).toContain('"type":"')
  })

  test('is nobody’s who has not signed in, and needs its right', async () => {
    const { port, origin, identity } = await tlsBox({ certificate })
    identity.token('hob_status', ['status'])
    const session = await http2(port)
    for (const [headers, answer] of [
      [{ origin }, [401, 'sign_in_required']],
      [{ authorization: 'Bearer hob_status' }, [403, 'not_allowed']],
      [{ authorization: 'Bearer hob_wrong' }, [401, 'token_invalid']],
    ] as const)
      for (const opened of [await openOverHttp1(port, headers), await openOverHttp2(session, port, headers)])
        expect(isRefusal(opened) && refused(opened)).toEqual(answer)
    const token = await openOverHttp2(session, port, { authorization: 'Bearer hob_ann' })
    expect(isRefusal(token)).toBe(false)
  })

  test('opens with a ticket, once', async () => {
    const { port, identity } = await tlsBox({ certificate })
    const caller = identity.byToken('hob_ann', { address: null, agent: null })
    if (caller === null) throw new TypeError('no such token')
    const session = await http2(port)
    identity.ticket('t1', caller)
    expect(isRefusal(await openOverHttp1(port, {}, '?ticket=t1'))).toBe(false)
    const again = await openOverHttp2(session, port, {}, '?ticket=t1')
    expect(isRefusal(again) && refused(again)).toEqual([401, 'ticket_invalid'])
    identity.ticket('t2', caller)
    expect(isRefusal(await openOverHttp2(session, port, {}, '?ticket=t2'))).toBe(false)
  })

  test('is cut when its session or token ends, and hears nothing more', async () => {
    const { port, origin, identity, hub, live } = await tlsBox({ certificate })
    const one = await openOverHttp1(port, { origin, ...signedIn })
    const two = await openOverHttp2(await http2(port), port, { authorization: 'Bearer hob_ann' })
    if (isRefusal(one) || isRefusal(two)) throw new TypeError('not open')
    const read = frames(two)
    await read.next()
    const heard: string[] = []
    one.on('message', (data) => heard.push(Buffer.isBuffer(data) ? data.toString('utf8') : ''))
    const closed = once(one, 'close')
    await expect.poll(() => live.connections()).toBe(2)
    for (const secret of ['ann', 'hob_ann']) identity.end(secret)
    hub.publish('load', { cpu: 0.5, memoryTotalBytes: 1, memoryAvailableBytes: 1 }, 'everyone')
    expect((await closed)[0]).toBe(4401)
    expect((await read.next()).value).toBe(4401)
    expect(heard.filter((text) => text.includes('cpu'))).toEqual([])
    // the client over HTTP/2 answers no goodbye; it is cut all the same
    await expect.poll(() => live.connections(), { timeout: 3_000 }).toBe(0)
    const back = await openOverHttp1(port, { origin, ...signedIn })
    expect(isRefusal(back) && refused(back)).toEqual([401, 'sign_in_required'])
  })

  test('of a person whose role changed is cut, and comes back', async () => {
    const { port, origin, identity } = await tlsBox({ certificate })
    const one = await openOverHttp1(port, { origin, ...signedIn })
    if (isRefusal(one)) throw new TypeError('not open')
    const closed = once(one, 'close')
    identity.session('ann', {}, { role: 'child' })
    identity.changed('ann')
    expect((await closed)[0]).toBe(4401)
    expect(isRefusal(await openOverHttp1(port, { origin, ...signedIn }))).toBe(false)
  })

  test('of another protocol or version is refused, and a tunnel is none', async () => {
    const { port, origin } = await tlsBox({ certificate })
    const session = await http2(port)
    const headers = { origin, ...signedIn }
    const old = await openOverHttp2(session, port, { ...headers, 'sec-websocket-version': '8' })
    expect(isRefusal(old) && refused(old)).toEqual([400, 'bad_http'])
    const other = await openOverHttp2(session, port, { ...headers, ':protocol': 'connect-udp' })
    expect(isRefusal(other) && refused(other)).toEqual([400, 'bad_http'])
    const tunnel = `CONNECT evil.example:443 HTTP/1.1\r\nhost: localhost:${port}\r\n\r\n`
    expect((await overHttp1(port, tunnel)).status).toBe(405)
    const upgrade = { connection: 'Upgrade', upgrade: 'h2c' }
    expect((await overHttp1(port, request(port, '/healthz', upgrade))).status).toBe(200)
  })
})

describe('a request', () => {
  test('with a secret in its URL is refused over both, the live channel too', async () => {
    const { port, origin, lines } = await tlsBox({ certificate })
    for (const answer of await overBoth(port, '/hob/v1/status?token=hob_ann')) {
      expect(refused(answer)).toEqual([400, 'secret_in_url'])
      expect(answer.text).toContain('revoke')
    }
    const live = await openOverHttp2(
      await http2(port),
      port,
      { origin, ...signedIn },
      '?access_token=hob_ann',
    )
    expect(isRefusal(live) && refused(live)).toEqual([400, 'secret_in_url'])
    expect(lines.join('')).not.toContain('hob_ann')
  })

  test('is believed no address but its connection’s', async () => {
    const { port } = await tlsBox({ certificate })
    const lies = { 'x-forwarded-for': '10.9.9.9', forwarded: 'for=10.9.9.9', 'x-real-ip': '10.9.9.9' }
    for (const answer of await overBoth(port, '/hob/v1/door', lies)) {
      expect(answer.text).toContain('"address":"127.0.0.1"')
      expect(answer.text).not.toContain('10.9.9.9')
    }
  })

  test('that is no path leads nowhere', async () => {
    const { port } = await tlsBox({ certificate })
    for (const target of [
      '/../../etc/passwd',
      '/assets/%2e%2e%2f%2e%2e%2fpackage.json',
      '/hob/v1/conversations/..%2f..%2fpeople',
      '/hob/v1/conversations/%252e%252e%252fpeople',
      '/hob/v1/door/..;/people',
      '/hob/v1/door/%2e%2e/people',
      '//hob/v1/people',
      '/hob/v1/people%00',
    ])
      for (const answer of await overBoth(port, target))
        expect([400, 401, 404], target).toContain(answer.status)
    for (const target of ['http://evil.example/hob/v1/people', 'hob/v1/people', '*'])
      expect((await overHttp1(port, request(port, target))).status).toBeGreaterThanOrEqual(400)
  })

  test('with a body that is packed, or beyond the limit, is refused', async () => {
    const { port, origin } = await tlsBox({ certificate })
    const headers = { 'content-type': 'application/json', origin, ...signedIn }
    const post = { method: 'POST', body: '{}' }
    for (const encoding of ['gzip', 'br', 'deflate', 'zstd', 'identity, gzip', 'x'])
      for (const answer of await overBoth(
        port,
        '/hob/v1/models',
        { ...headers, 'content-encoding': encoding },
        post,
      ))
        expect(refused(answer)).toEqual([415, 'unsupported_encoding'])
    const session = await http2(port)
    const pseudo = { ':method': 'POST', ':path': '/hob/v1/models', ...headers }
    expect(refused(await overHttp2(session, pseudo, Buffer.alloc(9 * 1024 * 1024, 0x20)))).toEqual([
      413,
      'body_too_large',
    ])
    const lie = request(port, '/hob/v1/models', { ...headers, 'content-length': '1073741824' }, post)
    expect(refused(await overHttp1(port, lie))).toEqual([413, 'body_too_large'])
  })

  test('whose token ends is cut in the middle of its answer', async () => {
    const { port, identity } = await tlsBox({ certificate })
    const session = await http2(port)
    const headers = { authorization: 'Bearer hob_ann' }
    const stream = session.request({ ':path': '/hob/v1/conversations/endless', ...headers })
    stream.on('error', () => undefined)
    await once(stream, 'data')
    const closed = once(stream, 'close')
    identity.end('hob_ann')
    await closed
    expect((await overHttp2(session, { ':path': '/hob/v1/status', ...headers })).code).toBe('token_invalid')
  })
})

test('an unclaimed box shows its page and its claim, and nothing else', async () => {
  const { port } = await tlsBox({ certificate, claimed: false })
  for (const target of ['/', '/healthz', '/hob/v1/door'])
    for (const answer of await overBoth(port, target)) expect(answer.status).toBe(200)
  for (const target of ['/hob/v1/status', '/metrics', '/hob/v1/live', '/v1/models'])
    for (const answer of await overBoth(port, target)) expect(refused(answer)).toEqual([403, 'unclaimed'])
})
