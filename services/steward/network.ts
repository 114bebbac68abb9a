// How the machine is connected: NetworkManager's settings, and their changes on trial. What may cut off whoever asked is done when
// they have had their answer.
import { hostNetworkRoutes } from '#appliance/contracts/host-network.ts'
import { HobError } from '#appliance/errors.ts'
import type { NetworkManager } from '#appliance/host/network-manager.ts'
import type { App } from '#appliance/ipc/app.ts'
import { errorFields, type Log } from '#appliance/log.ts'
import type { Clock } from '#appliance/timers/timers.ts'

/** For the answer to travel from here through the api to a browser. */
const answeredAfterMs = 500

interface Uses {
  network: NetworkManager
  clock: Clock
  log: Log
}

export function registerNetwork(app: App, { network, clock, log }: Uses): void {
  const afterTheAnswer = (what: string, work: () => Promise<void>): void => {
    clock.at(new Date(clock.now().getTime() + answeredAfterMs), () => {
      // a change that is not made undoes itself
      work().catch((error: unknown) => log.error(`${what} failed`, errorFields(error)))
    })
  }
  const routes = hostNetworkRoutes

  app.openapi(routes.network, async (c) => c.json(await network.read(), 200))
  app.openapi(routes.changeNetwork, async (c) => {
    const { device } = c.req.valid('param')
    const { pending, apply } = await network.change(device, c.req.valid('json'))
    log.info('the network changes, on trial', { device, change: pending.id })
    afterTheAnswer('the change of the network', apply)
    return c.json(pending, 202)
  })
  app.openapi(routes.confirmNetworkChange, async (c) => {
    const { id } = c.req.valid('param')
    await network.confirm(id)
    log.info('the change of the network is confirmed', { change: id })
    return c.body(null, 204)
  })
  app.openapi(routes.revertNetworkChange, async (c) => {
    const { id } = c.req.valid('param')
    if ((await network.read()).pending?.id !== id) throw new HobError('change_not_found')
    log.info('the change of the network is undone', { change: id })
    afterTheAnswer('undoing the change of the network', () => network.revert(id))
    return c.body(null, 204)
  })
  app.openapi(routes.wifi, async (c) => c.json({ networks: await network.wifiSeen() }, 200))
  app.openapi(routes.joinWifi, async (c) => {
    await network.joinWifi(c.req.valid('json'))
    return c.body(null, 204)
  })
  app.openapi(routes.forgetWifi, async (c) => {
    await network.forgetWifi(c.req.valid('param').ssid)
    return c.body(null, 204)
  })
}
