// The one server of the page and the API: TLS 1.3 with HTTP/2 and HTTP/1.1, or plain HTTP/1.1 on loopback, with the live
// channel's upgrades behind the same walls. The certificate can be exchanged while connections are open.
import type { EventEmitter } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { constants, createSecureServer, type Http2ServerRequest, type ServerHttp2Stream } from 'node:http2'
import type { Server } from 'node:net'
import { getRequestListener, RequestError } from '@hono/node-server'
import type { WebSocketServer } from 'ws'
import { isLoopback } from '#appliance/config/load.ts'
import { HobError, toErrorBody } from '#appliance/errors.ts'
import type { App } from '#appliance/ipc/app.ts'
import { serveUpgrades } from './live/upgrades.ts'
import { type Connections, sessionLimits } from './walls/connections.ts'
import type { Names } from './walls/names.ts'
import { answerPlain, type RefusedPlain } from './walls/plain.ts'

/** PEM; `cert` holds the chain, the leaf first. */
export interface Certificate {
  key: string
  cert: string
}

export interface WebServer {
  /** Throws tls_off_not_loopback where others could listen in. */
  listen(at: { host: string; port: number } | { fd: number }): Promise<void>
  /** The one that was really taken; 0 before. */
  port(): number
  /** For handshakes from now on; what is open stays. Does nothing without TLS. */
  exchange(certificate: Certificate): void
  /** Stops accepting, lets running requests end, cuts the rest when the deadline aborts. */
  close(deadline: AbortSignal): Promise<void>
}

interface Uses {
  app: App
  connections: Connections
  names: Names
  websocket: WebSocketServer
  /** Null: plain HTTP. */
  certificate: Certificate | null
  /** Told of what was refused since it came in plain HTTP. */
  refused?: RefusedPlain
}

/** How long a client may go on with a body that nobody wants. */
const afterAnswerMs = 500

const tls13 = { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' } as const

export function createWebServer({
  app,
  connections,
  names,
  websocket,
  certificate,
  refused = () => undefined,
}: Uses): WebServer {
  const overHttp1 = getRequestListener(app.fetch, { errorHandler: refuse })
  const overHttp2 = getRequestListener(app.fetch, { errorHandler: refuse, autoCleanupIncoming: false })
  const handle = (...[incoming, outgoing]: Parameters<typeof overHttp1>): void => {
    if (!('stream' in outgoing)) return void overHttp1(incoming, outgoing)
    void overHttp2(incoming, outgoing).then(() =>
      throwAway(incoming, outgoing.stream, connections.times.bodyMs),
    )
  }
  const handshakeTimeout = connections.times.headersMs
  const server =
    certificate === null
      ? createServer(handle)
      : createSecureServer(
          { ...sessionLimits, ...tls13, ...certificate, allowHTTP1: true, handshakeTimeout },
          handle,
        )
  // `Expect: something else` may be passed over (RFC 9110 §10.1.1); Node's own 417 has no code and has seen no wall
  const asking: EventEmitter = server
  asking.on('checkExpectation', handle)
  const port = (): number => portOf(server)
  if (certificate !== null) answerPlain(server, { names, port, refused })
  connections.guard(server)
  serveUpgrades(server, { fetch: app.fetch, websocket })

  return {
    port,
    listen: (at) =>
      new Promise((resolve, reject) => {
        const address = 'host' in at ? at.host : 'the socket of systemd'
        if (certificate === null && !isLoopback(address))
          throw new HobError('tls_off_not_loopback', { address })
        server.once('error', reject)
        server.listen(at, () => {
          server.off('error', reject)
          resolve()
        })
      }),
    exchange: (next) => {
      if ('setSecureContext' in server) server.setSecureContext({ ...tls13, ...next })
    },
    close: (deadline) =>
      new Promise((resolve) => {
        server.close(() => resolve())
        websocket.close()
        if (deadline.aborted) connections.cut()
        else deadline.addEventListener('abort', connections.cut, { once: true })
      }),
  }
}

function portOf(server: Server): number {
  const bound = server.address()
  return typeof bound === 'object' && bound !== null ? bound.port : 0
}

/**
 * Takes what is left of a body that nobody wants, so that its stream ends when the client has said it all, and resets the
 * stream of a client that goes on for long. Not at once, as the adaptor's own cleanup does: an answer may still wait for
 * the client's window (RFC 9113 §6.9) or for its turn on the socket, and a reset throws away what was not sent.
 */
function throwAway(
  incoming: IncomingMessage | Http2ServerRequest,
  stream: ServerHttp2Stream,
  bodyMs: number,
): void {
  if (stream.closed || incoming.readableEnded) return
  incoming.resume()
  // at once, not on the next tick: Node resets a stream that nobody reads as soon as its answer is handed over
  stream.resume()
  const reset = (): void => stream.close(constants.NGHTTP2_NO_ERROR)
  let timer = setTimeout(reset, bodyMs)
  const soon = (): void => {
    clearTimeout(timer)
    timer = setTimeout(reset, afterAnswerMs)
  }
  if (stream.writableFinished) soon()
  else stream.once('finish', soon)
  stream.once('close', () => clearTimeout(timer))
}

/** What the adaptor itself could make no request of never reached the application. */
function refuse(error: unknown): Response {
  const { status, body } = toErrorBody(error instanceof RequestError ? new HobError('bad_http') : error)
  return Response.json(body, { status, headers: { 'x-hob-error': body.error.code } })
}
