// Makes WebSockets of requests: HTTP/1.1's Upgrade (RFC 6455) and HTTP/2's extended CONNECT (RFC 8441). Either is first a
// GET that passes all walls; the route that takes it says so through `upgrade`. Only this folder knows `ws`.
import { type IncomingMessage, ServerResponse } from 'node:http'
import { Http2ServerRequest, Http2ServerResponse, type ServerHttp2Stream } from 'node:http2'
import type { Server } from 'node:net'
import { Duplex } from 'node:stream'
import { WebSocket, type WebSocketServer } from 'ws'
import { HobError, toErrorBody } from '#appliance/errors.ts'
import type { App, AppEnv, Upgrade } from '#appliance/ipc/app.ts'
import { rawAnswer, rawError } from '../walls/raw.ts'

interface Uses {
  fetch: App['fetch']
  websocket: WebSocketServer
}

export function serveUpgrades(server: Server, { fetch, websocket }: Uses): void {
  // another protocol's offer, such as h2c, is passed over, and its request answered as any other
  Object.assign(server, {
    shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket',
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    void overHttp1(request, socket, head, { fetch, websocket })
  })
  server.on('connect', (request: unknown, second: unknown) => {
    if (request instanceof Http2ServerRequest && second instanceof Http2ServerResponse)
      void overHttp2(request, second, { fetch, websocket })
    else if (second instanceof Duplex) second.end(rawError('method_not_allowed'))
  })
}

async function overHttp1(request: IncomingMessage, socket: Duplex, head: Buffer, uses: Uses): Promise<void> {
  socket.on('error', ignore)
  const bindings = { incoming: request, outgoing: new ServerResponse(request) }
  const { answer, taken } = await ask(uses.fetch, bindings)
  if (taken === null) {
    if (socket.writable) socket.end(rawAnswer(answer.status, headersOf(answer), await answer.text()))
    return
  }
  let opened = false
  if (!socket.destroyed)
    uses.websocket.handleUpgrade(request, socket, head, (made) => {
      opened = true
      taken.opened(made)
    })
  if (!opened) taken.failed()
}

async function overHttp2(
  incoming: Http2ServerRequest,
  outgoing: Http2ServerResponse,
  { fetch, websocket }: Uses,
): Promise<void> {
  const { stream, headers } = incoming
  stream.on('error', ignore)
  const fits = headers[':protocol'] === 'websocket' && headers['sec-websocket-version'] === '13'
  const { answer, taken } = fits
    ? await ask(fetch, { incoming, outgoing })
    : { answer: errorAnswer(new HobError('bad_http')), taken: null }
  if (stream.destroyed || stream.closed) return taken?.failed()
  if (taken === null) {
    stream.respond({ ':status': answer.status, ...headersOf(answer) })
    stream.end(await answer.text())
    return
  }
  stream.respond({ ':status': 200 })
  taken.opened(socketOn(stream, websocket))
}

/** As ws itself does it after an upgrade; a Duplex is enough for it. */
function socketOn(stream: ServerHttp2Stream, { options }: WebSocketServer): WebSocket {
  const socket: unknown = Reflect.construct(WebSocket, [null, undefined, options])
  if (!(socket instanceof WebSocket) || !('setSocket' in socket) || typeof socket.setSocket !== 'function')
    throw new TypeError('expected the WebSocket of ws 8')
  Reflect.apply(socket.setSocket, socket, [stream, Buffer.alloc(0), options])
  return socket
}

interface Taken {
  opened: (socket: unknown) => void
  failed: () => void
}

async function ask(
  fetch: App['fetch'],
  bindings: AppEnv['Bindings'],
): Promise<{ answer: Response; taken: Taken | null }> {
  const asked: { taken: Taken | null } = { taken: null }
  const upgrade: Upgrade = (opened, failed) => {
    asked.taken = { opened, failed }
  }
  try {
    const { rawHeaders, url } = bindings.incoming
    const answer = await fetch(requestOf(rawHeaders, url), { ...bindings, upgrade })
    if (answer.ok) return { answer, taken: asked.taken }
    asked.taken?.failed()
    return { answer, taken: null }
  } catch (error) {
    asked.taken?.failed()
    return { answer: errorAnswer(error), taken: null }
  }
}

/** Throws bad_http for what is no request. */
function requestOf(rawHeaders: readonly string[], target = ''): Request {
  try {
    const headers = new Headers()
    for (let i = 0; i < rawHeaders.length; i += 2) {
      const name = rawHeaders[i] ?? ''
      if (!name.startsWith(':')) headers.append(name, rawHeaders[i + 1] ?? '')
    }
    if (!target.startsWith('/')) throw new HobError('bad_http')
    return new Request(`http://localhost${target}`, { headers })
  } catch (error) {
    throw new HobError('bad_http', {}, { cause: error })
  }
}

function errorAnswer(error: unknown): Response {
  const { status, body } = toErrorBody(error)
  return Response.json(body, { status, headers: { 'x-hob-error': body.error.code } })
}

/** What is about one connection of HTTP/1 means nothing here. */
const headersOf = (answer: Response): Record<string, string> =>
  Object.fromEntries(
    [...answer.headers].filter(
      ([name]) => !['connection', 'content-length', 'transfer-encoding'].includes(name),
    ),
  )

// the close event follows
const ignore = (): void => undefined
