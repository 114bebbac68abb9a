// The live channel's door, /hob/v1/live: upgrades to WebSocket, keeps the connections, and one heartbeat for all of
// them. Cuts the connections of a session or token that ended.
import { type RawData, WebSocket, WebSocketServer } from 'ws'
import { liveQuerySchema } from '#appliance/contracts/box.ts'
import { HobError } from '#appliance/errors.ts'
import type { App } from '#appliance/ipc/app.ts'
import type { Identity } from '../identity/identity.ts'
import { Connection, endSocket } from './connection.ts'
import type { Hub } from './hub.ts'

export const livePath = '/hob/v1/live'

const heartbeatMs = 25_000
const messageMaxBytes = 4 * 1024

export interface Live {
  connections(): number
  /** Says goodbye to all and stops the heartbeat; what does not leave at once is cut when the server closes. */
  close(): void
}

/** For the server's upgrades: small messages, no compression. */
export const createLiveServer = (): WebSocketServer =>
  new WebSocketServer({
    noServer: true,
    maxPayload: messageMaxBytes,
    perMessageDeflate: false,
    clientTracking: false,
  })

interface Uses {
  hub: Hub
  identity: Pick<Identity, 'onEnded'>
  /** For tests. */
  beatEveryMs?: number
}

export function registerLive(app: App, { hub, identity, beatEveryMs = heartbeatMs }: Uses): Live {
  const connections = new Set<Connection>()
  /** By the id of the session or token, from the moment of the request: it may end before the connection is open. */
  const listening = new Map<string, Set<{ end(): void }>>()
  const heartbeat = setInterval(() => {
    for (const connection of connections) connection.beat()
  }, beatEveryMs)
  heartbeat.unref()
  let closing = false

  identity.onEnded(({ id }) => {
    for (const one of listening.get(id) ?? []) one.end()
  })

  /** Ends with the session or token until `forget` is called. */
  const watch = (id: string | null, one: { end(): void }): { forget(): void } => {
    if (id === null) return { forget: () => undefined }
    const group = listening.get(id) ?? new Set()
    listening.set(id, group.add(one))
    return {
      forget: () => {
        group.delete(one)
        if (group.size === 0) listening.delete(id)
      },
    }
  }

  app.get(livePath, (c) => {
    const { upgrade } = c.env
    if (upgrade === undefined) throw new HobError('upgrade_required', { path: livePath })
    if (closing) throw new HobError('shutting_down')
    const query = liveQuerySchema.safeParse(c.req.query())
    if (!query.success)
      throw new HobError('invalid_request', { detail: 'epoch or seq is not what hello gave' })
    const caller = c.get('caller')
    const early = { ended: false }
    const waiting = watch(caller.id, { end: () => (early.ended = true) })
    upgrade((socket) => {
      waiting.forget()
      if (!(socket instanceof WebSocket)) throw new TypeError('expected a socket of ws')
      // the close event follows
      socket.on('error', () => undefined)
      if (early.ended) return endSocket(socket)
      const connection = new Connection({ hub, socket, caller, from: query.data })
      const watched = watch(caller.id, connection)
      connections.add(connection)
      socket.on('pong', () => connection.answered())
      socket.on('message', (data, isBinary) => {
        if (!isBinary) connection.received(textOf(data))
      })
      socket.on('close', () => {
        watched.forget()
        connection.left()
        connections.delete(connection)
      })
    }, waiting.forget)
    return c.body(null, 200)
  })

  return {
    connections: () => connections.size,
    close: () => {
      closing = true
      clearInterval(heartbeat)
      for (const connection of connections) connection.goodbye()
    },
  }
}

/** One buffer, as ws gives it by default. */
const textOf = (data: RawData): string => (Buffer.isBuffer(data) ? data.toString('utf8') : '')
