// Tokens: what they may do, when they end, and that they show themselves once.
import { describe, expect, test } from 'vitest'
import { mayDo } from '#appliance/contracts/access.ts'
import { days, minutes, openBox, refusal, type TestBox } from './box.ts'

const from = { address: '10.0.0.1', agent: null }
const scopesOf = (box: TestBox, token: string) => box.parts.identity.byToken(token, from)?.principal.scopes

describe('a token', () => {
  test('is shown once, and is its person with its scopes', async () => {
    const box = openBox()
    const owner = await box.owner()
    const { status, json } = await owner.call('POST', '/tokens', {
      name: ' lamp ',
      scopes: ['chat', 'chat', 'models:read'],
    })
    expect(status).toBe(201)
    expect(json.token).toMatch(/^hob_[\w-]{43}\w{6}$/)
    expect(json).toMatchObject({
      name: 'lamp',
      prefix: json.token.slice(0, 8),
      scopes: ['chat', 'models:read'],
      lastUsedAt: null,
    })
    expect(box.parts.identity.byToken(json.token, from)).toEqual({
      principal: { user: 'local-owner', role: 'owner', scopes: ['chat', 'models:read'], origin: 'api' },
      by: 'token',
      id: json.id,
      name: 'Vesta',
      fresh: false,
      address: '10.0.0.1',
    })
    const list = await owner.call('GET', '/tokens')
    expect(JSON.stringify(list.json)).not.toContain(json.token)
    expect(list.json.tokens).toHaveLength(1)
  })

  test('without scopes may do nothing', async () => {
    const box = openBox()
    const { json } = await (await box.owner()).call('POST', '/tokens', { name: 'lamp' })
    expect(json.scopes).toEqual([])
    const principal = box.parts.identity.byToken(json.token, from)?.principal
    expect(principal !== undefined && mayDo(principal, 'status')).toBe(false)
  })

  test('is given nothing that its person does not have', async () => {
    const box = openBox()
    const adult = await box.person(await box.owner(), 'Juno', 'adult')
    for (const scope of ['models:manage', 'metrics', 'audit'])
      expect(refusal(await adult.call('POST', '/tokens', { name: 'x', scopes: ['chat', scope] }))).toEqual([
        403,
        'scope_not_allowed',
      ])
    for (const scope of ['people', 'self', 'tokens', 'box', '*', ''])
      expect(refusal(await adult.call('POST', '/tokens', { name: 'x', scopes: [scope] }))).toEqual([
        400,
        'invalid_request',
      ])
    expect(
      (await adult.call('POST', '/tokens', { name: 'x', scopes: ['chat', 'live', 'history'] })).status,
    ).toBe(201)
  })

  test('loses at once what its person’s role has lost, and what is open for it is cut', async () => {
    const box = openBox()
    const owner = await box.owner()
    const juno = await box.person(owner, 'Juno', 'owner')
    const { id, token } = (
      await juno.call('POST', '/tokens', { name: 'x', scopes: ['chat', 'models:manage', 'audit'] })
    ).json
    await owner.call('PATCH', `/people/${juno.id}`, { role: 'adult' })
    expect(scopesOf(box, token)).toEqual(['chat'])
    expect(box.ended).toContainEqual({ kind: 'token', id })
    await owner.call('PATCH', `/people/${juno.id}`, { role: 'owner' })
    expect(scopesOf(box, token)).toEqual(['chat', 'models:manage', 'audit'])
  })

  test('ends on its day, and that is told when it is noticed', async () => {
    const box = openBox()
    const owner = await box.owner()
    const expiresAt = new Date(box.clock.now().getTime() + days).toISOString()
    const { id, token } = (await owner.call('POST', '/tokens', { name: 'x', scopes: ['chat'], expiresAt }))
      .json
    box.clock.advance(days - 1)
    expect(scopesOf(box, token)).toEqual(['chat'])
    box.clock.advance(1)
    expect(scopesOf(box, token)).toBeUndefined()
    expect(box.ended).toEqual([{ kind: 'token', id }])
  })

  test('cannot end before it begins', async () => {
    const box = openBox()
    const expiresAt = box.clock.now().toISOString()
    expect(
      refusal(await (await box.owner()).call('POST', '/tokens', { name: 'x', scopes: ['chat'], expiresAt })),
    ).toEqual([400, 'invalid_request'])
  })

  test('is ended by its person or an owner, and by nobody else', async () => {
    const box = openBox()
    const owner = await box.owner()
    const juno = await box.person(owner, 'Juno', 'adult')
    const iris = await box.person(owner, 'Iris', 'adult')
    const make = async () => (await juno.call('POST', '/tokens', { name: 'x', scopes: ['chat'] })).json
    const [one, two] = [await make(), await make()]
    expect((await iris.call('GET', '/tokens')).json.tokens).toEqual([])
    expect(refusal(await iris.call('DELETE', `/tokens/${one.id}`))).toEqual([404, 'token_not_found'])
    expect((await juno.call('DELETE', `/tokens/${one.id}`)).status).toBe(204)
    expect((await owner.call('GET', '/tokens')).json.tokens).toMatchObject([{ person: { name: 'Juno' } }])
    expect((await owner.call('DELETE', `/tokens/${two.id}`)).status).toBe(204)
    expect(box.ended.filter(({ kind }) => kind === 'token').map(({ id }) => id)).toEqual([one.id, two.id])
    expect(scopesOf(box, two.token)).toBeUndefined()
  })

  test('is written as used at most once a minute', async () => {
    const box = openBox()
    const owner = await box.owner()
    const { token } = (await owner.call('POST', '/tokens', { name: 'x', scopes: ['chat'] })).json
    const used = async () => (await owner.call('GET', '/tokens')).json.tokens[0].lastUsedAt
    box.parts.identity.byToken(token, from)
    const first = box.clock.now().toISOString()
    box.clock.advance(minutes - 1)
    box.parts.identity.byToken(token, from)
    expect(await used()).toBe(first)
    box.clock.advance(1)
    box.parts.identity.byToken(token, from)
    expect(await used()).toBe(box.clock.now().toISOString())
  })

  test('changed in any character is nobody’s', async () => {
    const box = openBox()
    const { token } = (await (await box.owner()).call('POST', '/tokens', { name: 'x', scopes: ['chat'] }))
      .json
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === 'A' ? 'B' : 'A'
      expect(scopesOf(box, token.slice(0, at) + other + token.slice(at + 1)), String(at)).toBeUndefined()
    }
    for (const text of ['', 'hob_', `${token}A`, token.slice(0, -1), 'x'.repeat(100_000)])
      expect(scopesOf(box, text)).toBeUndefined()
  })

  test('cannot make tokens, nor reach its person’s account', async () => {
    const box = openBox()
    const { token } = (
      await (await box.owner()).call('POST', '/tokens', { name: 'x', scopes: ['chat', 'audit'] })
    ).json
    const program = box.visitor({ token })
    for (const [method, path] of [
      ['POST', '/tokens'],
      ['GET', '/sessions'],
      ['POST', '/password'],
      ['GET', '/people'],
    ] as const)
      expect(refusal(await program.call(method, path, method === 'GET' ? undefined : {})), path).toEqual([
        403,
        'wall',
      ])
    expect((await program.call('GET', '/door')).json.person).toBeNull()
  })
})
