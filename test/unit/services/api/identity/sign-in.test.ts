// Signing in with a password: who gets in, what a guesser learns, and what the cookie is.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createPasswords } from '#services/api/identity/passwords.ts'
import { hours, minutes, openBox, password, refusal, seconds, signedIn, type TestBox } from './box.ts'

const wrong = 'not the lamp at all'

describe('the right password', () => {
  test('signs in, whatever the name’s capitals, and the door then knows who it is', async () => {
    const box = openBox()
    await box.owner()
    const phone = await signedIn(box.visitor(), ' VESTA ')
    const { json } = await phone.call('GET', '/door')
    expect(json.person).toMatchObject({
      id: 'local-owner',
      name: 'Vesta',
      lastSeenAt: box.clock.now().toISOString(),
    })
    expect(json.freshUntil).toBe(new Date(box.clock.now().getTime() + 5 * minutes).toISOString())
  })

  test('ends the session that this browser had', async () => {
    const box = openBox()
    const phone = await box.owner()
    const before = phone.cookie
    await signedIn(phone, 'Vesta')
    expect(phone.cookie).not.toBe(before)
    expect(box.ended).toHaveLength(1)
    phone.cookie = before
    expect((await phone.call('GET', '/door')).json.person).toBeNull()
  })

  test('is hashed anew when the parameters have grown', async () => {
    const box = openBox()
    await box.owner()
    const old = await createPasswords({ cost: { memoryKiB: 32, passes: 1 } }).hash(password)
    box.parts.people.setPassword('local-owner', old)
    await signedIn(box.visitor(), 'Vesta')
    expect(box.parts.people.account('local-owner').password).toContain('m=64,t=1')
    await signedIn(box.visitor(), 'Vesta')
  })
})

describe('a guesser', () => {
  test('reads the same for a name that is not here as for a wrong password', async () => {
    const box = openBox()
    await box.owner()
    const answers = await Promise.all(
      ['Vesta', 'Mars'].map((name) =>
        box.visitor({ address: name }).call('POST', '/session', { name, password: wrong }),
      ),
    )
    const [here, nowhere] = answers.map(({ status, json }) => {
      const { request_id: _, ...error } = json.error
      return { status, error }
    })
    expect(here).toMatchObject({ status: 401, error: { code: 'sign_in_failed' } })
    expect(nowhere).toEqual(here)
  })

  test('waits the same for both, by the work that is done (the machine that tests is busy with other things)', async () => {
    const box = openBox({ cost: { memoryKiB: 19 * 1024, passes: 2 } })
    await box.owner()
    const work = async (name: string, turn: number): Promise<number> => {
      box.clock.advance(hours)
      const before = process.cpuUsage()
      const visitor = box.visitor({ address: `${name}-${turn}` })
      expect(refusal(await visitor.call('POST', '/session', { name, password: wrong }))[1]).toBe(
        'sign_in_failed',
      )
      const { user, system } = process.cpuUsage(before)
      return user + system
    }
    const taken: { Vesta: number[]; Nobody: number[] } = { Vesta: [], Nobody: [] }
    for (let turn = 0; turn < 15; turn++) {
      taken.Vesta.push(await work('Vesta', turn))
      taken.Nobody.push(await work('Nobody', turn))
    }
    const median = (list: number[]): number => list.toSorted((a, b) => a - b)[7] ?? 0
    const share = median(taken.Nobody) / median(taken.Vesta)
    expect(share).toBeGreaterThan(0.8)
    expect(share).toBeLessThan(1.2)
  }, 120_000)

  test('waits from the fourth failure on, for names that are not here, too', async () => {
    const box = openBox()
    await box.owner()
    for (const name of ['Vesta', 'Mars']) {
      const visitor = box.visitor({ address: name })
      const codes: string[] = []
      for (let i = 0; i < 5; i++)
        codes.push(refusal(await visitor.call('POST', '/session', { name, password: wrong }))[1])
      expect(codes).toEqual([...Array.from({ length: 4 }, () => 'sign_in_failed'), 'too_many_tries'])
      const early = await visitor.call('POST', '/session', { name, password })
      expect([early.status, early.headers.get('retry-after')]).toEqual([429, '1'])
    }
    box.clock.advance(seconds)
    await signedIn(box.visitor({ address: 'Vesta' }), 'Vesta')
  })

  test('locks out neither who is signed in, nor the socket', async () => {
    const box = openBox()
    const owner = await box.owner()
    for (let n = 0; n < 130; n++) {
      const { status } = await box
        .visitor({ address: `10.0.0.${n}` })
        .call('POST', '/session', { name: n % 2 === 0 ? 'Vesta' : `name-${n}`, password: wrong })
      expect([401, 429]).toContain(status)
    }
    expect(
      refusal(
        await box.visitor({ address: '10.9.9.9' }).call('POST', '/session', { name: 'Vesta', password }),
      ),
    ).toEqual([429, 'too_many_tries'])
    expect((await owner.call('GET', '/people')).status).toBe(200)
    expect((await owner.call('POST', '/session/confirm', { password })).status).toBe(200)
    const reset = await box.visitor({ socket: true }).call('POST', '/people/local-owner/reset')
    expect(reset.status).toBe(201)
  })

  test('gets an answer, not the box, when many sign in at once', async () => {
    const box = openBox({ cost: { memoryKiB: 4096, passes: 1 } })
    await box.owner()
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        box
          .visitor({ address: `10.0.0.${n}` })
          .call('POST', '/session', { name: `name-${n}`, password: wrong }),
      ),
    )
    const codes = answers.map((answer) => refusal(answer).join(' '))
    expect(codes.filter((code) => code === '401 sign_in_failed')).toHaveLength(22)
    expect(codes.filter((code) => code === '503 too_busy')).toHaveLength(18)
    await signedIn(box.visitor(), 'Vesta')
  })

  test('learns that an account has ended only with its password', async () => {
    const box = openBox()
    const owner = await box.owner()
    const guest = await box.person(owner, 'Iris', 'guest')
    await owner.call('PATCH', `/people/${guest.id}`, {
      expiresAt: new Date(box.clock.now().getTime() + hours).toISOString(),
    })
    box.clock.advance(2 * hours)
    const visitor = box.visitor()
    expect(refusal(await visitor.call('POST', '/session', { name: 'Iris', password: wrong }))).toEqual([
      401,
      'sign_in_failed',
    ])
    expect(refusal(await visitor.call('POST', '/session', { name: 'Iris', password }))).toEqual([
      403,
      'account_expired',
    ])
  })
})

describe('the cookie', () => {
  const setCookie = async (box: TestBox): Promise<string> => {
    await box.visitor({ socket: true }).call('POST', '/claim', { name: 'Vesta', password })
    const { headers } = await box.visitor().call('POST', '/session', { name: 'Vesta', password })
    return headers.get('set-cookie') ?? ''
  }

  test('over TLS is __Host-hob: this host’s alone, out of reach of scripts and of other sites', async () => {
    const [pair, ...attributes] = (await setCookie(openBox())).split('; ')
    expect(pair).toMatch(/^__Host-hob=[\w-]{43}$/)
    expect(attributes.sort()).toEqual([
      'HttpOnly',
      `Max-Age=${180 * 86_400}`,
      'Path=/',
      'SameSite=Strict',
      'Secure',
    ])
  })

  test('without TLS is hob, without Secure', async () => {
    const [pair, ...attributes] = (await setCookie(openBox({ secureCookies: false }))).split('; ')
    expect(pair).toMatch(/^hob=[\w-]{43}$/)
    expect(attributes.sort()).toEqual(['HttpOnly', `Max-Age=${180 * 86_400}`, 'Path=/', 'SameSite=Strict'])
  })

  test('goes when signing out, and so does the session', async () => {
    const box = openBox()
    const phone = await box.owner()
    const { cookie } = phone
    const out = await phone.call('DELETE', '/session')
    expect([out.status, out.headers.get('set-cookie')]).toEqual([
      204,
      expect.stringMatching(/^__Host-hob=; Max-Age=0; Path=\//),
    ])
    phone.cookie = cookie
    expect((await phone.call('GET', '/door')).json.person).toBeNull()
    expect(box.ended).toHaveLength(1)
  })

  test('of a tampered secret is nobody’s', async () => {
    const box = openBox()
    const phone = await box.owner()
    for (const cookie of [
      '__Host-hob=',
      '__Host-hob=x',
      `${phone.cookie}x`,
      (phone.cookie ?? '').slice(0, -1),
      `__Host-hob=${'x'.repeat(5_000)}`,
    ]) {
      const other = box.visitor()
      other.cookie = cookie
      expect((await other.call('GET', '/door')).json.person, cookie).toBeNull()
    }
  })
})

test('what is kept on the disk is no secret that would open anything', async () => {
  const box = openBox()
  const phone = await box.owner()
  const { json } = await phone.call('POST', '/tokens', { name: 'lamp', scopes: ['chat'] })
  const codes = (await phone.call('POST', '/recovery-codes')).json.recoveryCodes
  const file = box.file
  const bytes = Buffer.concat([file, `${file}-wal`].map((path) => readFileSync(path))).toString('latin1')
  expect(bytes).toContain('Vesta')
  for (const secret of [json.token, phone.cookie?.split('=')[1] ?? '', password, ...codes])
    expect(bytes).not.toContain(secret)
})
