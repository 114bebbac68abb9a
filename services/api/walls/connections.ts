// Bounds what a network can hold open: a cap on connections (one more gets an answer and is closed, the others go on),
// time limits on headers and bodies, and a readable answer to what is not HTTP.
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { MiddlewareHandler } from 'hono'
import { type ErrorCode, HobError, toErrorBody } from '#appliance/errors.ts'
import type { AppEnv } from '#appliance/ipc/app.ts'

/** How many connections beyond the cap are held long enough to be told so; more are dropped by the kernel's side. */
const toldPolitely = 64
const politeMs = 2_000

export interface Connections {
  wall: MiddlewareHandler<AppEnv>
  guard(server: Server): void
  open(): number
  readonly limit: number
}

export function createConnections({ limit }: { limit: number }): Connections {
  const beyond = new WeakSet<Socket>()
  let open = 0

  return {
    limit,
    open: () => open,
    wall: async (c, next) => {
      if (beyond.has(c.env.incoming.socket)) throw new HobError('too_many_connections', { limit })
      await next()
    },
    guard: (server) => {
      server.maxConnections = limit + toldPolitely
      server.headersTimeout = 15_000
      server.requestTimeout = 60_000
      server.keepAliveTimeout = 30_000
      server.maxRequestsPerSocket = 0
      server.on('connection', (socket: Socket) => {
        open++
        if (open > limit) {
          beyond.add(socket)
          socket.setTimeout(politeMs, () => socket.destroy())
        }
        socket.once('close', () => open--)
      })
      server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
        if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy()
        else socket.end(rawAnswer(codeOf(error.code)))
      })
    },
  }
}

const codeOf = (code: string | undefined): ErrorCode =>
  code === 'HPE_HEADER_OVERFLOW'
    ? 'header_too_large'
    : code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? 'request_timeout'
      : 'bad_http'

/** An answer for a connection on which no request was understood. */
function rawAnswer(code: ErrorCode): string {
  const { status, body } = toErrorBody(new HobError(code))
  const text = JSON.stringify(body)
  const head = [
    `HTTP/1.1 ${status} ${code}`,
    'Content-Type: application/json',
    'Connection: close',
    `Content-Length: ${Buffer.byteLength(text)}`,
  ]
  return `${head.join('\r\n')}\r\n\r\n${text}`
}
