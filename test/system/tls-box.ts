// The api's real server in this process, with a certificate made for it, and clients of every protocol that it speaks.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type ClientHttp2Session, connect as connectHttp2, type OutgoingHttpHeaders } from 'node:http2'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { createLiveServer } from '#services/api/live/routes.ts'
import { type Certificate, createWebServer } from '#services/api/server.ts'
import type { Times } from '#services/api/walls/connections.ts'
import { fakeIdentity } from '#test/unit/services/api/walls/fake-identity.ts'
import { walled } from '#test/unit/services/api/walls/walled.ts'

const run = promisify(execFile)

export async function makeCertificate(name: string): Promise<Certificate> {
  const folder = mkdtempSync(join(tmpdir(), 'hob-tls-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const made = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  await run('openssl', ['req', ...made, '-subj', `/CN=${name}`, '-keyout', key, '-out', cert])
  const pair = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  rmSync(folder, { recursive: true })
  return pair
}

interface Options {
  certificate: Certificate
  times?: Partial<Times>
  maxConnections?: number
  claimed?: boolean
}

/** Long enough to be no test's subject, short enough for one that forgets to close. */
const patient: Times = { headersMs: 20_000, bodyMs: 20_000, idleMs: 20_000, checkMs: 100 }

export async function tlsBox({ certificate, times = {}, maxConnections = 100, claimed = true }: Options) {
  const identity = fakeIdentity({ claimed })
  identity.session('ann', { fresh: true }, { role: 'owner' })
  identity.token('hob_ann', ['status', 'live', 'history'], { role: 'owner' })
  const api = walled({
    identity,
    port: () => server.port(),
    times: { ...patient, ...times },
    maxConnections,
    rates: { personPerMinute: 100_000, addressPerMinute: 100_000 },
  })
  const server = createWebServer({ ...api, websocket: createLiveServer(), certificate })
  await server.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    api.live.close()
    await server.close(AbortSignal.abort())
  })
  const port = server.port()
  const origin = `https://localhost:${port}`
  return { ...api, server, port, origin }
}

export const signedIn = { cookie: '__Host-hob=ann' } as const

/** The client's own address: every one of 127.0.0.0/8 is this machine's. */
export type From = string | undefined
const ofClient = (from: From): object => (from === undefined ? {} : { localAddress: from, family: 4 })

export interface Answer {
  status: number
  code: string
  text: string
}

export async function http2(port: number, from?: From): Promise<ClientHttp2Session> {
  const session = connectHttp2(`https://localhost:${port}`, { rejectUnauthorized: false, ...ofClient(from) })
  session.on('error', () => undefined)
  onTestFinished(() => session.destroy())
  await new Promise((resolve) => session.once('remoteSettings', resolve))
  return session
}

export function overHttp2(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body?: Buffer | string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers, { endStream: body === undefined })
    let [status, code, text] = [0, '', '']
    stream.on('response', (answer) => {
      status = Number(answer[':status'])
      code = String(answer['x-hob-error'] ?? '')
    })
    stream.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
    // what was answered before the stream was reset counts: a body that is too large is not read to its end
    stream.on('error', (error) => (status === 0 ? reject(error) : undefined))
    stream.on('close', () =>
      status === 0 ? reject(new TypeError(`reset with ${stream.rstCode}`)) : resolve({ status, code, text }),
    )
    if (body !== undefined) stream.end(body)
  })
}

export function tls(port: number, options: object = {}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const all = { port, host: '127.0.0.1', servername: 'localhost', rejectUnauthorized: false, ...options }
    const socket = connectTls(all, () => resolve(socket))
    socket.once('error', reject)
    onTestFinished(() => void socket.destroy())
  })
}

/** Sends bytes over TLS with HTTP/1.1; the answer until it is closed or has no more body to come. */
export async function overHttp1(port: number, bytes: string, from?: From): Promise<Answer> {
  const socket = await tls(port, { ALPNProtocols: ['http/1.1'], ...ofClient(from) })
  socket.write(bytes)
  const answer = await answerOn(socket)
  socket.destroy()
  return answer
}

export function answerOn(socket: NodeJS.ReadWriteStream): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let text = ''
    const parse = (isEnd: boolean): void => {
      const [, head = '', body = ''] = /^([\s\S]*?)\r\n\r\n([\s\S]*)$/.exec(text) ?? []
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? Number.NaN)
      if (head === '' || !(isEnd || Buffer.byteLength(body) >= length || / 101 /.test(head))) return
      resolve({
        status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]),
        code: /x-hob-error: (\w+)/i.exec(head)?.[1] ?? '',
        text: `${head}\r\n\r\n${body}`,
      })
    }
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
      parse(false)
    })
    // what came before a reset counts: the close event follows
    socket.on('error', () => undefined)
    socket.on('close', () => {
      parse(true)
      reject(new TypeError(`closed after ${JSON.stringify(text)}`))
    })
  })
}

export function request(
  port: number,
  target: string,
  headers: Record<string, string> = {},
  { method = 'GET', body = '' } = {},
): string {
  const all = { host: `localhost:${port}`, 'content-length': String(Buffer.byteLength(body)), ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}

/** The same request over both protocols. */
export async function overBoth(
  port: number,
  target: string,
  headers: Record<string, string> = {},
  { method = 'GET', body = '', from }: { method?: string; body?: string; from?: From } = {},
): Promise<Answer[]> {
  const session = await http2(port, from)
  const { host, ...rest } = headers
  const pseudo = { ':method': method, ':path': target, ...(host === undefined ? {} : { ':authority': host }) }
  const answers = [
    await overHttp1(port, request(port, target, headers, { method, body }), from),
    await overHttp2(session, { ...pseudo, ...rest }, body === '' ? undefined : body),
  ]
  session.close()
  return answers
}
