// What a port that speaks TLS says to plain HTTP, which people get by typing the address without https: where to go. A
// connection's first byte tells the two apart: 0x16 begins a TLS handshake (RFC 8446 §5.1), a letter a request.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Server, Socket } from 'node:net'
import { HobError, toErrorBody } from '#appliance/errors.ts'
import type { Names } from './names.ts'
import { rawError } from './raw.ts'

const tlsHandshake = 0x16
/** For the first byte, and again for the whole of a plain request. */
const limitMs = 5_000

/** Told of each request that was refused. */
export type RefusedPlain = (request: IncomingMessage, error: HobError) => void

interface Uses {
  names: Names
  port: () => number
  refused: RefusedPlain
}

/** Puts itself before the server's own listener for connections. */
export function answerPlain(server: Server, uses: Uses): void {
  const secure = server.listeners('connection')
  const plain = createServer((request, response) => answer(request, response, uses))
  plain.on('clientError', (_, socket) => {
    if (socket.writable) socket.end(rawError('bad_http'))
    else socket.destroy()
  })
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    const timer = setTimeout(() => socket.destroy(), limitMs)
    const drop = (): void => void socket.destroy()
    socket.once('close', () => clearTimeout(timer))
    socket.once('error', drop)
    socket.once('readable', () => {
      socket.off('error', drop)
      clearTimeout(timer)
      const first = readByte(socket)
      if (first === null) return socket.destroy()
      socket.unshift(first)
      if (first[0] === tlsHandshake) {
        for (const listener of secure) Reflect.apply(listener, server, [socket])
      } else {
        setTimeout(drop, limitMs).unref()
        plain.emit('connection', socket)
      }
    })
  })
}

function readByte(socket: Socket): Buffer | null {
  const first: unknown = socket.read(1)
  return Buffer.isBuffer(first) ? first : null
}

function answer(request: IncomingMessage, response: ServerResponse, uses: Uses): void {
  const { names, port, refused } = uses
  const { host } = request.headers
  const name = /^(.+?)(?::\d+)?$/.exec(host ?? '')?.[1]
  response.shouldKeepAlive = false
  const refuse = (error: HobError): void => {
    refused(request, error)
    const { status, body } = toErrorBody(error)
    response
      .writeHead(status, { 'content-type': 'application/json', 'x-hob-error': error.code })
      .end(JSON.stringify(body))
  }
  if (!names.isOurs(host)) {
    const allowed = names.allowed()
    return refuse(new HobError('host_not_allowed', { host: (host ?? '').slice(0, 200), allowed }))
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(new HobError('tls_required'))
  response.writeHead(308, { location: `https://${name}:${port()}${pathOf(request.url)}` }).end()
}

/** A request for a proxy names a whole URL. */
const pathOf = (url = '/'): string => (url.startsWith('/') ? url : '/')
