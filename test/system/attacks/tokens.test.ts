// Tokens that were given nothing, and tokens in a URL, where histories and logs keep them: on every route of a running box.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { scopes } from '#appliance/contracts/access.ts'
import { isRefusal, openOverHttp1, openOverHttp2 } from '../live-clients.ts'
import { type Answer, http2, overBoth } from '../tls-box.ts'
import { claimedBox, type Device, type Target } from './box.ts'
import { everyRoute, routeOf } from './routes.ts'

let target: Target
let phone: Device
beforeAll(async () => {
  target = await claimedBox()
  phone = await target.signIn()
})
afterAll(() => target.stop())

const refused = ({ status, code }: Answer): [number, string] => [status, code]
const json = { 'content-type': 'application/json' }
const madeSchema = z.object({ id: z.string(), token: z.string(), scopes: z.array(z.string()) })

/** As the owner's page makes one; without any word of scopes where `given` is undefined. */
async function make(
  given: string[] | undefined,
): Promise<{ id: string; headers: { authorization: string } }> {
  const fresh = await target.signIn()
  const said = await fresh.call('POST', '/hob/v1/tokens', { name: 'nothing', scopes: given })
  expect(said.status, said.text).toBe(201)
  const { id, token, scopes: has } = madeSchema.parse(JSON.parse(said.text))
  expect(has).toEqual([])
  return { id, headers: { authorization: `Bearer ${token}` } }
}

test.each([
  ['default', undefined],
  ['empty', []],
])('a token with the %s scopes can do nothing at all', async (_, given) => {
  const { id, headers } = await make(given)
  const routes = (await everyRoute(target)).filter(({ need }) => need !== 'nobody' && need !== 'unclaimed')
  expect(routes.length).toBeGreaterThan(40)
  for (const route of routes) {
    const { method, path } = route
    const who = target.stranger()
    const all = { ...headers, ...json, ...who.headers }
    for (const answer of await overBoth(target.port, path, all, { method, from: who.from }))
      expect(refused(answer), routeOf(route)).toEqual([403, 'not_allowed'])
    const rows = await target.refusals(who)
    expect(rows).toHaveLength(2)
    for (const row of rows)
      expect(row).toMatchObject({
        code: 'not_allowed',
        target: path,
        who: { by: 'token', id, name: 'Vesta' },
      })
  }
  const [one, two] = [target.stranger(), target.stranger()]
  for (const [who, opened] of [
    [one, await openOverHttp1(target.port, { ...headers, ...one.headers }, '', one.from)],
    [
      two,
      await openOverHttp2(await http2(target.port, two.from), target.port, { ...headers, ...two.headers }),
    ],
  ] as const) {
    expect(isRefusal(opened) && refused(opened)).toEqual([403, 'not_allowed'])
    expect(await target.auditRow(who, 'not_allowed')).toMatchObject({ target: '/hob/v1/live', who: { id } })
  }
})

test('a scope that does not exist, or that no token can have, is not given', async () => {
  const fresh = await target.signIn()
  for (const wanted of ['*', 'people', 'self', 'tokens', 'box', 'root', ''])
    expect((await fresh.call('POST', '/hob/v1/tokens', { name: 'more', scopes: [wanted] })).status).toBe(400)
})

test('a token in the URL is refused, whatever else the request has, and is kept nowhere', async () => {
  const { secret, headers } = await target.token(...scopes)
  const { port } = target
  const real = 'This one is real'
  for (const name of ['token', 'access_token', 'api_key', 'TOKEN', 'Access_Token', 'x', 'ticket'])
    for (const [i, path] of ['/hob/v1/status', '/v1/models', '/'].entries()) {
      const who = target.stranger()
      const secrets = [{}, headers, { cookie: phone.headers.cookie }][i]
      const answers = await overBoth(
        port,
        `${path}?a=1&${name}=${secret}`,
        { ...secrets, ...who.headers },
        { from: who.from },
      )
      for (const answer of answers) {
        expect(refused(answer), `${name} ${path}`).toEqual([400, 'secret_in_url'])
        expect(answer.text).toContain(real)
        expect(answer.text).not.toContain(secret)
      }
      const rows = await target.refusals(who)
      expect(rows.map((row) => [row.code, row.target])).toEqual([
        ['secret_in_url', path],
        ['secret_in_url', path],
      ])
    }
  const [one, two] = [target.stranger(), target.stranger()]
  const query = `?access_token=${secret}`
  for (const [who, opened] of [
    [one, await openOverHttp1(port, { ...headers, ...one.headers }, query, one.from)],
    [two, await openOverHttp2(await http2(port, two.from), port, { ...headers, ...two.headers }, query)],
  ] as const) {
    expect(isRefusal(opened) && refused(opened)).toEqual([400, 'secret_in_url'])
    await target.auditRow(who, 'secret_in_url')
  }
  for (const file of everyFile()) expect(readFileSync(file).includes(secret), file).toBe(false)
})

test('a session’s secret in the URL is refused like a token', async () => {
  const secret = phone.headers.cookie.replace(/^[^=]+=/, '')
  const who = target.stranger()
  for (const answer of await overBoth(
    target.port,
    `/hob/v1/status?token=${secret}`,
    { ...who.headers },
    { from: who.from },
  )) {
    expect(refused(answer)).toEqual([400, 'secret_in_url'])
    expect(answer.text).toContain('This one is real')
  }
  expect(await target.refusals(who)).toHaveLength(2)
  for (const file of everyFile()) expect(readFileSync(file).includes(secret), file).toBe(false)
})

/** The box's logs and stores, as they are on the disk now. */
function everyFile(): string[] {
  const { dataDir } = target.box
  const found = ['api', 'logs'].flatMap((folder) =>
    readdirSync(join(dataDir, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  )
  expect(found.some((file) => file.endsWith('audit.db'))).toBe(true)
  return found
}
