// DNS rebinding: a page of evil.example whose name leads to the box, so that its requests carry that name as their Host and
// whatever secrets it has. On every route that the box says it has, over each protocol and on each port.
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scopes } from '#appliance/contracts/access.ts'
import { isRefusal, openOverHttp1, openOverHttp2 } from '../live-clients.ts'
import { type Answer, answerOn, http2, overBoth, overHttp1, overHttp2, request } from '../tls-box.ts'
import { claimedBox, type Device, type Stranger, type Target } from './box.ts'
import { everyRoute, routeOf } from './routes.ts'

let target: Target
let phone: Device
beforeAll(async () => {
  target = await claimedBox()
  phone = await target.signIn()
})
afterAll(() => target.stop())

const refused = ({ status, code }: Answer): [number, string] => [status, code]
const wrongHost = [421, 'host_not_allowed']

async function expectRefused(who: Stranger, answer: Answer, path: string, what = path): Promise<void> {
  expect(refused(answer), what).toEqual(wrongHost)
  expect(await target.auditRow(who, 'host_not_allowed')).toMatchObject({
    action: 'request.refused',
    target: path,
  })
}

test('another name as Host or :authority is refused on every route, with the owner’s cookie or a token of every scope', async () => {
  const { port } = target
  const token = await target.token(...scopes)
  const host = `evil.example:${port}`
  for (const [i, route] of (await everyRoute(target)).entries()) {
    const { method, path } = route
    const who = target.stranger()
    const secret = i % 2 === 0 ? { cookie: phone.headers.cookie } : token.headers
    const headers = { host, origin: `https://${host}`, ...secret, ...who.headers }
    for (const answer of await overBoth(port, path, headers, { method, from: who.from }))
      expect(refused(answer), routeOf(route)).toEqual(wrongHost)
    const rows = await target.refusals(who)
    expect(
      rows.map(({ code, details, target: at }) => [code, `${details['method']} ${at}`]),
      'one for each protocol',
    ).toEqual([
      ['host_not_allowed', routeOf(route)],
      ['host_not_allowed', routeOf(route)],
    ])
  }
})

test('a whole URL as the request’s target counts, whatever stands in Host', async () => {
  const { port } = target
  const ours = `localhost:${port}`
  for (const scheme of ['https', 'http'])
    for (const path of ['/hob/v1/door', '/hob/v1/people', '/healthz', '/']) {
      const who = target.stranger()
      const headers = { host: ours, cookie: phone.headers.cookie, ...who.headers }
      const asked = request(port, `${scheme}://evil.example${path}`, headers)
      await expectRefused(who, await overHttp1(port, asked, who.from), path, `${scheme} ${path}`)
    }
  const who = target.stranger()
  const headers = { host: 'evil.example', cookie: phone.headers.cookie, ...who.headers }
  const asked = request(port, `https://${ours}/hob/v1/door`, headers)
  await expectRefused(who, await overHttp1(port, asked, who.from), '/hob/v1/door')
  // what a proxy that knows the box sends
  const good = request(port, `https://${ours}/hob/v1/door`)
  expect((await overHttp1(port, good)).status).toBe(200)
})

test('two Hosts are one too many, in any order, and so is a Host beside another :authority', async () => {
  const { port } = target
  const ours = `localhost:${port}`
  const path = '/hob/v1/people'
  for (const hosts of [
    [ours, 'evil.example'],
    ['evil.example', ours],
  ]) {
    const who = target.stranger()
    const secret = { cookie: phone.headers.cookie, ...who.headers }
    const lines = [...hosts.map((host) => ['host', host]), ...Object.entries(secret)]
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    const asked = `GET ${path} HTTP/1.1\r\n${head}\r\n`
    await expectRefused(who, await overHttp1(port, asked, who.from), path, hosts.join())

    const other = target.stranger()
    const session = await http2(port, other.from)
    const [authority, host] = hosts
    const headers = { ':path': path, ':authority': authority, host, ...secret, ...other.headers }
    await expectRefused(other, await overHttp2(session, headers), path, hosts.join())
  }
})

test('what only looks like the box’s name is another', async () => {
  const { port } = target
  for (const host of [
    `localhost.evil.example:${port}`,
    `evil.localhost:${port}`,
    `localhost:${port + 1}`,
    `127.0.0.1.evil.example:${port}`,
    `127.0.0.2:${port}`,
    `2130706433:${port}`,
    `0.0.0.0:${port}`,
  ]) {
    const who = target.stranger()
    const headers = { host, ...phone.headers, ...who.headers }
    const answer = await overHttp1(port, request(port, '/hob/v1/door', headers), who.from)
    await expectRefused(who, answer, '/hob/v1/door', host)
  }
})

test('the live channel opens under no other name', async () => {
  const { port } = target
  const [one, two] = [target.stranger(), target.stranger()]
  const headers = { host: 'evil.example', cookie: phone.headers.cookie, origin: 'https://evil.example' }
  for (const [who, opened] of [
    [one, await openOverHttp1(port, { ...headers, ...one.headers }, '', one.from)],
    [two, await openOverHttp2(await http2(port, two.from), port, { ...headers, ...two.headers })],
  ] as const) {
    if (!isRefusal(opened)) throw new TypeError('it is open')
    await expectRefused(who, opened, '/hob/v1/live')
  }
})

test('plain HTTP, on its own port and on the encrypted one, answers to no other name', async () => {
  for (const port of [target.port, target.plainPort])
    for (const path of ['/', '/ca.pem', '/hob/v1/door']) {
      const who = target.stranger()
      const socket = connect({ port, host: '127.0.0.1', localAddress: who.from })
      socket.write(request(port, path, { host: `evil.example:${port}`, ...who.headers }))
      const answer = await answerOn(socket)
      socket.destroy()
      await expectRefused(who, answer, path, `${port} ${path}`)
    }
})
