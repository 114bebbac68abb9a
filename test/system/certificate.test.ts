// A whole box with TLS, seen by openssl, curl and WebSocket clients that trust its root; its name is changed while it
// works, and nobody is cut off. own-certificate.test.ts has the certificates that an owner brings.
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { boxNamesSchema } from '#appliance/contracts/network.ts'
import { run, type SecureBox, startSecureBox } from './secure-box.ts'
import { handshake, hob, http2, live, rows, served } from './secure-clients.ts'

let box: SecureBox
let name = ''
beforeAll(async () => {
  box = await startSecureBox()
  name = boxNamesSchema.parse(JSON.parse((await box.asOwner('/hob/v1/name')).body)).host
}, 240_000)
afterAll(() => box?.stop())

describe('openssl and curl', () => {
  test('verify the chain with the root from the plain port, by each name and address', async () => {
    for (const [flag, value] of [
      ['-verify_hostname', name],
      ['-verify_hostname', 'localhost'],
      ['-verify_ip', '127.0.0.1'],
    ] as const) {
      const { code, text: said } = await handshake(box, '-verify_return_error', flag, value)
      expect(code, said).toBe(0)
      expect(said).toContain('Verify return code: 0 (ok)')
      expect(said).toContain('TLSv1.3')
    }
    const stranger = await handshake(box, '-verify_return_error', '-verify_hostname', 'elsewhere.local')
    expect(stranger.code).not.toBe(0)
  })

  test.each(['-tls1_2', '-tls1_1', '-tls1'])('are refused with %s', async (version) => {
    const { code, text: said } = await handshake(box, version, '-cipher', 'DEFAULT:@SECLEVEL=0')
    expect(code).not.toBe(0)
    expect(said).toContain('alert protocol version')
  })

  test('find names and addresses in the leaf, and the root held to the home by critical constraints', async () => {
    const leaf = join(box.folder, 'leaf.txt')
    writeFileSync(leaf, (await handshake(box, '-showcerts')).text)
    const { text: names } = await run('openssl', 'x509', '-in', leaf, '-noout', '-ext', 'subjectAltName')
    const label = name.replace('.local', '')
    for (const one of ['localhost', name, `${label}.lan`, `${label}.home.arpa`, `${label}.internal`])
      expect(names).toContain(`DNS:${one}`)
    expect(names).toContain('IP Address:127.0.0.1')
    const extensions = 'nameConstraints,basicConstraints,keyUsage'
    const { text: ca } = await run('openssl', 'x509', '-in', box.caFile, '-noout', '-ext', extensions)
    expect(ca).toMatch(/Name Constraints: critical\s+Permitted:\s+DNS:local\s/)
    expect(ca).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/)
    expect(ca).toMatch(/Key Usage: critical\s+Certificate Sign, CRL Sign/)
    expect(ca).not.toContain('Excluded')
  })

  test('get HTTP/2 by the box’s name, and HTTP/1.1 when they want that', async () => {
    const curl = (...more: string[]) =>
      run(
        'curl',
        '-s',
        '--cacert',
        box.caFile,
        '--resolve',
        `${name}:${box.port}:127.0.0.1`,
        '-o',
        '/dev/null',
        '-w',
        '%{http_version} %{http_code}',
        ...more,
        `https://${name}:${box.port}/healthz`,
      )
    expect((await curl('--http2')).text).toBe('2 200')
    expect((await curl('--http1.1')).text).toBe('1.1 200')
  })

  test('find on the plain port the root, its guide and the way to TLS, and nothing else', async () => {
    const plain = (path: string, init: RequestInit = {}) =>
      fetch(`${box.plain}${path}`, { redirect: 'manual', ...init })
    for (const path of ['/', '/ca.pem', '/ca.crt', '/ca.mobileconfig', '/plain.css', '/healthz'])
      expect((await plain(path)).status, path).toBe(200)
    const { caFingerprint } = served(await box.asOwner('/hob/v1/certificate'))
    expect((await (await plain('/')).text()).replaceAll('<wbr>', '')).toContain(caFingerprint)
    for (const path of [
      '/chat',
      '/hob/v1/door',
      '/hob/v1/status',
      '/v1/models',
      '/metrics',
      '/openapi.json',
    ]) {
      const { status, headers } = await plain(path)
      expect(status, path).toBe(308)
      expect(headers.get('location')).toBe(`https://127.0.0.1:${box.port}${path}`)
    }
    const post = await plain('/hob/v1/session', { method: 'POST', body: '{}' })
    expect([post.status, post.headers.get('set-cookie')]).toEqual([403, null])
  })
})

describe('the live channel', () => {
  test('works over HTTP/1.1', async () => {
    const { socket, frames } = await live(box)
    socket.send('{"type":"ping"}')
    await expect.poll(() => frames.map(({ type }) => type), { timeout: 60_000 }).toContain('pong')
    expect(frames[0]?.type).toBe('hello')
  })

  test('works over HTTP/2 (RFC 8441)', async () => {
    const session = await http2(box)
    expect(session.remoteSettings.enableConnectProtocol).toBe(true)
    const stream = session.request({
      ':method': 'CONNECT',
      ':protocol': 'websocket',
      ':scheme': 'https',
      ':authority': `localhost:${box.port}`,
      ':path': '/hob/v1/live',
      'sec-websocket-version': '13',
      ...box.headers,
    })
    let came = ''
    stream.on('data', (bytes: Buffer) => (came += bytes.toString('latin1')))
    const [answer] = await once(stream, 'response')
    expect(Object(answer)[':status']).toBe(200)
    await expect.poll(() => came, { timeout: 60_000 }).toContain('"type":"hello"')
    const ping = Buffer.from('{"type":"ping"}')
    // one final text frame, masked with zeroes
    stream.write(Buffer.concat([Buffer.from([0x81, 0x80 | ping.length, 0, 0, 0, 0]), ping]))
    await expect.poll(() => came, { timeout: 60_000 }).toContain('"type":"pong"')
    stream.close()
  })
})

describe('another name', () => {
  const rename = (json: object, host = name) => box.asOwner('/hob/v1/name', { method: 'PATCH', json, host })
  const names = async () => boxNamesSchema.parse(JSON.parse((await box.asOwner('/hob/v1/name')).body))

  test('is certified and answered to at once, while who came by the old one goes on, and pages are told', async () => {
    const { frames } = await live(box)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(() => agent.destroy())
    expect((await box.asOwner('/hob/v1/door', { host: name, agent })).status).toBe(200)

    const answer = await box.asOwner('/hob/v1/name', {
      method: 'PATCH',
      json: { name: '  Küche ', label: 'Kitchen-Hob' },
      host: name,
      agent,
    })
    expect(answer.status, answer.body).toBe(200)
    expect(boxNamesSchema.parse(JSON.parse(answer.body))).toMatchObject({
      name: 'Küche',
      label: 'kitchen-hob',
      host: 'kitchen-hob.local',
      addresses: [`https://localhost:${box.port}`],
    })
    // a new handshake is verified for the new name; the old one is still served, on open connections and on new ones
    expect((await box.ask('/hob/v1/door', { host: 'kitchen-hob.local' })).status).toBe(200)
    expect((await box.asOwner('/hob/v1/door', { host: name, agent })).status).toBe(200)
    expect((await box.asOwner('/hob/v1/name', { host: name })).status).toBe(200)
    expect((await handshake(box, '-verify_return_error', '-verify_hostname', 'kitchen-hob.local')).code).toBe(
      0,
    )
    expect(
      (await box.ask('/hob/v1/door', { host: 'localhost', headers: { host: 'study.local' } })).status,
    ).toBe(421)
    await expect
      .poll(() => frames.find(({ type }) => type === 'box')?.data, { timeout: 60_000 })
      .toEqual({ name: 'Küche', host: 'kitchen-hob.local', was: name })
    const kept: unknown = JSON.parse(readFileSync(join(box.dataDir, 'api', 'box.json'), 'utf8'))
    expect(kept).toMatchObject({ host: 'kitchen-hob', name: 'Küche' })
    expect(await (await fetch(`${box.plain}/`)).text()).toContain('Küche')
    expect((await rows(box, 'box.renamed'))[0]).toMatchObject({
      outcome: 'done',
      who: { by: 'session', name: 'Vesta' },
      details: { name: 'Küche', label: 'kitchen-hob' },
    })
  })

  test('asked for again changes nothing, and records nothing', async () => {
    const before = await rows(box, 'box.renamed')
    const again = await rename({ name: 'Küche', label: 'kitchen-hob' })
    expect(again.status).toBe(200)
    expect(JSON.parse(again.body)).toEqual(await names())
    expect(await rows(box, 'box.renamed')).toEqual(before)
  })

  test('that no network carries is refused as a whole, and recorded', async () => {
    const before = await names()
    for (const json of [
      { name: 'Study', label: 'kit.chen' },
      { label: 'localhost' },
      { name: '\u001b[2J' },
    ]) {
      const { status, code } = await rename(json)
      expect([status, code]).toEqual([400, 'name_invalid'])
    }
    expect(await names()).toEqual(before)
    expect((await rows(box, 'box.renamed'))[0]).toMatchObject({ outcome: 'refused', code: 'name_invalid' })
  })

  test('is given by `hob name`, too', async () => {
    const said = await hob(box, 'name', 'Pantry', '--host', 'pantry', '--json')
    expect(said.code, said.out).toBe(0)
    expect(JSON.parse(said.out)).toMatchObject({ name: 'Pantry', label: 'pantry', host: 'pantry.local' })
    expect((await box.ask('/healthz', { host: 'pantry.local' })).status).toBe(200)
    expect((await hob(box, 'name')).out).toMatch(/^Pantry\n {2}https:\/\/localhost:/)
    expect((await hob(box, 'name', '--host', '-')).code).toBe(1)
    expect((await rows(box, 'box.renamed'))[1]).toMatchObject({ who: { by: 'socket' } })
  })
})
