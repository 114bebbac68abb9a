// The household: invitations, roles, removal, recovery, and that the box always keeps an owner.
import { describe, expect, test } from 'vitest'
import {
  days,
  hours,
  minutes,
  openBox,
  password,
  refusal,
  signedIn,
  type TestBox,
  type Visitor,
} from './box.ts'

const isIn = async (visitor: Visitor): Promise<boolean> =>
  (await visitor.call('GET', '/door')).json.person !== null
const next = 'seven slow tortoises'
const invite = async (owner: Visitor, body: object) => (await owner.call('POST', '/invitations', body)).json
const accept = (box: TestBox, body: object) =>
  box.visitor({ address: '10.1.1.1' }).call('POST', '/invitations/accept', { password, ...body })

describe('an invitation', () => {
  test('makes somebody one of the people, signed in, with recovery codes of their own', async () => {
    const box = openBox()
    const { code } = await invite(await box.owner(), { role: 'child' })
    const phone = box.visitor()
    const { status, json } = await phone.call('POST', '/invitations/accept', {
      code: code.toLowerCase(),
      name: 'Lar',
      password,
    })
    expect([status, json.person.role, json.recoveryCodes.length]).toEqual([201, 'child', 10])
    expect(await isIn(phone)).toBe(true)
  })

  test('works once, and for one of two who use it at once', async () => {
    const box = openBox()
    const { code } = await invite(await box.owner(), { role: 'adult' })
    const both = await Promise.all(['Juno', 'Iris'].map((name) => accept(box, { code, name })))
    expect(both.map((answer) => refusal(answer).join(' ')).sort()).toEqual([
      '201 undefined',
      '403 code_wrong',
    ])
    expect(refusal(await accept(box, { code, name: 'Mars' }))).toEqual([403, 'code_wrong'])
  })

  test('ends after a week, or when it is taken back', async () => {
    const box = openBox()
    const owner = await box.owner()
    const one = await invite(owner, { role: 'adult' })
    const two = await invite(owner, { role: 'adult' })
    expect((await owner.call('GET', '/invitations')).json.invitations).toHaveLength(2)
    expect((await owner.call('DELETE', `/invitations/${one.id}`)).status).toBe(204)
    expect(refusal(await owner.call('DELETE', `/invitations/${one.id}`))).toEqual([
      404,
      'invitation_not_found',
    ])
    expect(refusal(await accept(box, { code: one.code, name: 'Juno' }))).toEqual([403, 'code_wrong'])
    box.clock.advance(7 * days)
    expect((await owner.call('GET', '/invitations')).json.invitations).toEqual([])
    expect(refusal(await accept(box, { code: two.code, name: 'Juno' }))).toEqual([403, 'code_wrong'])
  })

  test('gives a guest an end, thirty days away unless another is named', async () => {
    const box = openBox()
    const owner = await box.owner()
    const endOf = async (body: object, name: string) =>
      (await accept(box, { code: (await invite(owner, { role: 'guest', ...body })).code, name })).json.person
        .expiresAt
    const at = (ms: number) => new Date(box.clock.now().getTime() + ms).toISOString()
    expect(await endOf({}, 'Juno')).toBe(at(30 * days))
    expect(await endOf({ personExpiresAt: at(hours) }, 'Iris')).toBe(at(hours))
    expect(await endOf({ personExpiresAt: null }, 'Mars')).toBeNull()
  })

  test('ends with its maker’s rights', async () => {
    const box = openBox()
    const owner = await box.owner()
    const juno = await box.person(owner, 'Juno', 'owner')
    const { code } = await invite(juno, { role: 'owner' })
    await owner.call('PATCH', `/people/${juno.id}`, { role: 'adult' })
    expect(refusal(await accept(box, { code, name: 'Mars' }))).toEqual([403, 'code_wrong'])
  })

  test('never gives more than its maker has', () => {
    const { invitations } = openBox().parts
    const make = (own: 'owner' | 'adult' | 'child' | 'guest', role: typeof own) => () =>
      invitations.make({ id: 'x', role: own }, { role, personExpiresMs: null })
    expect(make('adult', 'owner')).toThrow(expect.objectContaining({ code: 'role_not_allowed' }))
    expect(make('child', 'adult')).toThrow(expect.objectContaining({ code: 'role_not_allowed' }))
    expect(make('guest', 'child')).not.toThrow()
    expect(make('adult', 'child')).not.toThrow()
  })

  test('is kept when the name is taken or the password weak, and guessing it is slowed', async () => {
    const box = openBox()
    const owner = await box.owner()
    const { code } = await invite(owner, { role: 'adult' })
    expect(refusal(await accept(box, { code, name: 'ＶＥＳＴＡ' }))).toEqual([409, 'name_taken'])
    expect(refusal(await accept(box, { code, name: 'Juno', password: 'junojuno' }))).toEqual([
      400,
      'password_weak',
    ])
    for (let n = 0; n < 4; n++)
      expect(refusal(await accept(box, { code: 'AAAAA-AAAAA', name: 'Juno' }))[1]).toBe('code_wrong')
    expect(refusal(await accept(box, { code, name: 'Juno' }))).toEqual([429, 'too_many_tries'])
    box.clock.advance(1_000)
    expect((await accept(box, { code, name: 'Juno' })).status).toBe(201)
  })
})

describe('the last owner', () => {
  test('can be neither removed, nor demoted, nor given an end', async () => {
    const box = openBox()
    const owner = await box.owner()
    await box.person(owner, 'Juno', 'adult')
    const end = new Date(box.clock.now().getTime() + days).toISOString()
    for (const body of [{ role: 'adult' }, { expiresAt: end }])
      expect(refusal(await owner.call('PATCH', '/people/local-owner', body))).toEqual([409, 'last_owner'])
    expect(refusal(await owner.call('DELETE', '/people/local-owner'))).toEqual([409, 'last_owner'])
    expect(box.removed).toEqual([])
    expect(box.ended).toEqual([])
    expect(await isIn(owner)).toBe(true)
  })

  test('is not the last while another has no end; an owner who ends does not count', async () => {
    const box = openBox()
    const owner = await box.owner()
    const juno = await box.person(owner, 'Juno', 'owner')
    const end = new Date(box.clock.now().getTime() + days).toISOString()
    expect((await owner.call('PATCH', `/people/${juno.id}`, { expiresAt: end })).status).toBe(200)
    expect(refusal(await owner.call('DELETE', '/people/local-owner'))).toEqual([409, 'last_owner'])
    await owner.call('PATCH', `/people/${juno.id}`, { expiresAt: null })
    expect((await owner.call('DELETE', '/people/local-owner')).status).toBe(204)
    expect(await isIn(owner)).toBe(false)
  })
})

describe('somebody who is removed', () => {
  test('is signed out, their tokens end, and what they had elsewhere is deleted', async () => {
    const box = openBox()
    const owner = await box.owner()
    const juno = await box.person(owner, 'Juno', 'adult')
    const { token } = (await juno.call('POST', '/tokens', { name: 'x', scopes: ['chat'] })).json
    expect((await owner.call('DELETE', `/people/${juno.id}`)).status).toBe(204)
    expect(box.removed).toEqual([juno.id])
    expect(box.ended.map(({ kind }) => kind).sort()).toEqual(['session', 'token'])
    expect(await isIn(juno)).toBe(false)
    expect(box.parts.identity.byToken(token, { address: null, agent: null })).toBeNull()
    expect(refusal(await box.visitor().call('POST', '/session', { name: 'Juno', password }))).toEqual([
      401,
      'sign_in_failed',
    ])
    expect(refusal(await owner.call('DELETE', `/people/${juno.id}`))).toEqual([404, 'person_not_found'])
  })
})

test('a new role signs out everywhere, and is the one that counts from then on', async () => {
  const box = openBox()
  const owner = await box.owner()
  const juno = await box.person(owner, 'Juno', 'owner')
  expect((await owner.call('PATCH', `/people/${juno.id}`, { role: 'child' })).json.role).toBe('child')
  expect(box.ended.map(({ kind }) => kind)).toEqual(['session'])
  await signedIn(juno, 'Juno')
  expect(refusal(await juno.call('GET', '/people'))).toEqual([403, 'wall'])
})

test('nobody but an owner reaches the household', async () => {
  const box = openBox()
  const owner = await box.owner()
  for (const role of ['adult', 'child', 'guest']) {
    const person = await box.person(owner, `a ${role}`, role)
    for (const [method, path] of [
      ['GET', '/people'],
      ['GET', '/invitations'],
      ['POST', '/invitations'],
      ['PATCH', '/people/local-owner'],
      ['DELETE', '/people/local-owner'],
      ['POST', '/people/local-owner/reset'],
    ] as const)
      expect(
        refusal(await person.call(method, path, method === 'GET' ? undefined : {})),
        `${role} ${path}`,
      ).toEqual([403, 'wall'])
  }
})

describe('a recovery code', () => {
  const recover = (box: TestBox, body: object) =>
    box.visitor({ address: '10.2.2.2' }).call('POST', '/recovery', { password: next, ...body })

  test('sets a new password once, signs in, and ends every session of the person', async () => {
    const box = openBox()
    const juno = await box.person(await box.owner(), 'Juno', 'adult')
    const [code] = juno.recoveryCodes
    expect(refusal(await recover(box, { name: 'juno', code, password: 'juno2026' }))).toEqual([
      400,
      'password_weak',
    ])
    expect((await recover(box, { name: 'juno', code })).status).toBe(201)
    expect(await isIn(juno)).toBe(false)
    expect(box.ended).toHaveLength(1)
    await signedIn(box.visitor(), 'Juno', next)
    expect(refusal(await recover(box, { name: 'Juno', code }))).toEqual([403, 'code_wrong'])
    expect((await recover(box, { name: 'Juno', code: juno.recoveryCodes[1] })).status).toBe(201)
  })

  test('of two who use it at once serves one', async () => {
    const box = openBox()
    const juno = await box.person(await box.owner(), 'Juno', 'adult')
    const both = await Promise.all(
      [1, 2].map(() => recover(box, { name: 'Juno', code: juno.recoveryCodes[0] })),
    )
    expect(both.map((answer) => refusal(answer).join(' ')).sort()).toEqual([
      '201 undefined',
      '403 code_wrong',
    ])
  })

  test('is one person’s, and guessing it counts with the passwords', async () => {
    const box = openBox()
    const owner = await box.owner()
    const juno = await box.person(owner, 'Juno', 'adult')
    const [code] = juno.recoveryCodes
    for (const name of ['Vesta', 'Vesta', 'Vesta', 'Nobody'])
      expect(refusal(await recover(box, { name, code }))).toEqual([403, 'code_wrong'])
    expect(refusal(await recover(box, { name: 'Juno', code }))).toEqual([429, 'too_many_tries'])
    const elsewhere = box.visitor({ address: '10.3.3.3' })
    expect(refusal(await elsewhere.call('POST', '/session', { name: 'Vesta', password: 'wrong' }))[1]).toBe(
      'sign_in_failed',
    )
    expect(refusal(await elsewhere.call('POST', '/session', { name: 'Vesta', password }))[1]).toBe(
      'too_many_tries',
    )
  })

  test('ends when new ones are made', async () => {
    const box = openBox()
    const owner = await box.owner()
    const first = (await owner.call('POST', '/recovery-codes')).json.recoveryCodes
    const second = (await owner.call('POST', '/recovery-codes')).json.recoveryCodes
    expect(refusal(await recover(box, { name: 'Vesta', code: first[0] }))).toEqual([403, 'code_wrong'])
    expect((await recover(box, { name: 'Vesta', code: second[9] })).status).toBe(201)
  })

  test('made by an owner for somebody works the same way, for a day, and signs them out', async () => {
    const box = openBox()
    const owner = await box.owner()
    const juno = await box.person(owner, 'Juno', 'adult')
    const { code: first } = (await owner.call('POST', `/people/${juno.id}/reset`)).json
    expect(await isIn(juno)).toBe(false)
    const { status, json } = await owner.call('POST', `/people/${juno.id}/reset`)
    expect([status, json.expiresAt]).toEqual([201, new Date(box.clock.now().getTime() + days).toISOString()])
    expect(refusal(await recover(box, { name: 'Juno', code: first }))).toEqual([403, 'code_wrong'])
    expect((await recover(box, { name: 'Juno', code: json.code })).status).toBe(201)
    expect(refusal(await recover(box, { name: 'Juno', code: json.code }))).toEqual([403, 'code_wrong'])
    await signedIn(owner, 'Vesta')
    const late = (await owner.call('POST', `/people/${juno.id}/reset`)).json.code
    box.clock.advance(days)
    expect(refusal(await recover(box, { name: 'Juno', code: late }))).toEqual([403, 'code_wrong'])
    expect((await recover(box, { name: 'Juno', code: juno.recoveryCodes[0] })).status).toBe(201)
  })
})

describe('on the box’s own socket', () => {
  const make = (socket: Visitor, scopes: string[] = ['chat']) =>
    socket.call('POST', '/tokens', { name: 'from the console', scopes })

  test('it is the claimer who asks, as long as they are an owner', async () => {
    const box = openBox()
    const owner = await box.owner()
    await box.person(owner, 'Ann', 'owner')
    expect((await make(box.visitor({ socket: true }))).json.person.name).toBe('Vesta')
  })

  test.each([
    ['gone', (juno: Visitor) => juno.call('DELETE', '/people/local-owner')],
    ['an adult', (juno: Visitor) => juno.call('PATCH', '/people/local-owner', { role: 'adult' })],
    [
      'an owner with an end date',
      (juno: Visitor) => juno.call('PATCH', '/people/local-owner', { expiresAt: '2027-01-01T00:00:00Z' }),
    ],
  ])('and once the claimer is %s, the owner who came next', async (_, end) => {
    const box = openBox()
    const owner = await box.owner()
    const juno = await box.person(owner, 'Juno', 'owner')
    box.clock.advance(minutes)
    await box.person(juno, 'Ann', 'owner')
    expect((await end(juno)).status).toBeLessThan(300)
    const socket = box.visitor({ socket: true })
    expect((await make(socket, ['models:manage'])).json.person.name).toBe('Juno')
    expect((await socket.call('POST', '/recovery-codes')).status).toBe(201)
    expect((await socket.call('POST', '/invitations', { role: 'adult' })).status).toBe(201)
  })
})
