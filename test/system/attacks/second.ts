// What the attacks on files, floods, guessing, reading and fetching share: requests from any address of loopback with a
// target exactly as written, people of every role, and the record of what was refused.
import { type IncomingHttpHeaders, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { expect } from 'vitest'
import type { AuditEntry } from '#appliance/contracts/audit.ts'
import { ownerAccount } from '#benchmarks/owner.ts'
import type { Box } from '../box.ts'

export interface Answer {
  status: number
  /** Of the error; empty when there is none. */
  code: string
  text: string
  headers: IncomingHttpHeaders
}

interface Wish {
  method?: string
  headers?: Readonly<Record<string, string>>
  /** An object goes as JSON. */
  body?: string | Buffer | object
  /** The client's address, of 127.0.0.0/8. */
  from?: string
}

/** A figure for whoever reads the run. */
export const tell = (figure: string): void => void process.stdout.write(`${figure}\n`)

export const isSecure = (box: Box): boolean => box.environment['HOB_TLS'] === 'on'
export const originOf = (box: Box): string => `${isSecure(box) ? 'https' : 'http'}://localhost:${box.port}`
/** A CPU that others use, too, is no refusal. */
const answerWithinMs = 60_000

/** One request on a connection of its own. Rejects when there is no answer. */
export function ask(box: Box, path: string, wish: Wish = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body, from = '127.0.0.1' } = wish
  const bytes =
    body === undefined || Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body)
  const typed = bytes === undefined ? {} : { 'content-type': 'application/json' }
  const length = bytes === undefined ? {} : { 'content-length': String(Buffer.byteLength(bytes)) }
  const send = isSecure(box) ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const asking = send({
      host: '127.0.0.1',
      port: box.port,
      localAddress: from,
      method,
      path,
      headers: { host: `localhost:${box.port}`, ...typed, ...length, ...headers },
      agent: false,
      rejectUnauthorized: false,
      timeout: answerWithinMs,
    })
    asking.once('timeout', () => asking.destroy(new TypeError(`no answer to ${method} ${path}`)))
    asking.once('error', reject)
    asking.once('response', (response) => {
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => pieces.push(piece))
      response.once('error', reject)
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          code: String(response.headers['x-hob-error'] ?? ''),
          text: Buffer.concat(pieces).toString('utf8'),
          headers: response.headers,
        }),
      )
    })
    asking.end(bytes)
  })
}

export interface Person {
  readonly id: string
  readonly name: string
  readonly password: string
  /** A session's, as the page sends them. */
  readonly headers: Readonly<Record<string, string>>
}

const sessionOf = (box: Box, { headers, text }: Answer, name: string, password: string): Person => {
  const [, cookie] = /^([^;]+);/.exec(headers['set-cookie']?.[0] ?? '') ?? []
  if (cookie === undefined) throw new TypeError(`no session for ${name}: ${text}`)
  const { id, person = { id } } = JSON.parse(text) as { id: string; person?: { id: string } }
  return { id: person.id, name, password, headers: { cookie, origin: originOf(box) } }
}

export async function signIn(box: Box, account: { name: string; password: string }): Promise<Person> {
  const answer = await ask(box, '/hob/v1/session', {
    method: 'POST',
    headers: { origin: originOf(box) },
    body: { name: account.name, password: account.password },
  })
  return sessionOf(box, answer, account.name, account.password)
}

export const signInOwner = (box: Box): Promise<Person> => signIn(box, ownerAccount)

/** A new person with a session, invited by the owner. */
export async function invite(
  box: Box,
  owner: Person,
  { name, role }: { name: string; role: 'owner' | 'adult' | 'child' | 'guest' },
): Promise<Person> {
  const made = await ask(box, '/hob/v1/invitations', {
    method: 'POST',
    headers: owner.headers,
    body: { role },
  })
  expect(made.status, made.text).toBe(201)
  const { code } = JSON.parse(made.text) as { code: string }
  const password = `quiet ${name} behind the oven`
  const accepted = await ask(box, '/hob/v1/invitations/accept', {
    method: 'POST',
    headers: { origin: originOf(box) },
    body: { code, name, password },
  })
  expect(accepted.status, accepted.text).toBe(201)
  return sessionOf(box, accepted, name, password)
}

/** The record, newest first; 200 at most. */
export async function record(box: Box, filter = ''): Promise<AuditEntry[]> {
  const answer = await ask(box, `/hob/v1/audit?limit=200${filter}`, { headers: box.headers })
  expect(answer.status, answer.text).toBe(200)
  return (JSON.parse(answer.text) as { entries: AuditEntry[] }).entries
}

/** Waits for a refusal that fits, since what has no answer has no moment at which it is recorded. */
export async function recorded(box: Box, fits: (entry: AuditEntry) => boolean): Promise<AuditEntry> {
  const find = async (): Promise<AuditEntry | undefined> => (await record(box, '&outcome=refused')).find(fits)
  await expect.poll(find, { timeout: 30_000, interval: 250 }).toBeDefined()
  const entry = await find()
  if (entry === undefined) throw new TypeError('it was there a moment ago')
  return entry
}

/** A connection of bytes, encrypted where the box is; it may be closed at any moment. */
export function open(box: Box, { from = '127.0.0.1' } = {}): Promise<Socket | TLSSocket> {
  const at = { host: '127.0.0.1', port: box.port, localAddress: from }
  return new Promise((resolve, reject) => {
    const opened = (): void => {
      socket.off('error', reject)
      socket.on('error', () => undefined)
      resolve(socket)
    }
    const socket = isSecure(box)
      ? connectTls(
          { ...at, servername: 'localhost', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] },
          opened,
        )
      : connect(at, opened)
    socket.once('error', reject)
  })
}

/** Sends bytes; what came back until the box closed the connection, or until it is a whole short answer. */
export async function exchange(box: Box, bytes: string | Buffer, from = '127.0.0.1'): Promise<Answer> {
  const socket = await open(box, { from })
  const text = await new Promise<string>((resolve, reject) => {
    const pieces: Buffer[] = []
    const late = setTimeout(() => reject(new TypeError('no answer')), answerWithinMs)
    const end = (): void => {
      clearTimeout(late)
      resolve(Buffer.concat(pieces).toString('utf8'))
    }
    socket.on('data', (piece: Buffer) => {
      pieces.push(piece)
      if (isWhole(Buffer.concat(pieces).toString('latin1'))) end()
    })
    socket.once('close', end)
    socket.write(bytes)
  })
  socket.destroy()
  const [, status = '0'] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? []
  return { status: Number(status), code: /x-hob-error: (\w+)/i.exec(text)?.[1] ?? '', text, headers: {} }
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return false
  if (/transfer-encoding: chunked/i.test(text.slice(0, end))) return text.endsWith('0\r\n\r\n')
  return text.length - end - 4 >= Number(/content-length: (\d+)/i.exec(text)?.[1] ?? Number.NaN)
}
