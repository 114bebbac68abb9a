// A child and a guest look for what an adult wrote, through everything that can be read: each GET of the contracts with
// the adult's ids, lists, searches, the live channel and its replay, exports, errors. Planted words are never answered.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type Box, root, startBox } from '../box.ts'
import { ask, invite, originOf, type Person, recorded, signInOwner, tell } from './second.ts'

/** In everything that the adult has: one word to look for. */
const secret = 'embers7391'
const patientMs = 90_000

let box: Box
let adult: Person
let child: Person
let guest: Person
/** The adult's: of conversations, turns, tokens, sessions, and the adult's own. */
const ids = { conversation: '', turn: '', token: '', session: '', person: '' }
let document: { paths: Record<string, Record<string, unknown>> }

const text = async (person: Person, path: string, wish: object = {}): Promise<string> => {
  const answer = await ask(box, path, { headers: person.headers, ...wish })
  expect(answer.status, `${path}: ${answer.text}`).toBeLessThan(300)
  return answer.text
}

beforeAll(async () => {
  box = await startBox({ environment: { HOB_REQUESTS_PER_MINUTE: '100000' } })
  const owner = await signInOwner(box)
  adult = await invite(box, owner, { name: 'Brigid', role: 'adult' })
  child = await invite(box, owner, { name: 'Ash', role: 'child' })
  guest = await invite(box, owner, { name: 'Spark', role: 'guest' })
  const openApi = await ask(box, '/openapi.json')
  document = JSON.parse(openApi.text) as typeof document

  const made = await text(adult, '/hob/v1/conversations', {
    method: 'POST',
    body: { title: `${secret} in the title` },
  })
  ids.conversation = (JSON.parse(made) as { id: string }).id
  await text(adult, `/hob/v1/conversations/${ids.conversation}/messages`, {
    method: 'POST',
    body: { content: `Where did I hide the ${secret}?`, maxTokens: 2 },
  })
  const read = await text(adult, `/hob/v1/conversations/${ids.conversation}`)
  expect(read).toContain(`hide the ${secret}`)
  ids.turn = (JSON.parse(read) as { messages: { id: string }[] }).messages[0]?.id ?? ''
  const token = await text(adult, '/hob/v1/tokens', {
    method: 'POST',
    body: { name: `${secret} of mine`, scopes: [] },
  })
  ids.token = (JSON.parse(token) as { id: string }).id
  await ask(box, '/hob/v1/session', {
    method: 'POST',
    headers: { origin: originOf(box), 'user-agent': `${secret}/1.0` },
    body: { name: adult.name, password: adult.password },
  })
  const sessions = await text(adult, '/hob/v1/sessions')
  ids.session = (JSON.parse(sessions) as { sessions: { id: string }[] }).sessions[0]?.id ?? ''
  ids.person = adult.id
  for (const [what, id] of Object.entries(ids)) expect(id, what).not.toBe('')
  expect(await text(adult, `/hob/v1/search?q=${secret}`)).toContain(ids.conversation)
})
afterAll(() => box?.stop())

const others = (): readonly Person[] => [child, guest]

/** Every GET, with each of the adult's ids in the place of a parameter. */
const reads = (): string[] =>
  Object.entries(document.paths)
    .filter(([, methods]) => 'get' in methods)
    .flatMap(([path]) =>
      path.includes('{') ? Object.values(ids).map((id) => path.replace(/\{\w+\}/, id)) : [path],
    )

const queries = [
  '',
  `?q=${secret}`,
  `?q=${secret}&limit=100`,
  '?q=hide',
  `?text=${secret}`,
  '?limit=200',
  '?limit=200&before=2999-01-01T00:00:00.000Z',
  ...['user', 'user_id', 'person', 'owner', 'as'].map((name) => `?${name}=PERSON&q=${secret}`),
]

describe('an adult’s words', () => {
  test('are in no answer to a child or a guest, whatever is read', async () => {
    const paths = [...reads(), '/metrics', '/healthz', '/readyz', '/openapi.json']
    expect(paths.length).toBeGreaterThan(25)
    const statuses = new Map<number, number>()
    for (const person of others())
      for (const path of paths)
        for (const query of path === '/hob/v1/discover' ? [''] : queries) {
          const asked = `${path}${query.replace('PERSON', ids.person)}`
          const { status, text: said, headers } = await ask(box, asked, { headers: person.headers })
          statuses.set(status, (statuses.get(status) ?? 0) + 1)
          expect(status, `${asked}: ${said.slice(0, 200)}`).toBeLessThan(500)
          // what was asked for may be said again, in an error
          const answered = status === 200 ? said : said.replaceAll(decodeURIComponent(asked), '')
          const all = `${answered} ${JSON.stringify(headers)}`
          expect(all, `${person.name} ${asked}`).not.toContain(secret)
          for (const id of Object.values(ids))
            if (status === 200 && !asked.includes(id))
              expect(all, `${person.name} ${asked}`).not.toContain(id)
        }
    tell(`answers to a child and a guest: ${JSON.stringify(Object.fromEntries(statuses))}`)
    expect(statuses.get(200) ?? 0).toBeGreaterThan(0)
  })

  test('are as if they were not there: their ids are answered as ids that never were', async () => {
    for (const person of others())
      for (const [method, body] of [
        ['GET', undefined],
        ['PATCH', { title: 'mine now' }],
        ['DELETE', undefined],
      ] as const) {
        const wish = { method, headers: person.headers, ...(body === undefined ? {} : { body }) }
        const theirs = await ask(box, `/hob/v1/conversations/${ids.conversation}`, wish)
        const nowhere = await ask(box, `/hob/v1/conversations/${'0'.repeat(ids.conversation.length)}`, wish)
        expect(theirs.status, `${method}: ${theirs.text}`).toBe(404)
        expect(stripped(theirs.text, ids.conversation)).toBe(
          stripped(nowhere.text, '0'.repeat(ids.conversation.length)),
        )
      }
    for (const person of others()) {
      for (const replacing of [{ replaces: ids.turn }, {}]) {
        const asked = await ask(box, `/hob/v1/conversations/${ids.conversation}/messages`, {
          method: 'POST',
          headers: person.headers,
          body: { content: 'Say again what I said.', maxTokens: 2, ...replacing },
        })
        expect([asked.status, asked.code], asked.text).toEqual([404, 'conversation_not_found'])
      }
      const own = await text(person, '/hob/v1/conversations', { method: 'POST', body: {} })
      const { id } = JSON.parse(own) as { id: string }
      const replacing = await ask(box, `/hob/v1/conversations/${id}/messages`, {
        method: 'POST',
        headers: person.headers,
        body: { content: 'And this?', replaces: ids.turn, maxTokens: 2 },
      })
      expect([replacing.status, replacing.code], replacing.text).toEqual([404, 'message_not_found'])
      expect(replacing.text).not.toContain(secret)
      // another's session and token cannot be ended either
      for (const path of [`/hob/v1/sessions/${ids.session}`, `/hob/v1/tokens/${ids.token}`])
        expect([403, 404]).toContain(
          (await ask(box, path, { method: 'DELETE', headers: person.headers })).status,
        )
    }
    const after = await text(adult, `/hob/v1/conversations/${ids.conversation}`)
    expect(after).toContain(`${secret} in the title`)
    expect(after).toContain(`hide the ${secret}`)
    expect(await text(adult, '/hob/v1/tokens')).toContain(ids.token)
  })

  test('do not come over the live channel, neither as they change nor when it is played again', async () => {
    const own = await listen(adult)
    const { epoch } = JSON.parse(own.frames[0] ?? '{}') as { epoch: string }
    const hearing = await Promise.all(others().map((person) => listen(person)))
    const replaying = await Promise.all(
      others().flatMap((person) =>
        ['0', '1', '5'].map((seq) => listen(person, `?epoch=${epoch}&seq=${seq}`)),
      ),
    )
    const renamed = await ask(box, `/hob/v1/conversations/${ids.conversation}`, {
      method: 'PATCH',
      headers: adult.headers,
      body: { title: `${secret} in the title, still` },
    })
    expect(renamed.status, renamed.text).toBe(200)
    await expect
      .poll(() => own.frames.join('\n'), { timeout: patientMs })
      .toContain(`"id":"${ids.conversation}","change":"updated"`)
    // something of their own that comes after it: nothing is still on its way then
    const marks = await Promise.all(
      others().map(async (person) => {
        const mark = await text(person, '/hob/v1/conversations', { method: 'POST', body: { title: 'mine' } })
        return (JSON.parse(mark) as { id: string }).id
      }),
    )
    for (const [i, mark] of marks.entries())
      for (const one of [hearing[i], ...replaying.slice(3 * i, 3 * i + 3)]) {
        if (one === undefined) throw new TypeError('not listening')
        await expect.poll(() => one.frames.join('\n'), { timeout: patientMs }).toContain(mark)
        const heard = one.frames.join('\n')
        for (const id of [...Object.values(ids), secret]) expect(heard).not.toContain(id)
      }
    for (const { socket } of [own, ...hearing, ...replaying]) socket.terminate()
  })

  test('are not asked for unseen: what a role may not read is recorded', async () => {
    // each role from an address of its own: what was refused above is only counted by now
    for (const [i, person] of others().entries())
      for (const path of [
        '/hob/v1/audit',
        '/hob/v1/audit/export',
        '/hob/v1/people',
        '/hob/v1/tokens',
        '/metrics',
      ]) {
        const answer = await ask(box, path, { headers: person.headers, from: `127.3.0.${i + 1}` })
        expect([answer.status, answer.code], path).toEqual([403, 'not_allowed'])
        await recorded(
          box,
          ({ action, code, target, who }) =>
            action === 'request.refused' &&
            code === 'not_allowed' &&
            target === path &&
            who.person === person.id,
        )
      }
  })
})

test('every read of the contracts was among them', () => {
  const written = JSON.parse(
    readFileSync(join(root, 'appliance/contracts/openapi.json'), 'utf8'),
  ) as typeof document
  expect(Object.keys(document.paths).toSorted()).toEqual(Object.keys(written.paths).toSorted())
})

/** An error's words without the number of the request and without the id that was asked for. */
const stripped = (said: string, id: string): string =>
  said.replace(/"request_?id":"[^"]*"/i, '').replaceAll(id, 'ID')

async function listen(person: Person, query = ''): Promise<{ socket: WebSocket; frames: string[] }> {
  const frames: string[] = []
  const socket = new WebSocket(`ws://localhost:${box.port}/hob/v1/live${query}`, { headers: person.headers })
  socket.on('message', (data) => frames.push(Buffer.isBuffer(data) ? data.toString('utf8') : ''))
  await new Promise<void>((resolve, reject) => {
    socket.once('message', () => resolve())
    socket.once('error', reject)
  })
  return { socket, frames }
}
