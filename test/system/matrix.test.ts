// Every route of the running box × everybody who may ask, over real sockets: what the walls do is what contracts/access.ts
// says of the need that the route names in openapi.json, no more and no less; and each refusal stands in the record.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { freshKey, mayDo, type Need, needKey, rights, scopes } from '#appliance/contracts/access.ts'
import { auditEntrySchema } from '#appliance/contracts/audit.ts'
import { type Principal, roles } from '#appliance/contracts/principal.ts'
import { claimForOwner, ownerAccount } from '#benchmarks/owner.ts'
import { type Box, launch, root } from './box.ts'
import { type Ask, asker, invited, madeToken, signIn, withSession, withToken } from './household.ts'

type Role = Principal['role']

interface Route {
  readonly method: string
  readonly path: string
  readonly need: Need
  readonly fresh: boolean
}

const isNeed = (value: unknown): value is Need =>
  typeof value === 'string' && (Object.hasOwn(rights, value) || value === 'nobody' || value === 'unclaimed')
const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(z.string(), z.object({ [needKey]: z.custom<Need>(isNeed), [freshKey]: z.boolean().optional() })),
  ),
})
const document = documentSchema.parse(
  JSON.parse(readFileSync(join(root, 'appliance/contracts/openapi.json'), 'utf8')),
)

/** What is no JSON route of a contract, and therefore not in the document. */
const besides: readonly (readonly [string, Need])[] = [
  ['/healthz', 'nobody'],
  ['/readyz', 'nobody'],
  ['/openapi.json', 'nobody'],
  ['/metrics', 'metrics'],
  ['/hob/v1/live', 'live'],
]

const isSignOut = ({ method, path }: Route): boolean => method === 'DELETE' && path === '/hob/v1/session'
const routes: readonly Route[] = [
  ...besides.map(([path, need]) => ({ method: 'GET', path, need, fresh: false })),
  ...Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, named]) => ({
      method: method.toUpperCase(),
      path,
      need: named[needKey],
      fresh: named[freshKey] === true,
    })),
  ),
].sort((a, b) => Number(isSignOut(a)) - Number(isSignOut(b)))

/** Nothing is there by that name; where there is a body it is empty, so nearly nothing is done by who may. */
const targetOf = ({ path }: Route): string =>
  path.replaceAll(/\{\w+\}/g, 'none') +
  // looking around the network would take its time
  (path === '/hob/v1/discover' ? '?seconds=0' : '') +
  // and following the log has no end
  (path === '/hob/v1/system/logs/live' ? '?level=none' : '')

interface Who {
  readonly by: 'unclaimed' | 'nobody' | 'session' | 'token'
  readonly principal: { readonly role: Role; readonly scopes: readonly string[] }
  readonly fresh: boolean
}

/** What access.ts says, written once more: null where the walls let through. */
function refusalOf({ need, fresh }: Route, who: Who): string | null {
  if (need === 'nobody' || need === 'unclaimed') return null
  if (who.by === 'unclaimed') return '403 unclaimed'
  if (who.by === 'nobody') return '401 sign_in_required'
  if (!mayDo({ ...who.principal, scopes: [...who.principal.scopes] }, need)) return '403 not_allowed'
  return fresh && !who.fresh ? '403 confirm_required' : null
}

const wallCodes = ['unclaimed', 'sign_in_required', 'not_allowed', 'confirm_required']
/** Who was signed in a while ago is asked again, and nothing is wrong with that. */
const isRecorded = (code: string): boolean => code !== 'confirm_required'

let box: Box
let ask: Ask
let close: () => void
/** For a machine that has other things to do. */
const patienceMs = 300_000
const dataDir = mkdtempSync(join(tmpdir(), 'hob-matrix-'))
let refusedInAll = 0
let addresses = 1

beforeAll(async () => {
  box = await launch({ dataDir, environment: { HOB_REQUESTS_PER_MINUTE: '1000000' } })
  ;({ ask, close } = asker(box.port))
  await box.waitFor(({ message }) => message === 'the box is ready', patienceMs)
}, patienceMs)
afterAll(async () => {
  close()
  await box.stop()
  rmSync(dataDir, { recursive: true })
})

/** Asks for everything from an address of its own, which is given back. */
async function expectMatrix(headers: Record<string, string>, who: Who): Promise<string> {
  const from = `127.0.0.${++addresses}`
  const found: Record<string, string | null> = {}
  for (const route of routes) {
    const { method } = route
    const name = `${method} ${route.path}`
    const hasBody = method === 'POST' || method === 'PATCH'
    const empty = hasBody ? { body: '{}' } : {}
    const typed = hasBody ? { 'content-type': 'application/json' } : {}
    const all = { ...typed, ...headers }
    const { status, code, text } = await ask({ method, path: targetOf(route), headers: all, from, ...empty })
    const isRefused = wallCodes.includes(code)
    if (isRefused && isRecorded(code)) refusedInAll++
    // behind the walls the route itself says what is not there, or not complete
    else if (!isRefused) expect([401, 500, 502, 503, 504], `${name}: ${text}`).not.toContain(status)
    found[name] = isRefused ? `${status} ${code}` : null
  }
  expect(found).toEqual(
    Object.fromEntries(routes.map((route) => [`${route.method} ${route.path}`, refusalOf(route, who)])),
  )
  return from
}

const nobody = { role: 'guest', scopes: [] } as const
const person = (role: Role) => ({ role, scopes: ['*'] })

test('the box serves the document that is committed, and each of its routes names its need', async () => {
  const { text } = await ask({ path: '/openapi.json' })
  expect(documentSchema.parse(JSON.parse(text))).toEqual(document)
  expect(routes.length).toBeGreaterThan(60)
})

test('an unclaimed box answers anybody what is nobody’s, and nothing else', async () => {
  await expectMatrix({}, { by: 'unclaimed', principal: nobody, fresh: false })
})

describe('on a claimed box', () => {
  const password = 'a kettle and four cups'
  const sessions = new Map<Role, string>()
  const ids = new Map<Role, string>()
  const nameOf = (role: Role): string => (role === 'owner' ? ownerAccount.name : `The ${role}`)
  const enter = async (role: Role): Promise<void> => {
    const account = role === 'owner' ? ownerAccount : { name: nameOf(role), password }
    sessions.set(role, await signIn(ask, account))
  }
  const as = (role: Role): Record<string, string> => withSession(box.port, sessions.get(role) ?? '')
  const tokens = new Map<string, string>()
  const tokenName = (role: Role, scope: string): string => `${role} ${scope}`
  const grants = (['owner', 'adult'] as const).flatMap((role) =>
    scopes.filter((scope) => mayDo({ role, scopes: [scope] }, scope)).map((scope) => [role, scope] as const),
  )

  beforeAll(async () => {
    await claimForOwner(join(dataDir, 'run'))
    await enter('owner')
    for (const role of roles) {
      if (role === 'owner') continue
      const { id, cookie } = await invited(ask, as('owner'), { name: nameOf(role), password, role })
      sessions.set(role, cookie)
      ids.set(role, id)
    }
    for (const [role, scope] of grants)
      tokens.set(tokenName(role, scope), await madeToken(ask, as(role), [scope]))
    tokens.set('owner', await madeToken(ask, as('owner'), []))
  })

  test('nobody gets what is nobody’s', async () => {
    await expectMatrix({}, { by: 'nobody', principal: nobody, fresh: false })
  })

  test.each(roles)('who is signed in as %s gets what the role has', async (role) => {
    await enter(role)
    const who: Who = { by: 'session', principal: person(role), fresh: true }
    const from = await expectMatrix(as(role), who)
    if (role !== 'child') return
    const filter = `action=request.refused&person=${ids.get(role)}&limit=200`
    const reader = withToken(tokens.get(tokenName('owner', 'audit')) ?? '')
    const { text } = await ask({ path: `/hob/v1/audit?${filter}`, headers: reader })
    const { entries } = z.object({ entries: auditEntrySchema.array() }).parse(JSON.parse(text))
    // a whole entry is kept of the first twenty in a minute
    const first = routes.find((route) => refusalOf(route, who) === '403 not_allowed')
    expect(entries.at(-1)).toMatchObject({
      target: first?.path,
      who: { name: 'The child', by: 'session' },
      outcome: 'refused',
      code: 'not_allowed',
      from: { address: from },
      details: { method: first?.method },
    })
  })

  test.each(grants)('a token of an %s for “%s” alone gets that and no more', async (role, scope) => {
    const token = tokens.get(tokenName(role, scope)) ?? ''
    const principal = { role, scopes: [scope] }
    await expectMatrix(withToken(token), { by: 'token', principal, fresh: false })
  })

  test('a token for nothing gets nothing', async () => {
    const headers = withToken(tokens.get('owner') ?? '')
    await expectMatrix(headers, { by: 'token', principal: { role: 'owner', scopes: [] }, fresh: false })
  })

  describe('some minutes after signing in', () => {
    const minutesPass = (): void => {
      const database = new DatabaseSync(join(dataDir, 'api', 'identity.db'))
      database.exec('UPDATE sessions SET fresh_ms = 0')
      database.close()
    }

    test.each(roles)('whoever is %s is asked again before what is dangerous', async (role) => {
      await enter(role)
      minutesPass()
      await expectMatrix(as(role), { by: 'session', principal: person(role), fresh: false })
    })
  })

  test('every refusal stands in the record: as an entry, or counted in one', async () => {
    expect(refusedInAll).toBeGreaterThan(500)
    // counts of the running minute are written when the box stops
    await box.stop()
    const database = new DatabaseSync(join(dataDir, 'api', 'audit.db'), { readOnly: true })
    const rows = database.prepare("SELECT details FROM entries WHERE action = 'request.refused'").all()
    database.close()
    const counts = rows.map(({ details }) => {
      const { count = 1 } = z.object({ count: z.number().optional() }).parse(JSON.parse(String(details)))
      return count
    })
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(refusedInAll)
  })
})
