// Clients of the live channel, as programs and hostile pages open it: a WebSocket over HTTP/1.1's Upgrade or over HTTP/2's
// extended CONNECT (RFC 8441), or the refusal that came instead.
import { once } from 'node:events'
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import type { Answer, From } from './tls-box.ts'

/** A WebSocket over extended CONNECT: its stream once it is open, or the refusal. */
export async function openOverHttp2(
  session: ClientHttp2Session,
  port: number,
  headers: Record<string, string>,
  query = '',
): Promise<ClientHttp2Stream | Answer> {
  const { host = `localhost:${port}`, ...rest } = headers
  const stream = session.request({
    ':method': 'CONNECT',
    ':protocol': 'websocket',
    ':scheme': 'https',
    ':authority': host,
    ':path': `/hob/v1/live${query}`,
    'sec-websocket-version': '13',
    ...rest,
  })
  stream.on('error', () => undefined)
  const [answer] = (await once(stream, 'response')) as [Record<string, unknown>]
  const status = Number(answer[':status'])
  if (status === 200) return stream
  return { status, code: String(answer['x-hob-error']), text: '' }
}

export async function openOverHttp1(
  port: number,
  headers: Record<string, string>,
  query = '',
  from?: From,
): Promise<WebSocket | Answer> {
  const socket = new WebSocket(`wss://127.0.0.1:${port}/hob/v1/live${query}`, {
    rejectUnauthorized: false,
    headers: { host: `localhost:${port}`, ...headers },
    ...(from === undefined ? {} : { localAddress: from }),
  })
  onTestFinished(() => socket.terminate())
  return await new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket))
    socket.once('unexpected-response', (_, { statusCode, headers: said }) =>
      resolve({ status: statusCode ?? 0, code: String(said['x-hob-error']), text: '' }),
    )
    socket.once('error', reject)
  })
}

export const isRefusal = (value: object): value is Answer => 'code' in value && 'status' in value

/** A server's frames: text, or the code of a close. All are short. */
export async function* frames(stream: ClientHttp2Stream): AsyncGenerator<string | number> {
  let bytes = Buffer.alloc(0)
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, chunk])
    while (bytes.length >= 2 && bytes.length >= 2 + (bytes[1] ?? 0)) {
      const payload = bytes.subarray(2, 2 + (bytes[1] ?? 0))
      if (bytes[0] === 0x81) yield payload.toString('utf8')
      if (bytes[0] === 0x88) yield payload.readUInt16BE(0)
      bytes = bytes.subarray(2 + payload.length)
    }
  }
}

/** A client's text frame, masked with zeros. */
export const clientFrame = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)])
