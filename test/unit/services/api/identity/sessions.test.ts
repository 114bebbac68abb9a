// Sessions: how long they last, when they are fresh, what ends them, and who is told.

import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openStore } from '#appliance/store/open.ts'
import { deviceName } from '#services/api/identity/device.ts'
import { createEndings } from '#services/api/identity/endings.ts'
import {
  days,
  folder,
  hours,
  iPhone,
  minutes,
  openBox,
  password,
  refusal,
  seconds,
  signedIn,
  type Visitor,
} from './box.ts'

const isIn = async (visitor: Visitor): Promise<boolean> =>
  (await visitor.call('GET', '/door')).json.person !== null

describe('a session', () => {
  test('slides for 30 days, and ends without use', async () => {
    const box = openBox()
    const phone = await box.owner()
    box.clock.advance(29 * days)
    expect(await isIn(phone)).toBe(true)
    box.clock.advance(29 * days)
    expect(await isIn(phone)).toBe(true)
    box.clock.advance(30 * days)
    expect(await isIn(phone)).toBe(false)
    expect(box.ended).toEqual([{ kind: 'session', id: expect.any(String) }])
  })

  test('ends after 180 days even when it is used all the time', async () => {
    const box = openBox()
    const phone = await box.owner()
    for (const later of [20, 20, 20, 20, 20, 20, 20, 20, 19]) {
      box.clock.advance(later * days)
      expect(await isIn(phone)).toBe(true)
    }
    box.clock.advance(days)
    expect(await isIn(phone)).toBe(false)
  })

  test('of a guest slides for one day', async () => {
    const box = openBox()
    const guest = await box.person(await box.owner(), 'Iris', 'guest')
    box.clock.advance(23 * hours)
    expect(await isIn(guest)).toBe(true)
    box.clock.advance(23 * hours)
    expect(await isIn(guest)).toBe(true)
    box.clock.advance(24 * hours)
    expect(await isIn(guest)).toBe(false)
  })

  test('ends with its person’s end date, and both are told', async () => {
    const box = openBox()
    const owner = await box.owner()
    const adult = await box.person(owner, 'Juno', 'adult')
    await adult.call('POST', '/tokens', { name: 'lamp', scopes: ['chat'] })
    const expiresAt = new Date(box.clock.now().getTime() + hours).toISOString()
    expect((await owner.call('PATCH', `/people/${adult.id}`, { expiresAt })).json.expiresAt).toBe(expiresAt)
    expect(await isIn(adult)).toBe(true)
    box.clock.advance(hours)
    box.parts.sweep()
    expect(box.ended.map(({ kind }) => kind).sort()).toEqual(['session', 'token'])
    expect(await isIn(adult)).toBe(false)
  })

  test('survives a restart', async () => {
    const box = openBox()
    const phone = await box.owner()
    const again = openBox({ file: box.file, clock: box.clock })
    const same = again.visitor()
    same.cookie = phone.cookie
    expect(await isIn(same)).toBe(true)
  })

  test('is fresh for five minutes after signing in, and again after confirming', async () => {
    const box = openBox()
    const phone = await box.owner()
    box.clock.advance(5 * minutes - 1)
    expect((await phone.call('POST', '/recovery-codes')).status).toBe(201)
    box.clock.advance(1)
    expect(refusal(await phone.call('POST', '/recovery-codes'))).toEqual([403, 'wall_fresh'])
    expect((await phone.call('GET', '/door')).json.freshUntil).toBeNull()
    expect(refusal(await phone.call('POST', '/session/confirm', { password: 'wrong' }))).toEqual([
      401,
      'sign_in_failed',
    ])
    const { json } = await phone.call('POST', '/session/confirm', { password })
    expect(json.freshUntil).toBe(new Date(box.clock.now().getTime() + 5 * minutes).toISOString())
    expect((await phone.call('POST', '/recovery-codes')).status).toBe(201)
  })

  test('is seen at most once a minute', async () => {
    const box = openBox()
    const phone = await box.owner()
    const at = box.clock.now().toISOString()
    const seen = async () => (await phone.call('GET', '/sessions')).json.sessions[0].lastSeenAt
    box.clock.advance(minutes - 1)
    expect(await seen()).toBe(at)
    box.clock.advance(1)
    await seen()
    expect(await seen()).toBe(box.clock.now().toISOString())
  })
})

describe('the list of devices', () => {
  test('names them, says which one asks, and shows nobody else’s', async () => {
    const box = openBox()
    const phone = await box.owner()
    box.clock.advance(seconds)
    const laptop = await signedIn(box.visitor({ agent: 'curl/8.1', address: '192.168.1.7' }), 'Vesta')
    await box.person(phone, 'Iris', 'adult')
    const { sessions } = (await laptop.call('GET', '/sessions')).json
    expect(sessions).toMatchObject([
      { device: 'curl', address: '192.168.1.7', current: true },
      { device: 'Safari on iPhone', address: '192.168.1.20', current: false },
    ])
    expect(JSON.stringify(sessions)).not.toContain('hash')
  })

  test('signs another one out at once; nobody else’s can be', async () => {
    const box = openBox()
    const phone = await box.owner()
    const laptop = await signedIn(box.visitor(), 'Vesta')
    const iris = await box.person(phone, 'Iris', 'adult')
    const [mine] = (await iris.call('GET', '/sessions')).json.sessions
    const other = (await phone.call('GET', '/sessions')).json.sessions.find(
      (one: { current: boolean }) => !one.current,
    )
    expect(refusal(await iris.call('DELETE', `/sessions/${other.id}`))).toEqual([404, 'session_not_found'])
    expect(refusal(await phone.call('DELETE', `/sessions/${mine.id}`))).toEqual([404, 'session_not_found'])
    expect((await phone.call('DELETE', `/sessions/${other.id}`)).status).toBe(204)
    expect(box.ended).toEqual([{ kind: 'session', id: other.id }])
    expect([await isIn(laptop), await isIn(phone)]).toEqual([false, true])
  })

  test('holds a hundred; one more ends the one unused for longest', async () => {
    const box = openBox()
    const first = await box.owner()
    for (let n = 0; n < 100; n++) {
      box.clock.advance(seconds)
      box.parts.sessions.open('local-owner', { address: null, agent: null })
    }
    expect(box.parts.sessions.list('local-owner', null)).toHaveLength(100)
    expect(await isIn(first)).toBe(false)
  })
})

test('a new password signs out every other device, and none of the tokens', async () => {
  const box = openBox()
  const phone = await box.owner()
  const laptop = await signedIn(box.visitor(), 'Vesta')
  const { token } = (await phone.call('POST', '/tokens', { name: 'lamp', scopes: ['chat'] })).json
  expect(refusal(await phone.call('POST', '/password', { password: 'vesta2026' }))).toEqual([
    400,
    'password_weak',
  ])
  expect((await phone.call('POST', '/password', { password: 'seven slow tortoises' })).status).toBe(204)
  expect([await isIn(phone), await isIn(laptop)]).toEqual([true, false])
  expect(box.ended).toHaveLength(1)
  expect(box.parts.identity.byToken(token, { address: null, agent: null })).not.toBeNull()
  expect(refusal(await box.visitor().call('POST', '/session', { name: 'Vesta', password }))).toEqual([
    401,
    'sign_in_failed',
  ])
  await signedIn(box.visitor(), 'Vesta', 'seven slow tortoises')
})

test('what was rolled back has not ended, and nobody is told', () => {
  const store = openStore({ file: join(folder(), 'x.db'), migrations: [] })
  const endings = createEndings(store)
  const told: string[] = []
  endings.onEnded(({ id }) => void told.push(id))
  const half = (): void =>
    endings.transaction(() => {
      endings.transaction(() => endings.tell([{ kind: 'session', id: 'a' }]))
      expect(told).toEqual([])
      throw new RangeError('no')
    })
  expect(half).toThrow('no')
  endings.transaction(() => endings.tell([{ kind: 'session', id: 'b' }]))
  expect(told).toEqual(['b'])
  store.close()
})

test.each([
  [iPhone, 'Safari on iPhone'],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
    'Edge on Windows',
  ],
  [
    'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
    'Chrome on Android',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
    'Safari on Mac',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
  ['curl/8.1', 'curl'],
  ['', 'Unknown device'],
  [null, 'Unknown device'],
])('%j is called %s', (agent, name) => expect(deviceName(agent)).toBe(name))
