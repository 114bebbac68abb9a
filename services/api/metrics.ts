// The api's own figures for /metrics; the models service's are appended there. Owns its registry.
import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { AppEnv } from '#appliance/ipc/app.ts'

export interface Metrics {
  registry: Registry
  /** Counts and times every request by its route, never by its path: ids would grow the memory. */
  measure: MiddlewareHandler<AppEnv>
  /** A figure that is read when somebody asks. */
  add(name: string, help: string, read: () => number): void
}

/** States that are named as counters are: Prometheus's own check refuses them. */
const mistaken = ['active_handles_total', 'active_requests_total', 'active_resources_total'] as const

export function createMetrics({ connections }: { connections: () => number }): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'hob_api_' })
  for (const what of mistaken) registry.removeSingleMetric(`hob_api_nodejs_${what}`)
  const requests = new Counter({
    name: 'hob_api_requests_total',
    help: 'Requests by route, method and status',
    labelNames: ['route', 'method', 'status'],
    registers: [registry],
  })
  const seconds = new Histogram({
    name: 'hob_api_response_start_seconds',
    help: 'Seconds until the answer began',
    labelNames: ['route'],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
    registers: [registry],
  })
  registry.registerMetric(gauge('hob_api_connections', 'Open connections', connections))

  return {
    registry,
    add: (name, help, read) => registry.registerMetric(gauge(name, help, read)),
    measure: async (c, next) => {
      const startedAt = performance.now()
      await next()
      const route = routePath(c, -1)
      requests.inc({ route, method: c.req.method, status: c.res.status })
      seconds.observe({ route }, (performance.now() - startedAt) / 1_000)
    },
  }
}

const gauge = (name: string, help: string, read: () => number): Gauge =>
  new Gauge({
    name,
    help,
    registers: [],
    collect() {
      this.set(read())
    },
  })
