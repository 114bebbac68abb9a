// The server's own protocols: TLS 1.3 alone, HTTP/2 and HTTP/1.1, plain HTTP on the TLS port, another certificate while
// it runs, and what a network may hold open.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:http2'
import { connect } from 'node:net'
import { setTimeout as sleep, setImmediate as tick } from 'node:timers/promises'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createLiveServer } from '#services/api/live/routes.ts'
import { type Certificate, createWebServer } from '#services/api/server.ts'
import { walled } from '#test/unit/services/api/walls/walled.ts'
import {
  answerOn,
  http2,
  makeCertificate,
  overHttp1,
  overHttp2,
  request,
  signedIn,
  tls,
  tlsBox,
} from './tls-box.ts'

const run = promisify(execFile)
let certificate: Certificate
beforeAll(async () => {
  certificate = await makeCertificate('first')
})

describe('TLS', () => {
  test('is 1.3, and nothing older, by openssl’s own client', async () => {
    const { port } = await tlsBox({ certificate })
    const openssl = (version: string) => {
      const running = run('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, version])
      running.child.stdin?.end()
      return running.then(({ stdout }) => stdout)
    }
    expect(await openssl('-tls1_3')).toContain('TLSv1.3')
    await expect(openssl('-tls1_2')).rejects.toThrow(/alert protocol version|unsupported protocol/)
  })

  test('takes another certificate while a session goes on, and stays 1.3', async () => {
    const { server, port } = await tlsBox({ certificate })
    const session = await http2(port)
    const subject = async () => (await tls(port)).getPeerCertificate().subject.CN
    expect(await subject()).toBe('first')
    server.exchange(await makeCertificate('second'))
    expect(await subject()).toBe('second')
    expect((await overHttp2(session, { ':path': '/healthz' })).status).toBe(200)
    await expect(tls(port, { maxVersion: 'TLSv1.2' })).rejects.toThrow(/version/)
  })
})

describe('HTTP', () => {
  test('is version 2 for curl, and 1.1 when it wants that', async () => {
    const { origin } = await tlsBox({ certificate })
    const curl = async (version: string) => {
      const write = ['-sk', version, '-o', '/dev/null', '-w', '%{http_version} %{http_code}']
      return (await run('curl', [...write, `${origin}/healthz`])).stdout
    }
    expect(await curl('--http2')).toBe('2 200')
    expect(await curl('--http1.1')).toBe('1.1 200')
  })

  test('2 gives the whole answer to a client that is slow to take it, though the body was not read', async () => {
    const { port } = await tlsBox({ certificate })
    const session = await http2(port)
    session.settings({ initialWindowSize: 0 })
    await once(session, 'localSettings')
    // refused at the wall, whose answer waits for the client's window
    const refused = overHttp2(session, { ':method': 'POST', ':path': '/hob/v1/models' }, 'a body')
    await sleep(200)
    session.settings({ initialWindowSize: 65_535 })
    const { status, code, text } = await refused
    expect({ status, code }).toEqual({ status: 401, code: 'sign_in_required' })
    expect(JSON.parse(text).error.code).toBe('sign_in_required')
  })

  test('takes a body of many pieces over both', async () => {
    const { port, origin } = await tlsBox({ certificate })
    const body = JSON.stringify({ text: 'x'.repeat(300_000) })
    const headers = { 'content-type': 'application/json', origin, ...signedIn }
    const two = await overHttp2(
      await http2(port),
      { ':method': 'POST', ':path': '/hob/v1/models', ...headers },
      body,
    )
    const one = await overHttp1(port, request(port, '/hob/v1/models', headers, { method: 'POST', body }))
    for (const { status, text } of [one, two]) {
      expect(status).toBe(200)
      expect(text).toContain('x'.repeat(300_000))
    }
  })

  test('that breaks off in the middle of a body is the leaving of a client, and no fault of the box', async () => {
    const { port, origin, lines } = await tlsBox({ certificate })
    const headers = { 'content-type': 'application/json', origin, ...signedIn }
    const one = await tls(port, { ALPNProtocols: ['http/1.1'] })
    const length = { ...headers, 'content-length': '9' }
    one.write(request(port, '/hob/v1/models', length, { method: 'POST' }), () =>
      setTimeout(() => one.destroy(), 50),
    )
    const session = await http2(port)
    const stream = session.request({ ':method': 'POST', ':path': '/hob/v1/models', ...headers })
    stream.on('error', () => undefined)
    stream.write('{', () => setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), 50))
    // Node ends the body of a stream that was reset as if it were whole
    for (const code of ['client_gone', 'invalid_json'])
      await expect.poll(() => lines.filter((line) => line.includes(code))).toHaveLength(1)
    expect(lines.filter((line) => line.includes('"level":"error"'))).toEqual([])
  })
})

describe('plain HTTP on the TLS port', () => {
  const plain = async (port: number, bytes: string) => {
    const socket = connect(port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.write(bytes)
    return await answerOn(socket)
  }

  test('is told where to go', async () => {
    const { port } = await tlsBox({ certificate })
    const answer = await plain(port, request(port, '/chat?x=1'))
    expect(answer.status).toBe(308)
    expect(answer.text).toMatch(new RegExp(`location: https://localhost:${port}/chat\\?x=1\r`, 'i'))
    expect(answer.text).toMatch(/connection: close/i)
    const head = await plain(port, request(port, '/', { host: 'hob-test.local' }, { method: 'HEAD' }))
    expect(head.text).toMatch(new RegExp(`location: https://hob-test.local:${port}/\r`, 'i'))
  })

  test('is refused when it changes something, names another host, or is no HTTP', async () => {
    const { port } = await tlsBox({ certificate })
    const post = await plain(port, request(port, '/hob/v1/session', {}, { method: 'POST', body: '{}' }))
    expect([post.status, post.code]).toEqual([400, 'tls_required'])
    const foreign = await plain(port, request(port, '/', { host: 'evil.example' }))
    expect([foreign.status, foreign.code]).toEqual([421, 'host_not_allowed'])
    const noise = await plain(port, 'SSH-2.0-x\r\n\r\n')
    expect([noise.status, noise.code]).toEqual([400, 'bad_http'])
  })
})

describe('a network cannot hold', () => {
  test('more connections than the cap, and who has one goes on', async () => {
    const { port, connections } = await tlsBox({ certificate, maxConnections: 10 })
    const sessions = await Promise.all(Array.from({ length: 10 }, () => http2(port)))
    const [session] = sessions
    if (session === undefined) throw new TypeError('no session')
    for (const one of sessions) await overHttp2(one, { ':path': '/healthz' })
    expect(connections.open()).toBe(10)
    const one = await overHttp1(port, request(port, '/healthz'))
    expect([one.status, one.code]).toEqual([503, 'too_many_connections'])
    const two = await overHttp2(await http2(port), { ':path': '/healthz' })
    expect([two.status, two.code]).toEqual([503, 'too_many_connections'])
    expect((await overHttp2(session, { ':path': '/healthz' })).status).toBe(200)
  })

  test('a place by saying nothing: the oldest such connection gives way to the next', async () => {
    const { port, connections } = await tlsBox({ certificate, maxConnections: 10 })
    const session = await http2(port)
    expect((await overHttp2(session, { ':path': '/healthz' })).status).toBe(200)
    const oldest = await tls(port)
    oldest.resume()
    const gone = once(oldest, 'close')
    for (let i = 0; i < 8; i++) await tls(port)
    expect((await overHttp1(port, request(port, '/healthz'))).status).toBe(200)
    await gone
    expect((await overHttp2(session, { ':path': '/healthz' })).status).toBe(200)
    await expect.poll(() => connections.open()).toBe(9)
  })

  test('a body back for ever', async () => {
    const { port, origin } = await tlsBox({ certificate, times: { bodyMs: 300, headersMs: 300 } })
    const headers = { 'content-type': 'application/json', origin, ...signedIn }
    const session = await http2(port)
    const stream = session.request({ ':method': 'POST', ':path': '/hob/v1/models', ...headers })
    stream.write('{')
    const [answer] = (await once(stream, 'response')) as [Record<string, unknown>]
    expect([answer[':status'], answer['x-hob-error']]).toEqual([408, 'request_timeout'])
    const one = await overHttp1(
      port,
      request(port, '/hob/v1/models', { ...headers, 'content-length': '9' }, { method: 'POST' }),
    )
    expect(one.status).toBe(408)
  })

  test('an idle session, or one without a request', async () => {
    const { port, connections } = await tlsBox({
      certificate,
      times: { idleMs: 200, headersMs: 200, bodyMs: 200 },
    })
    const two = await http2(port)
    const ended = once(two, 'close')
    expect((await overHttp2(two, { ':path': '/healthz' })).status).toBe(200)
    const one = await tls(port, { ALPNProtocols: ['http/1.1'] })
    one.resume()
    await Promise.all([ended, once(one, 'close')])
    await expect.poll(() => connections.open()).toBe(0)
  })

  test('headers without end', async () => {
    const { port } = await tlsBox({ certificate })
    const one = await overHttp1(port, request(port, '/healthz', { 'x-large': 'a'.repeat(20_000) }))
    expect([one.status, one.code]).toEqual([431, 'header_too_large'])
    const session = await http2(port)
    await expect(overHttp2(session, { ':path': '/healthz', 'x-large': 'a'.repeat(40_000) })).rejects.toThrow(
      /NGHTTP2/,
    )
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`x-${i}`, 'a']))
    await expect(overHttp2(await http2(port), { ':path': '/healthz', ...many })).rejects.toThrow(/NGHTTP2/)
    expect((await overHttp2(await http2(port), { ':path': '/healthz' })).status).toBe(200)
  })

  test('streams by opening and resetting them', async () => {
    const { port, connections } = await tlsBox({ certificate })
    const session = await http2(port)
    let opened = 0
    for (; opened < 1_000 && !session.closed && !session.destroyed; opened++) {
      const stream = session.request({ ':path': '/healthz' })
      stream.on('error', () => undefined)
      await tick()
      stream.close(constants.NGHTTP2_CANCEL)
      await tick()
    }
    // Node's own limits would let the first thousand pass
    expect(opened).toBeLessThan(1_000)
    await expect.poll(() => connections.streams()).toBe(0)
    expect((await overHttp2(await http2(port), { ':path': '/healthz' })).status).toBe(200)
  })
})

test('plain HTTP listens on loopback alone', async () => {
  const { connections, names, app } = walled({ tls: false })
  const server = createWebServer({
    app,
    connections,
    names,
    websocket: createLiveServer(),
    certificate: null,
  })
  for (const host of ['0.0.0.0', '::', '192.168.1.20'])
    await expect(server.listen({ host, port: 0 })).rejects.toThrow(
      expect.objectContaining({ code: 'tls_off_not_loopback' }),
    )
  await server.listen({ host: '127.0.0.1', port: 0 })
  await server.close(AbortSignal.abort())
})

test('the box stops at its deadline, whoever is still there', async () => {
  const { port, server, connections } = await tlsBox({ certificate })
  await http2(port)
  await tls(port)
  await tls(port, { ALPNProtocols: ['http/1.1'] })
  await server.close(AbortSignal.timeout(50))
  await expect.poll(() => connections.open()).toBe(0)
})
