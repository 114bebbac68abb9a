// How the box is connected, for its owner: passed on to the steward. Each change is recorded, and what became of it: who confirmed or
// undid it, or that it undid itself, also when this service was not there at that moment. Certificate and adverts read the
// machine's addresses by themselves.
import { hostNetworkRoutes } from '#appliance/contracts/host-network.ts'
import { ofTheSystem } from '#appliance/contracts/openapi.ts'
import type { App } from '#appliance/ipc/app.ts'
import type { Log } from '#appliance/log.ts'
import type { Clock } from '#appliance/timers/timers.ts'
import { byRequest, recorded } from '../audit/request.ts'
import type { Audit } from '../audit/routes.ts'
import { callerOf } from './caller.ts'
import type { Steward } from './steward.ts'
import { createTrials } from './trials.ts'

interface Uses {
  steward: Steward
  audit: Pick<Audit, 'append' | 'newest'>
  clock: Clock
  log: Log
}

export function registerNetwork(app: App, { steward, audit, clock, log }: Uses): void {
  const trials = createTrials({ audit, clock, log })
  const routes = hostNetworkRoutes
  app.openapi(ofTheSystem(routes.network), async (c) =>
    c.json(await steward.client().call(routes.network, {}, callerOf(c)), 200),
  )
  app.openapi(ofTheSystem(routes.changeNetwork), async (c) => {
    const { device } = c.req.valid('param')
    const json = c.req.valid('json')
    const details: Record<string, string> = { method: json.method }
    if (json.method === 'static') details['address'] = json.address
    const pending = await recorded(audit, c, { action: 'network.changed', target: device, details }, () =>
      steward.client().call(routes.changeNetwork, { params: { device }, json }, callerOf(c)),
    )
    trials.begun(pending)
    return c.json(pending, 202)
  })
  app.openapi(ofTheSystem(routes.confirmNetworkChange), async (c) => {
    const { id } = c.req.valid('param')
    await steward.client().call(routes.confirmNetworkChange, { params: { id } }, callerOf(c))
    const row = byRequest(c, { action: 'network.confirmed', outcome: 'done' })
    audit.append({ ...row, target: trials.ended() })
    return c.body(null, 204)
  })
  app.openapi(ofTheSystem(routes.revertNetworkChange), async (c) => {
    const { id } = c.req.valid('param')
    await steward.client().call(routes.revertNetworkChange, { params: { id } }, callerOf(c))
    const row = byRequest(c, { action: 'network.undone', outcome: 'done' })
    audit.append({ ...row, target: trials.ended() })
    return c.body(null, 204)
  })
  app.openapi(ofTheSystem(routes.wifi), async (c) =>
    c.json(await steward.client().call(routes.wifi, {}, callerOf(c)), 200),
  )
  app.openapi(ofTheSystem(routes.joinWifi), async (c) => {
    const json = c.req.valid('json')
    await recorded(audit, c, { action: 'wifi.joined', target: json.ssid }, () =>
      steward.client().call(routes.joinWifi, { json }, callerOf(c)),
    )
    return c.body(null, 204)
  })
  app.openapi(ofTheSystem(routes.forgetWifi), async (c) => {
    const { ssid } = c.req.valid('param')
    await recorded(audit, c, { action: 'wifi.forgotten', target: ssid }, () =>
      steward.client().call(routes.forgetWifi, { params: { ssid } }, callerOf(c)),
    )
    return c.body(null, 204)
  })
}
