// What floods the box: frames of HTTP/2 as bytes, sockets that say nothing, bodies that dribble, a gigabyte that pours.
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import type { Box } from '../box.ts'

const waitMs = 60_000

export function tls(
  box: Box,
  { from = '127.0.0.1', protocol = 'http/1.1' }: { from?: string; protocol?: 'http/1.1' | 'h2' } = {},
): Promise<TLSSocket> {
  // a client's own address is an option of net's that tls's types leave out
  const own: object = { localAddress: from }
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      host: '127.0.0.1',
      port: box.port,
      ...own,
      servername: 'localhost',
      rejectUnauthorized: false,
      ALPNProtocols: [protocol],
    })
    socket.once('error', reject)
    socket.once('secureConnect', () => {
      socket.off('error', reject)
      // what is flooded is cut, sooner or later
      socket.on('error', () => undefined)
      resolve(socket)
    })
  })
}

/** Begins a handshake and says no more: the box waits 15 s for the rest. */
export async function idle(box: Box, count: number, from: (i: number) => string): Promise<Socket[]> {
  const sockets: Socket[] = []
  const one = (i: number): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port: box.port, localAddress: from(i) })
      sockets.push(socket)
      socket.on('error', () => resolve())
      socket.once('connect', () => {
        socket.write(Buffer.from([0x16]))
        resolve()
      })
    })
  // the kernel's queue of connections that nobody has taken yet is not without end
  for (let i = 0; i < count; i += 100)
    await Promise.all(Array.from({ length: Math.min(100, count - i) }, (_, j) => one(i + j)))
  return sockets
}

export const postHead = (
  box: Box,
  length: number | 'chunked',
  extra: Record<string, string> = {},
): string => {
  const headers = {
    host: `localhost:${box.port}`,
    'content-type': 'application/json',
    ...(length === 'chunked' ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(length) }),
    ...box.headers,
    ...extra,
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `POST /v1/chat/completions HTTP/1.1\r\n${lines.join('')}\r\n`
}

/** Sends a byte of a body each second until it is closed. */
export async function dribble(box: Box, from: string): Promise<TLSSocket> {
  const socket = await tls(box, { from })
  socket.write(`${postHead(box, 1_000)}{`)
  const timer = setInterval(() => socket.write(' '), 1_000)
  socket.once('close', () => clearInterval(timer))
  socket.resume()
  return socket
}

const megabyte = Buffer.alloc(2 ** 20, 0x20)
const chunk = Buffer.concat([Buffer.from('100000\r\n'), megabyte, Buffer.from('\r\n')])

/**
 * Pours up to a gigabyte, as fast as it is taken, until it is answered: of an answer that comes while more is on its way, TCP may
 * lose the end. What was answered, and how much had gone.
 */
export async function pour(
  box: Box,
  { announced, from = '127.0.0.1' }: { announced: boolean; from?: string },
): Promise<{ answer: string; sentBytes: number }> {
  const socket = await tls(box, { from })
  const state = { closed: false, answer: '' }
  socket.on('data', (piece: Buffer) => (state.answer += piece.toString('utf8')))
  socket.once('close', () => (state.closed = true))
  socket.write(postHead(box, announced ? 2 ** 30 : 'chunked'))
  let sentBytes = 0
  while (!state.closed && state.answer === '' && sentBytes < 2 ** 30) {
    sentBytes += megabyte.length
    if (!socket.write(announced ? megabyte : chunk)) await drained(socket)
  }
  if (!state.closed) await Promise.race([closed(socket), late()])
  socket.destroy()
  return { answer: state.answer, sentBytes }
}

const drained = (socket: Socket): Promise<unknown> =>
  new Promise((resolve) => {
    const go = (): void => {
      socket.off('drain', go)
      socket.off('close', go)
      resolve(null)
    }
    socket.once('drain', go)
    socket.once('close', go)
  })

/** events.once would take the error of a write into what was cut for the end. */
const closed = (socket: Socket): Promise<unknown> => new Promise((resolve) => socket.once('close', resolve))

const late = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, waitMs).unref())

/** RFC 9113 §4.1. */
export function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}
export const types = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  continuation: 9,
} as const
export const flags = { endStream: 1, endHeaders: 4 } as const

/** A header that no table holds, RFC 7541 §6.2.2; both shorter than 127 bytes. */
export const literal = (name: string, value: string): Buffer =>
  Buffer.concat([
    Buffer.from([0, name.length]),
    Buffer.from(name),
    Buffer.from([value.length]),
    Buffer.from(value),
  ])

/** GET, https, / and this box. */
export const beginning = (box: Box): Buffer =>
  Buffer.concat([Buffer.from([0x82, 0x87, 0x84]), literal(':authority', `localhost:${box.port}`)])

/** Sends frames on a session of its own until the box ends it; false when it never does. */
export async function floodFrames(
  box: Box,
  { from, frames }: { from: string; frames: readonly Buffer[] },
): Promise<boolean> {
  const socket = await tls(box, { from, protocol: 'h2' })
  const ended = Promise.race([closed(socket).then(() => true), late().then(() => false)])
  socket.resume()
  socket.write(Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'))
  socket.write(frame(types.settings, 0, 0, Buffer.alloc(0)))
  for (const one of frames) {
    if (socket.destroyed) break
    if (!socket.write(one)) await drained(socket)
  }
  const isEnded = await ended
  socket.destroy()
  return isEnded
}
