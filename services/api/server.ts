// The HTTP server of the page and the API, with the WebSocket upgrade of the live channel behind the same walls.
import { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { WebSocketServer } from 'ws'
import type { App } from '#appliance/ipc/app.ts'

type Upgrades = NonNullable<Parameters<typeof createAdaptorServer>[0]['websocket']>

export function createWebServer({ app, websocket }: { app: App; websocket: WebSocketServer }): Server {
  // ws is the server that the adaptor documents; @types/ws only words its optional fields and overloads differently
  const upgrades = { server: websocket as object } as Upgrades
  const server = createAdaptorServer({ fetch: app.fetch, websocket: upgrades })
  if (!(server instanceof Server)) throw new TypeError('expected an HTTP/1 server')
  return server
}

/** How a person on this machine opens the page; the port is the one that was really taken. */
export function addressOf(server: Server, { listen, port }: { listen: string; port: number }): string {
  const bound = server.address()
  const host = listen === '::1' ? '[::1]' : 'localhost'
  return `http://${host}:${typeof bound === 'object' && bound !== null ? bound.port : port}`
}
