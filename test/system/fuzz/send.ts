// Sends what the fuzz makes: over TLS with HTTP/1.1 or HTTP/2, or as bytes that are no HTTP. Each answer comes within a
// limit or is an error; a stream is left after its first piece.
import type { IncomingHttpHeaders } from 'node:http'
import { type ClientHttp2Session, connect as connectHttp2, constants } from 'node:http2'
import { Agent, request as requestHttps } from 'node:https'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { FuzzRequest } from './requests.ts'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Empty for a stream. */
  readonly text: string
}

/** Closed without an answer: that is one, to what is not HTTP. */
export type RawAnswer = Pick<Answer, 'status' | 'text'> | 'closed'

/** HTTP/2 refuses headers that are too large by a reset, where HTTP/1.1 has an answer. */
export type HeadersRefused = 'headers refused'

export interface Sender {
  /** From one of loopback's addresses: each has a rate of its own. */
  send(request: FuzzRequest, from: string): Promise<Answer | HeadersRefused>
  close(): void
}

/** A machine with other things to do is slow; a box that hangs is slower. */
const withinMs = 90_000
const longestText = 2_000_000

const isStream = (headers: IncomingHttpHeaders): boolean =>
  headers['content-type']?.startsWith('text/event-stream') ?? false

export function overHttp1(port: number): Sender {
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false })

  const once = ({ method, target, headers, body }: FuzzRequest, from: string): Promise<Answer | 'reset'> =>
    new Promise((resolve, reject) => {
      const host = { host: `localhost:${port}`, ...headers }
      const length = body === null ? {} : { 'content-length': String(body.length) }
      const sent = requestHttps({
        host: '127.0.0.1',
        servername: 'localhost',
        port,
        agent,
        localAddress: from,
        method,
        path: target,
        headers: { ...host, ...length },
      })
      const late = setTimeout(() => sent.destroy(new Error('no answer')), withinMs)
      const take = (answer: Answer): void => {
        clearTimeout(late)
        resolve(answer)
      }
      sent.once('response', (answer) => {
        const { statusCode: status = 0, headers: got } = answer
        if (isStream(got)) {
          answer.once('error', () => undefined)
          answer.once('data', () => answer.destroy())
          return take({ status, headers: got, text: '' })
        }
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => void chunks.push(chunk))
        answer.once('end', () => take({ status, headers: got, text: textOf(chunks) }))
        answer.once('error', reject)
      })
      // a socket that the box was about to close
      sent.once('error', (error) => {
        clearTimeout(late)
        if (sent.reusedSocket && 'code' in error && error.code === 'ECONNRESET') resolve('reset')
        else reject(withBytes(error))
      })
      sent.end(body ?? undefined)
    })

  return {
    send: async (request, from) => {
      const answer = await once(request, from)
      if (answer !== 'reset') return answer
      const again = await once(request, from)
      if (again === 'reset') throw new Error('reset twice')
      return again
    },
    close: () => agent.destroy(),
  }
}

/** As the box announces it: SETTINGS_MAX_HEADER_LIST_SIZE. */
const largestHeaders = 16 * 1024

/** RFC 9113 §6.5.2: 32 bytes more for each field. */
const listSize = (headers: Readonly<Record<string, string>>): number =>
  Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length + 32, 32)

/** HTTP/2 has no such headers (RFC 9113 §8.2.2). */
const notInHttp2 = ['host', 'upgrade', 'connection', 'te', 'transfer-encoding', 'expect']

export function overHttp2(port: number): Sender {
  const sessions = new Map<string, ClientHttp2Session>()

  const sessionFrom = (from: string): ClientHttp2Session => {
    const known = sessions.get(from)
    if (known !== undefined && !known.closed && !known.destroyed) return known
    // a client's own address is an option of net's that tls's types leave out
    const own: object = { localAddress: from }
    const session = connectHttp2(`https://localhost:${port}`, {
      rejectUnauthorized: false,
      // MB: beside a body of 30 MB that waits to be sent, Node's 10 would refuse the box's answers to others
      maxSessionMemory: 1_000,
      createConnection: () =>
        connectTls({
          ...own,
          host: '127.0.0.1',
          port,
          servername: 'localhost',
          rejectUnauthorized: false,
          ALPNProtocols: ['h2'],
        }),
    })
    session.on('error', () => undefined)
    sessions.set(from, session)
    return session
  }

  return {
    send: ({ method, target, headers, body }, from) =>
      new Promise((resolve, reject) => {
        const authority = headers['host'] ?? `localhost:${port}`
        const others = Object.entries(headers).filter(([name]) => !notInHttp2.includes(name))
        const pseudo = { ':method': method, ':path': target, ':authority': authority }
        const all = { ...pseudo, ...Object.fromEntries(others) }
        const stream = sessionFrom(from).request(all, { endStream: body === null })
        const isRefusedHeaders = (): boolean =>
          stream.rstCode === constants.NGHTTP2_ENHANCE_YOUR_CALM && listSize(all) > largestHeaders
        const late = setTimeout(() => stream.destroy(new Error('no answer')), withinMs)
        const chunks: Buffer[] = []
        let answer: Omit<Answer, 'text'> | null = null
        stream.once('response', (got) => {
          answer = { status: Number(got[':status']), headers: got }
          if (isStream(got)) stream.once('data', () => stream.close())
        })
        stream.on('data', (chunk: Buffer) => void chunks.push(chunk))
        // what came before a reset counts: a body that is refused is not read to its end
        stream.once('error', (error) => (answer === null && !isRefusedHeaders() ? reject(error) : undefined))
        stream.once('close', () => {
          clearTimeout(late)
          if (isRefusedHeaders()) resolve('headers refused')
          else if (answer === null) reject(new Error(`reset with ${stream.rstCode}`))
          else resolve({ ...answer, text: isStream(answer.headers) ? '' : textOf(chunks) })
        })
        if (body !== null) stream.end(body)
      }),
    close: () => {
      for (const session of sessions.values()) session.destroy()
    },
  }
}

/** What could not be parsed stands with the error. */
const withBytes = (error: Error): Error =>
  'rawPacket' in error && Buffer.isBuffer(error.rawPacket)
    ? new Error(`${error.message}: ${JSON.stringify(error.rawPacket.subarray(0, 400).toString('latin1'))}`)
    : error

const textOf = (chunks: readonly Buffer[]): string =>
  Buffer.concat(chunks).subarray(0, longestText).toString('utf8')

/** Over TLS, or plain. Says no more after the bytes, so that an unfinished request is at its end. */
export function sendBytes(port: number, bytes: Buffer, from: string, secure: boolean): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const to = { host: '127.0.0.1', port, localAddress: from }
    const socket = secure
      ? connectTls({ ...to, servername: 'localhost', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] })
      : connectTcp(to)
    let text = ''
    const late = setTimeout(() => socket.destroy(new Error('neither answered nor closed')), withinMs)
    socket.once(secure ? 'secureConnect' : 'connect', () => socket.end(bytes))
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
    let problem: Error | null = null
    socket.once('error', (error) => (problem = error))
    socket.once('close', () => {
      clearTimeout(late)
      const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1])
      if (problem?.message === 'neither answered nor closed') reject(problem)
      else resolve(Number.isNaN(status) ? 'closed' : { status, text })
    })
  })
}
