// The api as one application: the walls in their order. Routes are registered on it by routes.ts.
import { type App, createApp } from '#appliance/ipc/app.ts'
import { strictJson } from '#appliance/ipc/body.ts'
import type { Log } from '#appliance/log.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { type Connections, createConnections } from './walls/connections.ts'
import { headersWall } from './walls/headers.ts'
import { hostWall, originWall } from './walls/names.ts'
import { type Admission, createAdmission } from './walls/principal.ts'

/** Two hundred thousand tokens of text with room to spare. */
const longestBodyBytes = 8 * 1024 * 1024

interface Api {
  app: App
  connections: Connections
  admission: Admission
  metrics: Metrics
}

export function createApi({ log, maxConnections }: { log: Log; maxConnections: number }): Api {
  const connections = createConnections({ limit: maxConnections })
  const admission = createAdmission()
  const metrics = createMetrics({ connections: connections.open })
  const app = createApp({ log })
  app.use(metrics.measure)
  app.use(headersWall())
  app.use(connections.wall)
  app.use(hostWall())
  app.use(originWall())
  app.use(admission.wall)
  app.use(strictJson({ maxBytes: longestBodyBytes }))
  return { app, connections, admission, metrics }
}
