// A page of another site in the browser of somebody who is signed in: what it sends carries the cookie where the browser
// lets it, or a cookie that was stolen. On every route, over HTTP/1.1 and HTTP/2, as requests, forms and WebSockets.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { identityRoutes } from '#appliance/contracts/identity.ts'
import { isRefusal, openOverHttp1, openOverHttp2 } from '../live-clients.ts'
import { type Answer, http2, overBoth } from '../tls-box.ts'
import { claimedBox, type Device, owner, type Target } from './box.ts'
import { everyRoute } from './routes.ts'

let target: Target
let phone: Device
let cookie = ''
beforeAll(async () => {
  target = await claimedBox()
  phone = await target.signIn()
  cookie = phone.headers.cookie
})
afterAll(() => target.stop())

const refused = ({ status, code }: Answer): [number, string] => [status, code]
type Request = { method?: string; path: string; headers: Record<string, string>; body?: string }

/** Refused with this code over both protocols, and recorded for each. */
async function expectRefused(
  { method = 'GET', path, headers, body = '' }: Request,
  code: string,
): Promise<void> {
  const who = target.stranger()
  const all = { ...headers, ...who.headers }
  for (const answer of await overBoth(target.port, path, all, { method, body, from: who.from }))
    expect(refused(answer), `${method} ${path} ${JSON.stringify(headers)}`).toEqual([403, code])
  const rows = await target.refusals(who)
  const row = [code, path, method]
  expect(rows.map((one) => [one.code, one.target, one.details['method']])).toEqual([row, row])
}

const tokenNames = async (): Promise<string[]> =>
  (await target.client.call(identityRoutes.tokens, {}, owner)).tokens.map(({ name }) => name)

test('a stolen cookie from another origin opens no route', async () => {
  for (const { method, path } of await everyRoute(target))
    await expectRefused(
      { method, path, headers: { cookie, origin: 'https://evil.example' } },
      'origin_not_allowed',
    )
  // whose it is, is not even looked at: the session goes on
  expect((await phone.call('GET', '/hob/v1/sessions')).status).toBe(200)
})

test('what looks like the box’s page, or hides where it is from, is another origin', async () => {
  const { port } = target
  for (const origin of [
    'null',
    `http://localhost:${port}`,
    `https://localhost:${port + 1}`,
    'https://localhost',
    `https://127.0.0.1:${port}`,
    `https://localhost:${port}.evil.example`,
    `https://evil.localhost:${port}`,
    `https://localhost@evil.example:${port}`,
    `https://localhost:${port}/`,
  ])
    await expectRefused(
      {
        method: 'POST',
        path: '/hob/v1/tokens',
        headers: { cookie, origin, 'content-type': 'application/json' },
      },
      'origin_not_allowed',
    )
})

test('a page of another site reads nothing either, by what the browser says of it', async () => {
  for (const site of ['cross-site', 'same-site'])
    for (const path of ['/hob/v1/conversations', '/hob/v1/people', '/v1/models', '/metrics'])
      await expectRefused({ path, headers: { cookie, 'sec-fetch-site': site } }, 'origin_not_allowed')
})

test('a stolen cookie without any origin changes nothing', async () => {
  const json = { cookie, 'content-type': 'application/json' }
  const body = JSON.stringify({ name: 'stolen', scopes: ['chat'] })
  await expectRefused({ method: 'POST', path: '/hob/v1/tokens', headers: json, body }, 'origin_missing')
  for (const { method, path } of await everyRoute(target))
    if (method !== 'GET') await expectRefused({ method, path, headers: json }, 'origin_missing')
  expect(await tokenNames()).not.toContain('stolen')
})

const token = JSON.stringify({ name: 'forged', scopes: ['chat', 'audit'] })
const boundary = 'x'
const forms: readonly (readonly [type: string, body: string])[] = [
  // a form whose one field's name and value make JSON around its equals sign
  ['text/plain', `${token.slice(0, -1)},"=":""}\r\n`],
  ['text/plain;charset=UTF-8', token],
  ['application/x-www-form-urlencoded', `name=forged&scopes=chat`],
  ['application/x-www-form-urlencoded', token],
  [
    `multipart/form-data; boundary=${boundary}`,
    `--${boundary}\r\ncontent-disposition: form-data; name="name"\r\n\r\nforged\r\n--${boundary}--\r\n`,
  ],
  [`multipart/form-data; boundary=${boundary}`, token],
]

test('a form of another site does nothing in its reader’s name', async () => {
  const form = (path: string, type: string, body: string, says: Record<string, string>) => ({
    method: 'POST',
    path,
    body,
    headers: { cookie, 'content-type': type, ...says },
  })
  for (const path of ['/hob/v1/tokens', '/v1/chat/completions'])
    for (const [type, body] of forms) {
      const navigation = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
      await expectRefused(
        form(path, type, body, { origin: 'https://evil.example', ...navigation }),
        'origin_not_allowed',
      )
      await expectRefused(form(path, type, body, { origin: 'null' }), 'origin_not_allowed')
      await expectRefused(form(path, type, body, navigation), 'origin_not_allowed')
      // an old browser says nothing of where it is from
      await expectRefused(form(path, type, body, {}), 'origin_missing')
    }
  // and were the page the box's own, a form is no JSON
  for (const [type, body] of forms) {
    const { path, headers } = form('/hob/v1/conversations', type, body, { origin: target.origin })
    for (const answer of await overBoth(target.port, path, headers, { method: 'POST', body }))
      expect(refused(answer), type).toEqual([415, 'unsupported_media_type'])
  }
  expect(await tokenNames()).not.toContain('forged')
})

test('another site cannot sign its reader in or out', async () => {
  const origin = 'https://evil.example'
  const body = JSON.stringify({ name: 'Vesta', password: 'hearth and home fire' })
  const headers = { origin, 'content-type': 'application/json' }
  await expectRefused({ method: 'POST', path: '/hob/v1/session', headers, body }, 'origin_not_allowed')
  await expectRefused(
    { method: 'DELETE', path: '/hob/v1/session', headers: { cookie, origin } },
    'origin_not_allowed',
  )
  expect((await phone.call('GET', '/hob/v1/sessions')).status).toBe(200)
})

test('a WebSocket opens for the box’s own page alone, over HTTP/1.1 and HTTP/2', async () => {
  const { port } = target
  const cases: readonly (readonly [Record<string, string>, string])[] = [
    [{ origin: 'https://evil.example' }, 'origin_not_allowed'],
    [{ origin: 'null' }, 'origin_not_allowed'],
    [{ origin: `https://localhost:${port + 1}` }, 'origin_not_allowed'],
    [{ origin: `http://localhost:${port}` }, 'origin_not_allowed'],
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'websocket' }, 'origin_not_allowed'],
    [{}, 'origin_missing'],
  ]
  for (const [says, code] of cases) {
    const [one, two] = [target.stranger(), target.stranger()]
    for (const [who, opened] of [
      [one, await openOverHttp1(port, { cookie, ...says, ...one.headers }, '', one.from)],
      [two, await openOverHttp2(await http2(port, two.from), port, { cookie, ...says, ...two.headers })],
    ] as const) {
      expect(isRefusal(opened) && refused(opened), JSON.stringify(says)).toEqual([403, code])
      expect(await target.auditRow(who, code)).toMatchObject({ target: '/hob/v1/live' })
    }
  }
  const own = { ...phone.headers }
  expect(isRefusal(await openOverHttp1(port, own))).toBe(false)
  expect(isRefusal(await openOverHttp2(await http2(port), port, own))).toBe(false)
})
