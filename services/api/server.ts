// The HTTP server of the page and the API, with the WebSocket upgrade of the live channel behind the same walls.
import { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { WebSocketServer } from 'ws'
import type { App } from '#appliance/ipc/app.ts'

export function createWebServer({ app, websocket }: { app: App; websocket: WebSocketServer }): Server {
  // ws's own types leave noServer optional; the adaptor wants to see that it is set
  const upgrades = Object.assign(websocket, { options: { ...websocket.options, noServer: true } })
  const server = createAdaptorServer({ fetch: app.fetch, websocket: { server: upgrades } })
  if (!(server instanceof Server)) throw new TypeError('expected an HTTP/1 server')
  return server
}
