// Guessing who lives here and with which password: from one address and from many, with lies about the address, by what
// is said and by how long it takes. The owner gets in meanwhile, and on the box itself always.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { identityRoutes } from '#appliance/contracts/identity.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import { createClient } from '#appliance/ipc/client.ts'
import { socketPath } from '#appliance/ipc/serve.ts'
import { ownerAccount } from '#benchmarks/owner.ts'
import { type Box, startBox } from '../box.ts'
import {
  type Answer,
  ask,
  invite,
  originOf,
  type Person,
  record,
  recorded,
  signInOwner,
  tell,
} from './second.ts'

let box: Box
let owner: Person
let adult: Person
beforeAll(async () => {
  box = await startBox()
  owner = await signInOwner(box)
  adult = await invite(box, owner, { name: 'Brigid', role: 'adult' })
})
afterAll(() => box.stop())

const guess = (name: string, from: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(box, '/hob/v1/session', {
    method: 'POST',
    from,
    headers: { origin: originOf(box), ...headers },
    body: { name, password: `wrong ${randomUUID()}` },
  })
const refused = ({ status, code }: Answer): [number, string] => [status, code]
/** What a person sees of it: without the number that every answer has. */
const said = ({ status, text, headers }: Answer): unknown => {
  const { error } = JSON.parse(text) as { error: Record<string, unknown> }
  const { request_id: _, requestId: __, ...rest } = error
  const names = Object.keys(headers).filter((name) => !['date', 'x-request-id'].includes(name))
  return { status, rest, names: names.sort(), length: text.length }
}

/** 127.1.0.1, 127.1.0.2 …: each an address of its own for the box. */
let addresses = 0
const anotherAddress = (): string => `127.1.${Math.floor(addresses / 200)}.${(addresses++ % 200) + 1}`

test('a wrong name and a wrong password are told in the same words, and both are recorded', async () => {
  const [here, there] = [anotherAddress(), anotherAddress()]
  const known = await guess(adult.name, here)
  const unknown = await guess('Nobodyhere', there)
  expect(refused(known)).toEqual([401, 'sign_in_failed'])
  expect(said(unknown)).toEqual(said(known))
  const isTry = (address: string) => (entry: { action: string; from: { address: string | null } }) =>
    entry.action === 'session.refused' && entry.from.address === address
  expect(await recorded(box, isTry(here))).toMatchObject({ code: 'sign_in_failed', target: adult.id })
  // what was typed may be a password
  expect(await recorded(box, isTry(there))).toMatchObject({ code: 'sign_in_failed', target: null })
  expect(JSON.stringify(await record(box))).not.toContain('Nobodyhere')
})

test('a name that is here is not told by the time that an answer takes', async () => {
  const timed = async (name: string, from: string): Promise<number> => {
    const begin = performance.now()
    expect(refused(await guess(name, from))).toEqual([401, 'sign_in_failed'])
    return performance.now() - begin
  }
  let ratio = 0
  for (let round = 0; round < 3 && !isEven(ratio); round++) {
    const known: number[] = []
    const unknown: number[] = []
    for (let i = 0; i < tries; i++) {
      // each from another address, so that none of them is slowed
      const from = anotherAddress()
      known.push(await timed(adult.name, from))
      unknown.push(await timed(`Stranger ${round}-${i}`, anotherAddress()))
      // the right password from there makes the wrong one a slip, and the account is not slowed either
      expect((await signInFrom(from)).status).toBe(201)
    }
    ratio = median(unknown) / median(known)
    tell(`wrong password ${median(known).toFixed(1)} ms, no such name ${median(unknown).toFixed(1)} ms`)
  }
  // without work for a name that is not here the ratio is far below
  expect(isEven(ratio), String(ratio)).toBe(true)
})

test('a lie about the address neither frees the one who guesses nor blames another', async () => {
  const from = anotherAddress()
  const lies = Array.from({ length: 6 }, (_, i) => ({
    'x-forwarded-for': `10.1.1.${i}`,
    forwarded: `for=10.1.1.${i}`,
    'x-real-ip': `10.1.1.${i}`,
    'cf-connecting-ip': `10.1.1.${i}`,
    'true-client-ip': `10.1.1.${i}`,
  }))
  const answers = await Promise.all(lies.map((lie, i) => guess(`Somebody ${i}`, from, lie)))
  expect(answers.map(refused)).toContainEqual([401, 'sign_in_failed'])
  expect(answers.map(refused)).toContainEqual([429, 'too_many_tries'])
  const rows = (await record(box)).filter((entry) => entry.from.address === from)
  expect(rows.map(({ code }) => code)).toContain('too_many_tries')
  expect(JSON.stringify(await record(box))).not.toContain('10.1.1.')
})

test('guessing one account from many addresses is slowed for all of them, for a minute at most', async () => {
  const victim = await invite(box, owner, { name: 'Hestia', role: 'adult' })
  // at once, so that a slow machine does not wait out what slows them
  const answers = await Promise.all(Array.from({ length: 12 }, () => guess(victim.name, anotherAddress())))
  const slowed = answers.filter(({ code }) => code === 'too_many_tries')
  expect(slowed.length).toBeGreaterThanOrEqual(5)
  expect(answers.length - slowed.length).toBeGreaterThanOrEqual(3)
  for (const { status, headers } of slowed) {
    expect(status).toBe(429)
    expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1)
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60)
  }
  await recorded(
    box,
    ({ action, code, target }) =>
      action === 'session.refused' && code === 'too_many_tries' && target === victim.id,
  )
  // who is signed in stays so
  expect((await ask(box, '/hob/v1/sessions', { headers: victim.headers })).status).toBe(200)
})

test('an account under attack is open on the box itself, and to whoever confirms there', async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => guess(ownerAccount.name, anotherAddress())),
  )
  expect(answers.map(refused)).toContainEqual([429, 'too_many_tries'])
  const client = createClient({
    service: 'api',
    socketPath: socketPath(String(box.environment['HOB_RUN_DIR']), 'api'),
  })
  const caller = { principal: localOwner('socket') }
  const { people: all } = await client.call(identityRoutes.people, {}, caller)
  expect(all.map(({ name }) => name)).toContain(ownerAccount.name)
  const { token } = await client.call(
    identityRoutes.makeToken,
    { json: { name: 'way in', scopes: [] } },
    caller,
  )
  expect(token).toMatch(/^hob_/)
  client.close()
  // a session that confirms is counted by itself
  const confirmed = await ask(box, '/hob/v1/session/confirm', {
    method: 'POST',
    headers: owner.headers,
    body: { password: ownerAccount.password },
  })
  expect(confirmed.status, confirmed.text).toBe(200)
})

test('a code of recovery or of an invitation is guessed as slowly, and no name is told', async () => {
  const recover = (name: string, from: string): Promise<Answer> =>
    ask(box, '/hob/v1/recovery', {
      method: 'POST',
      from,
      headers: { origin: originOf(box) },
      body: { name, code: 'AAAA-BBBB-CCCC-DDDD', password: 'quite another long one' },
    })
  const known = await recover(adult.name, anotherAddress())
  const unknown = await recover('Nobodyhere', anotherAddress())
  expect(refused(known)).toEqual([403, 'code_wrong'])
  expect(said(unknown)).toEqual(said(known))
  // of one account, from wherever
  const recoveries = await Promise.all(Array.from({ length: 6 }, () => recover(adult.name, anotherAddress())))
  expect(recoveries.map(refused)).toContainEqual([429, 'too_many_tries'])
  const from = anotherAddress()
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, i) =>
      ask(box, '/hob/v1/invitations/accept', {
        method: 'POST',
        from,
        headers: { origin: originOf(box) },
        body: { code: `AAAA-BBBB-CCC${i}`, name: `Mallory ${i}`, password: 'quite another long one' },
      }),
    ),
  )
  expect(answers.map(refused)).toContainEqual([429, 'too_many_tries'])
  await recorded(
    box,
    ({ action, code, from: { address } }) =>
      action === 'invitation.used' && code === 'too_many_tries' && address === from,
  )
})

const signInFrom = (from: string): Promise<Answer> =>
  ask(box, '/hob/v1/session', {
    method: 'POST',
    from,
    headers: { origin: originOf(box) },
    body: { name: adult.name, password: adult.password },
  })

/** Of each kind; all guesses of the box share a bucket of a hundred. */
const tries = 8
const median = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN
const isEven = (ratio: number): boolean => ratio > 0.6 && ratio < 1.6
