// The live channel's door, /hob/v1/live: upgrades to WebSocket, keeps the connections, and one heartbeat for all of
// them. The only file, with connection.ts, that knows `ws`.
import { upgradeWebSocket } from '@hono/node-server'
import { WebSocket, WebSocketServer } from 'ws'
import { liveQuerySchema } from '#appliance/contracts/box.ts'
import { HobError } from '#appliance/errors.ts'
import type { App } from '#appliance/ipc/app.ts'
import { Connection } from './connection.ts'
import type { Hub } from './hub.ts'

export const livePath = '/hob/v1/live'

const heartbeatMs = 25_000
const messageMaxBytes = 4 * 1024
const goingAway = 1001

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
  /** For tests. */
  beatEveryMs?: number
}

export function registerLive(app: App, { hub, beatEveryMs = heartbeatMs }: Uses): Live {
  const connections = new Map<WebSocket, Connection>()
  const heartbeat = setInterval(() => {
    for (const connection of connections.values()) connection.beat()
  }, beatEveryMs)
  heartbeat.unref()
  let closing = false

  app.get(livePath, async (c) => {
    if (c.req.header('upgrade')?.toLowerCase() !== 'websocket')
      throw new HobError('upgrade_required', { path: livePath })
    if (closing) throw new HobError('shutting_down')
    const query = liveQuerySchema.safeParse(c.req.query())
    if (!query.success)
      throw new HobError('invalid_request', { detail: 'epoch or seq is not what hello gave' })
    const { user } = c.get('principal')
    return await upgradeWebSocket(c, {
      onOpen: (_, { raw: socket }) => {
        if (!(socket instanceof WebSocket)) throw new TypeError('expected a socket of ws')
        const connection = new Connection({ hub, socket, user, from: query.data })
        connections.set(socket, connection)
        socket.on('pong', () => connection.answered())
      },
      onMessage: ({ data }, { raw: socket }) => {
        if (socket instanceof WebSocket && typeof data === 'string') connections.get(socket)?.received(data)
      },
      onClose: (_, { raw: socket }) => {
        if (!(socket instanceof WebSocket)) return
        connections.get(socket)?.left()
        connections.delete(socket)
      },
      // the close event follows
      onError: () => undefined,
    })
  })

  return {
    connections: () => connections.size,
    close: () => {
      closing = true
      clearInterval(heartbeat)
      for (const socket of connections.keys()) socket.close(goingAway, 'the box is shutting down')
    },
  }
}
