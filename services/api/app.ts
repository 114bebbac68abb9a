// The api as one application: the walls in their order, then the routes. Everything it uses is handed in by main.ts.
import { type App, createApp } from '#appliance/ipc/app.ts'
import { strictJson } from '#appliance/ipc/body.ts'
import type { Log } from '#appliance/log.ts'
import type { Metrics } from './metrics.ts'
import type { Connections } from './walls/connections.ts'
import { headersWall } from './walls/headers.ts'
import { hostWall, originWall } from './walls/names.ts'
import type { Admission } from './walls/principal.ts'

/** Two hundred thousand tokens of text with room to spare. */
const longestBodyBytes = 8 * 1024 * 1024

interface Options {
  log: Log
  metrics: Metrics
  connections: Connections
  admission: Admission
}

/** Routes are registered on the result; `registerPage` last, since it takes what is left. */
export function createApi({ log, metrics, connections, admission }: Options): App {
  const app = createApp({ log })
  app.use(metrics.measure)
  app.use(headersWall())
  app.use(connections.wall)
  app.use(hostWall())
  app.use(originWall())
  app.use(admission.wall)
  app.use(strictJson({ maxBytes: longestBodyBytes }))
  return app
}
