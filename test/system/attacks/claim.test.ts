// A new box on a hostile network: somebody without its code wants to be its owner. The waits between
// wrong codes pass by its moved clock; the tests follow one another, as its life does.
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { identityRoutes } from '#appliance/contracts/identity.ts'
import { answerOn, request } from '../tls-box.ts'
import { ask, movedClock, owner, type Said, type Target, unclaimedBox } from './box.ts'
import { everyRoute, routeOf } from './routes.ts'

const account = { name: 'Mallory', password: 'not my hearth at all' } as const
const wrongCode = '0000000000'

let target: Target
let code = ''
beforeAll(async () => {
  target = await unclaimedBox({ environment: movedClock })
  code = await codeOfNow()
})
afterAll(() => target.stop())

const codeOfNow = async (): Promise<string> =>
  (await target.client.call(identityRoutes.claimCode, {}, owner)).code

const claim = (body: object, who = target.stranger()): Promise<Said> =>
  ask(target.port, { method: 'POST', path: '/hob/v1/claim', headers: { origin: target.origin }, who }, body)

const refused = ({ status, code: said }: Said): [number, string] => [status, said]
/** The terminal shows the code; what is kept does not. */
const logged = (): Promise<string> => readFile(join(target.box.dataDir, 'logs', 'hob.log'), 'utf8')
const isRefused = { action: 'claim.refused' } as const

test('it does nothing but be claimed', async () => {
  const answers = (await everyRoute(target)).filter(({ need }) => need !== 'nobody' && need !== 'unclaimed')
  expect(answers.length).toBeGreaterThan(40)
  for (const route of answers) {
    const { method, path } = route
    const who = target.stranger()
    expect(refused(await ask(target.port, { method, path, who })), routeOf(route)).toEqual([403, 'unclaimed'])
    expect(await target.auditRow(who, 'unclaimed')).toMatchObject({ target: path, details: { method } })
  }
})

test('it tells its code to nobody on the network', async () => {
  const said = await ask(target.port, { method: 'GET', path: '/hob/v1/claim/code' })
  expect(refused(said)).toEqual([403, 'socket_only'])
  const door = await ask(target.port, { method: 'GET', path: '/hob/v1/door' })
  for (const text of [said.text, door.text, await logged()]) expect(text).not.toContain(code)
})

test('over plain HTTP it takes no claim, not even with the right code', async () => {
  const body = JSON.stringify({ ...account, code })
  const typed = { 'content-type': 'application/json' }
  for (const [port, answered] of [
    [target.plainPort, [403, 'plain_http']],
    [target.port, [400, 'tls_required']],
  ] as const) {
    const who = target.stranger()
    const socket = connect({ port, host: '127.0.0.1', localAddress: who.from })
    socket.write(request(port, '/hob/v1/claim', { ...typed, ...who.headers }, { method: 'POST', body }))
    const answer = await answerOn(socket)
    socket.destroy()
    expect([answer.status, answer.code]).toEqual(answered)
    const row = await target.auditRow(who, answered[1])
    expect(row).toMatchObject({ target: '/hob/v1/claim', details: { method: 'POST' } })
  }
  expect(await logged()).not.toContain(code)
})

test('wrong codes are slowed whoever sends them, and the tenth closes the claim until a restart', async () => {
  const waits: number[] = []
  const left: string[] = []
  // from now on the clock stands between its moves
  await target.aMinuteLater()
  for (let wrong = 1; wrong <= 10; wrong++) {
    // the first without any code; each from elsewhere, which gains nothing
    const who = target.stranger()
    const said = await claim(wrong === 1 ? account : { ...account, code: wrongCode }, who)
    expect(refused(said), `try ${wrong}`).toEqual([403, 'claim_code_wrong'])
    left.push(/Tries left: (\d+)/.exec(said.text)?.[1] ?? '')
    expect(await target.auditRow(who, 'claim_code_wrong')).toMatchObject(isRefused)
    if (wrong === 10) break
    // many at once, with the right code among them: none is looked at before the wait is over
    const early = target.stranger()
    const crowd = await Promise.all([
      claim({ ...account, code }, early),
      ...Array.from({ length: 3 }, () => claim({ ...account, code: wrongCode })),
    ])
    for (const answer of crowd) expect(refused(answer)).toEqual([429, 'too_many_tries'])
    expect(await target.auditRow(early, 'too_many_tries')).toMatchObject(isRefused)
    waits.push(...new Set(crowd.map(({ retryAfter }) => retryAfter)))
    await target.aMinuteLater()
  }
  expect(left).toEqual(['9', '8', '7', '6', '5', '4', '3', '2', '1', '0'])
  expect(waits).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  // the last wait is over, and it stays closed
  await target.aMinuteLater()
  for (const typed of [wrongCode, code]) {
    const who = target.stranger()
    expect(refused(await claim({ ...account, code: typed }, who))).toEqual([403, 'claim_closed'])
    expect(await target.auditRow(who, 'claim_closed')).toMatchObject(isRefused)
  }
  const door = await ask(target.port, { method: 'GET', path: '/hob/v1/door' })
  expect(JSON.parse(door.text)).toMatchObject({ claimed: false, claim: 'closed' })
})

test('after the restart there is another code, which makes one owner, once', async () => {
  target = await target.restart()
  const old = code
  code = await codeOfNow()
  expect(code).not.toBe(old)
  const who = target.stranger()
  expect(refused(await claim({ ...account, code: old }, who))).toEqual([403, 'claim_code_wrong'])
  expect(await target.auditRow(who, 'claim_code_wrong')).toMatchObject(isRefused)
  await target.aMinuteLater()

  // all at the same moment, with the right code
  const names = ['Vesta', 'Mallory', 'Mallet', 'Trudy']
  const race = await Promise.all(names.map((name) => claim({ name, password: 'hearth and home fire', code })))
  expect(race.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 409, 409, 409])
  const losers = race.filter(({ status }) => status === 409)
  for (const said of losers) expect(refused(said)).toEqual([409, 'already_claimed'])
  const { people } = await target.client.call(identityRoutes.people, {}, owner)
  expect(people.map(({ role }) => role)).toEqual(['owner'])

  for (const body of [{ ...account, code }, { ...account, code: wrongCode }, { ...account }]) {
    const late = target.stranger()
    expect(refused(await claim(body, late))).toEqual([409, 'already_claimed'])
    expect(await target.auditRow(late, 'already_claimed')).toMatchObject(isRefused)
  }
})
