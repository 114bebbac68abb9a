// The api as one application: the walls in their order. Routes are registered on it by routes.ts.
import type { RouteConfig } from '@hono/zod-openapi'
import { publicRoutes } from '#appliance/contracts/openapi.ts'
import type { ErrorCode } from '#appliance/errors.ts'
import { type App, createApp } from '#appliance/ipc/app.ts'
import { strictJson } from '#appliance/ipc/body.ts'
import type { Log } from '#appliance/log.ts'
import type { Identity } from './identity/identity.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { type Admission, createAdmission } from './walls/admission.ts'
import { type Connections, createConnections, type Times } from './walls/connections.ts'
import { cuttingWall } from './walls/cutting.ts'
import { headersWall } from './walls/headers.ts'
import { createNames, hostWall, type Names, originWall } from './walls/names.ts'
import { createRates } from './walls/rates.ts'
import { type Refused, refusals } from './walls/refusals.ts'
import { rightsWall } from './walls/rights.ts'

/** Two hundred thousand tokens of text with room to spare. */
const longestBodyBytes = 8 * 1024 * 1024

export interface Api {
  app: App
  connections: Connections
  admission: Admission
  metrics: Metrics
  names: Names
}

interface Uses {
  log: Log
  now: () => Date
  identity: Identity
  maxConnections: number
  tls: boolean
  /** The box's present host names and addresses, loopback's aside. */
  names: () => readonly string[]
  /** The one that was really taken. */
  port: () => number
  times?: Times
  /** Told of each request that a wall refused. */
  refused?: Refused
  /** Told of what was turned away before it was a request. */
  turnedAway?: (from: { address: string | null; code: ErrorCode }) => void
  /** What may be asked for; every route of it names its right. */
  routes?: readonly RouteConfig[]
  /** Requests within a minute. */
  rates?: { personPerMinute?: number; addressPerMinute?: number }
}

export function createApi({
  log,
  now,
  identity,
  maxConnections,
  tls,
  names: present,
  port,
  times,
  routes = publicRoutes,
  refused = () => undefined,
  turnedAway = () => undefined,
  rates,
}: Uses): Api {
  const connections = createConnections({
    limit: maxConnections,
    turnedAway,
    ...(times === undefined ? {} : { times }),
  })
  const names = createNames({ names: present, port, tls })
  const admission = createAdmission({ identity, tls, rates: createRates({ now, ...rates }) })
  const metrics = createMetrics({ connections: connections.open })
  metrics.add('hob_api_streams', 'Running requests of HTTP/2', connections.streams)
  const app = createApp({ log })
  app.use(metrics.measure)
  app.use(headersWall())
  app.use(refusals(refused))
  app.use(connections.wall)
  app.use(hostWall(names))
  app.use(originWall(names, { tls }))
  app.use(admission.wall)
  app.use(cuttingWall({ identity }))
  app.use(rightsWall({ identity, routes }))
  app.use(strictJson({ maxBytes: longestBodyBytes }))
  return { app, connections, admission, metrics, names }
}
