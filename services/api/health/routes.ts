// /hob/v1/system/health: what the checks found, running them, and letting the box mend what it can, which is recorded.
import { healthCheckRoutes } from '#appliance/contracts/health-checks.ts'
import type { HealthRunner } from '#appliance/health/run.ts'
import type { App } from '#appliance/ipc/app.ts'
import { recorded } from '../audit/request.ts'
import type { Audit } from '../audit/routes.ts'

interface Uses {
  checks: HealthRunner
  audit: Pick<Audit, 'append'>
}

export function registerHealthChecks(app: App, { checks, audit }: Uses): void {
  const { last, run, fix } = healthCheckRoutes
  app.openapi(last, (c) => c.json(checks.last(), 200))
  app.openapi(run, async (c) => c.json(await checks.run(c.req.valid('json').checks), 200))
  app.openapi(fix, async (c) => {
    const { check } = c.req.valid('param')
    const found = await recorded(audit, c, { action: 'health.fixed', target: check }, () => checks.fix(check))
    return c.json(found, 200)
  })
}
