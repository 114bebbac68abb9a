// The fuzz: so many requests of the maker's to a running box with TLS, as nobody, as a token, as an owner who is signed
// in, over both HTTPs and as bytes; and what every answer must be. Shared by `npm test` and `npm run test:long`.
//
// Of the 5xx, the contract promises two to whoever sends hostile requests alone: too_busy, when more passwords wait to be
// computed than a household types, and too_many_followers, when the log is watched by more than a household has screens; they say when
// to come back. Any other one here is a bug: no model is removed or too
// large, no service is stopped, no connection is one too many.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { errorBodySchema } from '#appliance/contracts/answer.ts'
import { type ErrorCode, errorCatalogue } from '#appliance/errors.ts'
import { random } from '#test/fakes/random.ts'
import { type Box, root } from '#test/system/box.ts'
import { bytesFor } from './bytes.ts'
import { createKeeper, type Known, type Role } from './keeper.ts'
import { type FuzzRequest, type OpenApi, requestMaker } from './requests.ts'
import { type Answer, overHttp1, overHttp2, sendBytes } from './send.ts'
import { chance, pick } from './values.ts'

const promised5xx: readonly ErrorCode[] = ['too_busy', 'too_many_followers']

interface Fuzz {
  box: Box
  plainPort: number
  seed: number
  requests: number
}

/** How many answers there were of each kind, by `STATUS code`. */
export type Tally = Map<string, number>

const lanes = 8
/** Each address of loopback has the rate of a stranger, 120 requests at once, and a third of them are a stranger's. */
const requestsFromOne = 200

export async function fuzz({ box, plainPort, seed, requests }: Fuzz): Promise<Tally> {
  const document = JSON.parse(readFileSync(join(root, 'appliance/contracts/openapi.json'), 'utf8')) as OpenApi
  const make = requestMaker(document)
  const keeper = await createKeeper(join(box.dataDir, 'run'), box.port)
  const senders = [overHttp1(box.port), overHttp2(box.port)] as const
  const tally: Tally = new Map()
  const count = (kind: string): void => void tally.set(kind, (tally.get(kind) ?? 0) + 1)
  const before = box.processes()
  let begun = 0

  const one = async (number: number): Promise<void> => {
    const next = random(seed + number)
    const block = Math.floor(number / requestsFromOne)
    const from = `127.${1 + (block >> 16)}.${(block >> 8) & 255}.${block & 255}`
    const about = `request ${number} of HOB_TEST_SEED=${seed}`
    if (chance(next, 0.05)) return count(await oneOfBytes(next, from, about))
    const role = pick<Role>(next, ['nobody', 'token', 'session', 'session'])
    const sender = pick(next, senders)
    const known = await keeper.as(role)
    const made = make(next, [...known.ids, starter, 'none'])
    const request = { ...made, headers: { ...known.headers, ...made.headers } }
    const told = `${about}, as ${role}: ${inWords(request)}`
    const answer = await sender.send(request, from).catch(async (cause: unknown) => {
      if (role !== 'nobody' && (await hasEnded(known))) return 'cut' as const
      throw new Error(`${told}: ${String(cause)}`, { cause })
    })
    if (answer === 'cut') {
      keeper.lost(role, known)
      return count(answer)
    }
    if (answer === 'headers refused') return count(answer)
    const said = (): string =>
      JSON.stringify(box.lines.find((line) => line['request_id'] === answer.headers['x-request-id']) ?? null)
    const code = checked(answer, made.method, answer.status < 500 ? told : `${told} (${said()})`)
    count(`${answer.status} ${code}`.trim())
    const isOurs = !('authorization' in made.headers) && !('cookie' in made.headers)
    if (isOurs && (code === 'token_invalid' || (role === 'session' && code === 'sign_in_required')))
      keeper.lost(role, known)
  }

  /** A request whose session or token ends meanwhile is cut: whoever was signed out gets no answer any more. */
  const hasEnded = async ({ headers }: Known): Promise<boolean> => {
    const asked = { method: 'GET', target: '/hob/v1/status', headers, body: null }
    const answer = await senders[0].send(asked, '127.0.0.1')
    return answer !== 'headers refused' && answer.status === 401
  }

  const oneOfBytes = async (next: () => number, from: string, about: string): Promise<string> => {
    const [port, secure] = pick(next, [
      [box.port, true],
      [box.port, false],
      [plainPort, false],
    ] as const)
    const bytes = bytesFor(next, port)
    const answer = await sendBytes(port, bytes, from, secure)
    if (answer === 'closed') return 'closed'
    expect(answer.status, `${about}: ${JSON.stringify(bytes.toString('latin1'))}`).toBeLessThan(500)
    return `${answer.status} to bytes`
  }

  const lane = async (): Promise<void> => {
    while (begun < requests) await one(begun++)
  }
  try {
    await Promise.all(Array.from({ length: lanes }, lane))
  } finally {
    for (const sender of senders) sender.close()
    keeper.close()
  }
  for (const name of ['supervisor', 'api', 'models'])
    expect(box.processes().get(name), `${name} is the same process`).toBe(before.get(name))
  const errors = box.lines.filter(
    ({ level, code }) => level === 'error' && !promised5xx.some((one) => one === code),
  )
  expect(errors).toEqual([])
  return tally
}

/** The model that comes with the box. */
const starter = 'starter'

const inWords = ({ method, target, headers, body }: FuzzRequest): string =>
  `${method} ${target.slice(0, 300)} ${JSON.stringify({ ...headers, authorization: '', cookie: '' }).slice(0, 600)} ${JSON.stringify(
    body?.subarray(0, 600).toString('utf8') ?? null,
  )}`

/** The error's code, or empty. Throws when it is no answer that the contract promises. */
function checked({ status, headers, text }: Answer, method: string, told: string): string {
  if (status < 400) return ''
  const code = String(headers['x-hob-error'] ?? '')
  const known = Object.entries(errorCatalogue).find(([name]) => name === code)
  expect(known, `${told}: ${status} without a code: ${text}`).toBeDefined()
  expect(status, `${told}: ${code}`).toBe(known?.[1].status)
  if (status >= 500) {
    expect(promised5xx, `${told}: ${text}`).toContain(code)
    expect(Number(headers['retry-after']), told).toBeGreaterThan(0)
  }
  if (method === 'HEAD') return code
  expect(headers['content-type'], told).toContain('application/json')
  const { error } = errorBodySchema.parse(JSON.parse(text))
  expect(error.code, told).toBe(code)
  expect(error.message.length * error.remedy.length, told).toBeGreaterThan(0)
  return code
}
