// Passkeys, with a device in software: what makes one, what signs in, and what is refused.
import { beforeAll, describe, expect, test } from 'vitest'
import { createChallenges } from '#services/api/identity/challenges.ts'
import { createManualClock } from '#test/fakes/manual-clock.ts'
import { type Authenticator, attestationObject, createAuthenticator, type Said } from './authenticator.ts'
import { hours, minutes, openBox, refusal, seconds, type TestBox, type Visitor } from './box.ts'

const here = { origin: 'https://hob-ab12.local', rpId: 'hob-ab12.local' }

/** Makes a passkey as the page does; `wrong` replaces what the device says. */
async function add(visitor: Visitor, device: Authenticator, wrong: Partial<Said> = {}) {
  const { json } = await visitor.call('POST', '/passkeys/options')
  const response = device.make({ ...here, challenge: json.options.challenge, ...wrong })
  return await visitor.call('POST', '/passkeys', { id: json.id, name: 'My phone', response })
}

async function use(visitor: Visitor, device: Authenticator, wrong: Partial<Said> = {}) {
  const { json } = await visitor.call('POST', '/session/passkey/options')
  const response = device.use({ ...here, challenge: json.options.challenge, ...wrong })
  return await visitor.call('POST', '/session/passkey', { id: json.id, response })
}

async function withPasskey(): Promise<{ box: TestBox; owner: Visitor; device: Authenticator }> {
  const box = openBox()
  const owner = await box.owner()
  const device = createAuthenticator()
  const added = await add(owner, device)
  expect(added.status, JSON.stringify(added.json)).toBe(201)
  return { box, owner, device }
}

// the box loads it at the first passkey; on a busy machine that takes longer than a test may
beforeAll(async () => void (await import('@simplewebauthn/server')), 120_000)

describe('a passkey', () => {
  test('is made by somebody fresh, listed, counted, and signs in without a name', async () => {
    const { box, owner, device } = await withPasskey()
    expect((await owner.call('GET', '/passkeys')).json.passkeys).toMatchObject([
      { name: 'My phone', lastUsedAt: null },
    ])
    const phone = box.visitor()
    const { status, json } = await use(phone, device, { counter: 1, userHandle: 'local-owner' })
    expect([status, json.name, json.passkeys]).toEqual([201, 'Vesta', 1])
    expect((await phone.call('GET', '/door')).json.freshUntil).not.toBeNull()
    expect((await owner.call('GET', '/passkeys')).json.passkeys[0].lastUsedAt).toBe(
      box.clock.now().toISOString(),
    )
    expect(box.notes.at(-1)).toMatchObject({ action: 'session.signed_in', details: { with: 'passkey' } })
  })

  test('asks for the box’s name, a look at the person, and no maker’s certificate; tells nobody who has one', async () => {
    const { box, owner } = await withPasskey()
    const made = (await owner.call('POST', '/passkeys/options')).json.options
    expect(made).toMatchObject({
      rp: { id: 'hob-ab12.local', name: 'Kitchen Hob' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    })
    expect(made.excludeCredentials).toHaveLength(1)
    const signIn = (await box.visitor().call('POST', '/session/passkey/options')).json.options
    expect(signIn).toMatchObject({ rpId: 'hob-ab12.local', userVerification: 'required' })
    expect(signIn.allowCredentials ?? []).toEqual([])
  })

  test('whose device never counts (0, again and again) goes on working', async () => {
    const { box, device } = await withPasskey()
    for (let n = 0; n < 3; n++) expect((await use(box.visitor(), device)).status).toBe(201)
  })

  test('is forgotten by its person alone', async () => {
    const { box, owner, device } = await withPasskey()
    const juno = await box.person(owner, 'Juno', 'adult')
    const [{ id }] = (await owner.call('GET', '/passkeys')).json.passkeys
    expect(refusal(await juno.call('DELETE', `/passkeys/${id}`))).toEqual([404, 'passkey_not_found'])
    expect((await owner.call('DELETE', `/passkeys/${id}`)).status).toBe(204)
    expect(refusal(await use(box.visitor(), device))).toEqual([401, 'passkey_failed'])
  })

  test('of somebody whose account has ended says so', async () => {
    const { box, owner } = await withPasskey()
    const juno = await box.person(owner, 'Juno', 'adult')
    const device = createAuthenticator()
    expect((await add(juno, device)).status).toBe(201)
    const expiresAt = new Date(box.clock.now().getTime() + minutes).toISOString()
    await owner.call('PATCH', `/people/${juno.id}`, { expiresAt })
    box.clock.advance(hours)
    expect(refusal(await use(box.visitor(), device))).toEqual([403, 'account_expired'])
  })

  test('is made by who is fresh alone', async () => {
    const { box, owner } = await withPasskey()
    box.clock.advance(5 * minutes)
    expect(refusal(await owner.call('POST', '/passkeys/options'))).toEqual([403, 'wall_fresh'])
  })
})

describe('making one is refused', () => {
  const x5c = Buffer.concat([Buffer.from([0xa1, 0x63]), Buffer.from('x5c'), Buffer.from([0x81, 0x41, 0x00])])
  const cases: [string, (device: Authenticator) => Partial<Said>][] = [
    ['from another origin', () => ({ origin: 'https://evil.example' })],
    ['from the same name without TLS', () => ({ origin: 'http://hob-ab12.local' })],
    ['for another name', () => ({ rpId: 'evil.example' })],
    ['without a look at the person', () => ({ verified: false })],
    ['for another challenge', () => ({ challenge: Buffer.alloc(32).toString('base64url') })],
    ['with the answer of a sign-in', () => ({ type: 'webauthn.get' })],
    ['with bytes that are no CBOR', () => ({ attestation: Buffer.from([0xff, 0x00, 0x12]) })],
    [
      'with a maker’s certificate',
      (device) => ({
        attestation: attestationObject(device.authData({ ...here, challenge: '' }), 'packed', x5c),
      }),
    ],
    [
      'with a form of another maker',
      (device) => ({ attestation: attestationObject(device.authData({ ...here, challenge: '' }), 'tpm') }),
    ],
  ]
  test.each(cases)('%s', async (_, wrong) => {
    const box = openBox()
    const owner = await box.owner()
    const device = createAuthenticator()
    expect(refusal(await add(owner, device, wrong(device)))).toEqual([401, 'passkey_failed'])
    expect((await add(owner, device)).status).toBe(201)
  })

  test('with a challenge that was answered, has expired, or is somebody else’s', async () => {
    const box = openBox()
    const owner = await box.owner()
    const juno = await box.person(owner, 'Juno', 'adult')
    const begin = async () => (await owner.call('POST', '/passkeys/options')).json
    const answer = ({ id, options }: { id: string; options: { challenge: string } }) => ({
      id,
      name: 'x',
      response: createAuthenticator().make({ ...here, challenge: options.challenge }),
    })
    const first = await begin()
    expect((await owner.call('POST', '/passkeys', answer(first))).status).toBe(201)
    expect(refusal(await owner.call('POST', '/passkeys', answer(first)))).toEqual([401, 'passkey_failed'])
    expect(refusal(await juno.call('POST', '/passkeys', answer(await begin())))).toEqual([
      401,
      'passkey_failed',
    ])
    const late = await begin()
    box.clock.advance(4 * minutes)
    await owner.call('POST', '/session/confirm', { password: 'a lamp behind the stove' })
    box.clock.advance(minutes)
    expect(refusal(await owner.call('POST', '/passkeys', answer(late)))).toEqual([401, 'passkey_failed'])
  })

  test('when the device’s key is here already', async () => {
    const { box, owner, device } = await withPasskey()
    const juno = await box.person(owner, 'Juno', 'adult')
    expect(refusal(await add(juno, device))).toEqual([401, 'passkey_failed'])
  })
})

describe('signing in is refused', () => {
  const cases: [string, Partial<Said>][] = [
    ['from another origin', { origin: 'https://evil.example' }],
    ['for another name', { rpId: 'evil.example' }],
    ['without a look at the person', { verified: false }],
    ['for another challenge', { challenge: Buffer.alloc(32).toString('base64url') }],
    ['with the answer of a making', { type: 'webauthn.create' }],
    ['with another key’s signature', { forged: true }],
    ['for another person', { userHandle: 'somebody-else' }],
  ]
  test.each(cases)('%s', async (_, wrong) => {
    const { box, device } = await withPasskey()
    expect(refusal(await use(box.visitor(), device, wrong))).toEqual([401, 'passkey_failed'])
    expect((await use(box.visitor(), device)).status).toBe(201)
    expect(box.notes.filter(({ outcome }) => outcome === 'refused')).toMatchObject([
      { action: 'session.refused', code: 'passkey_failed' },
    ])
  })

  test('when the device’s counter goes back or stands still: it was copied', async () => {
    const { box, device } = await withPasskey()
    expect((await use(box.visitor(), device, { counter: 5 })).status).toBe(201)
    for (const counter of [5, 4, 0])
      expect(refusal(await use(box.visitor(), device, { counter }))).toEqual([401, 'passkey_failed'])
    expect((await use(box.visitor(), device, { counter: 6 })).status).toBe(201)
  })

  test('with a challenge that was answered, or after five minutes', async () => {
    const { box, device } = await withPasskey()
    const phone = box.visitor()
    const begin = async () => (await phone.call('POST', '/session/passkey/options')).json
    const answer = ({ id, options }: { id: string; options: { challenge: string } }) =>
      phone.call('POST', '/session/passkey', {
        id,
        response: device.use({ ...here, challenge: options.challenge }),
      })
    const first = await begin()
    expect((await answer(first)).status).toBe(201)
    expect(refusal(await answer(first))).toEqual([401, 'passkey_failed'])
    const late = await begin()
    box.clock.advance(5 * minutes)
    expect(refusal(await answer(late))).toEqual([401, 'passkey_failed'])
  })

  test('with a device that is not known, or with anything that is no answer', async () => {
    const { box } = await withPasskey()
    expect(refusal(await use(box.visitor(), createAuthenticator()))).toEqual([401, 'passkey_failed'])
    for (const response of [{}, { id: 1 }, { id: 'x', rawId: 'x', type: 'public-key', response: {} }]) {
      const { json } = await box.visitor().call('POST', '/session/passkey/options')
      expect(
        refusal(await box.visitor().call('POST', '/session/passkey', { id: json.id, response })),
      ).toEqual([401, 'passkey_failed'])
    }
  })
})

describe('the name', () => {
  test.each([
    '192.168.1.9',
    '192.168.1.9:4620',
    '[fd00::1]',
    '[::1]:4620',
    'evil.example',
    'x.hob-ab12.local',
    '',
  ])('under %j there are no passkeys', async (host) => {
    const box = openBox()
    await box.owner()
    const visitor = box.visitor({ host })
    const refused = await visitor.call('POST', '/session/passkey/options')
    expect(refusal(refused)).toEqual([409, 'passkey_needs_name'])
    expect(refused.json.error.remedy).toContain('hob-ab12.local, localhost')
  })

  test('may come with a port, which belongs to the origin', async () => {
    const box = openBox({ secureCookies: false })
    await box.owner()
    const visitor = box.visitor({ host: 'localhost:4620' })
    const owner = (
      await visitor.call('POST', '/session', { name: 'Vesta', password: 'a lamp behind the stove' })
    ).status
    expect(owner).toBe(201)
    const device = createAuthenticator()
    const local = { origin: 'http://localhost:4620', rpId: 'localhost' }
    expect((await add(visitor, device, local)).status).toBe(201)
    expect(refusal(await use(box.visitor({ host: 'localhost:4621' }), device, local))).toEqual([
      401,
      'passkey_failed',
    ])
    expect((await use(box.visitor({ host: 'localhost:4620' }), device, local)).status).toBe(201)
  })

  test('is the authority of a request in HTTP/2, which has no Host', async () => {
    const { box, device } = await withPasskey()
    expect((await use(box.visitor({ http2: true }), device)).status).toBe(201)
    const other = await box
      .visitor({ http2: true, host: '192.168.1.9' })
      .call('POST', '/session/passkey/options')
    expect(other.json.error.code).toBe('passkey_needs_name')
  })
})

describe('confirming who one is with a passkey', () => {
  /** The ceremony of `whose`, answered by `device`, handed in by `by`. */
  const confirm = async (whose: Visitor, device: Authenticator, wrong: Partial<Said> = {}, by = whose) => {
    const { json } = await whose.call('POST', '/session/confirm/passkey/options')
    const response = device.use({ ...here, challenge: json.options.challenge, ...wrong })
    return await by.call('POST', '/session/confirm/passkey', { id: json.id, response })
  }

  test('makes the session fresh that it is, and opens no other', async () => {
    const { box, owner, device } = await withPasskey()
    box.clock.advance(5 * minutes)
    expect(refusal(await owner.call('POST', '/passkeys/options'))).toEqual([403, 'wall_fresh'])
    const { cookie } = owner
    const { status, json } = await confirm(owner, device, { counter: 1 })
    const freshUntil = new Date(box.clock.now().getTime() + 5 * minutes).toISOString()
    expect([status, json]).toEqual([200, { freshUntil }])
    expect(owner.cookie).toBe(cookie)
    expect((await owner.call('GET', '/sessions')).json.sessions).toHaveLength(1)
    expect((await owner.call('POST', '/passkeys/options')).status).toBe(200)
    expect(box.notes.at(-1)).toEqual({
      action: 'session.renewed',
      outcome: 'done',
      details: { with: 'passkey' },
    })
  })

  test('names the person’s own passkeys, and takes no other’s', async () => {
    const { box, owner, device } = await withPasskey()
    const juno = await box.person(owner, 'Juno', 'adult')
    const junos = createAuthenticator()
    expect((await add(juno, junos)).status).toBe(201)
    const { json } = await owner.call('POST', '/session/confirm/passkey/options')
    expect(json.options.allowCredentials.map(({ id }: { id: string }) => id)).toEqual([device.id])
    box.clock.advance(5 * minutes)
    expect(refusal(await confirm(owner, junos))).toEqual([401, 'passkey_failed'])
    expect(refusal(await owner.call('POST', '/passkeys/options'))).toEqual([403, 'wall_fresh'])
    expect(box.notes.at(-1)).toMatchObject({ action: 'session.renewed', code: 'passkey_failed' })
  })

  test('is bound to who asked: neither somebody else’s ceremony nor one of signing in will do', async () => {
    const { box, owner, device } = await withPasskey()
    const juno = await box.person(owner, 'Juno', 'adult')
    expect(refusal(await confirm(owner, device, {}, juno))).toEqual([401, 'passkey_failed'])
    expect(refusal(await confirm(juno, device, {}, owner))).toEqual([401, 'passkey_failed'])
    const { json } = await owner.call('POST', '/session/passkey/options')
    const response = device.use({ ...here, challenge: json.options.challenge })
    expect(refusal(await owner.call('POST', '/session/confirm/passkey', { id: json.id, response }))).toEqual([
      401,
      'passkey_failed',
    ])
    const own = (await owner.call('POST', '/session/confirm/passkey/options')).json
    const answered = device.use({ ...here, challenge: own.options.challenge })
    expect(
      refusal(await box.visitor().call('POST', '/session/passkey', { id: own.id, response: answered })),
    ).toEqual([401, 'passkey_failed'])
  })
})

test('what begins is remembered for a thousand ceremonies, and twenty of one address', () => {
  const clock = createManualClock()
  const challenges = createChallenges({ now: () => clock.now() })
  const one = { challenge: 'x', host: 'h', origin: 'o', user: null }
  const mine = challenges.keep(one, '10.0.0.1')
  const theirs = Array.from({ length: 500 }, () => challenges.keep(one, '10.0.0.2'))
  expect(theirs.filter((id) => challenges.take(id) !== null)).toHaveLength(20)
  const many = Array.from({ length: 1_000 }, (_, n) => challenges.keep(one, `10.1.${n >> 8}.${n & 255}`))
  expect(challenges.take(mine)).toBeNull()
  expect(many.filter((id) => challenges.take(id) !== null)).toHaveLength(1_000)
  const late = challenges.keep(one, '10.0.0.1')
  clock.advance(5 * minutes - seconds)
  expect(challenges.take(late)).toEqual(expect.objectContaining(one))
})
