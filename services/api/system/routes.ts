// The machine under the box, for its owner: passed on to the steward, whose socket this service alone may open. Without one, Hob is a
// program on somebody's computer: it tells what it can see, and changes nothing there. What is changed is recorded.
import { stewardRoutes } from '#appliance/contracts/steward.ts'
import { systemRoutes } from '#appliance/contracts/system.ts'
import type { App } from '#appliance/ipc/app.ts'
import { recorded } from '../audit/request.ts'
import type { Audit } from '../audit/routes.ts'
import type { HealthReader } from '../health/read.ts'
import { callerOf } from './caller.ts'
import { readMachineHere } from './machine-here.ts'
import type { Steward } from './steward.ts'

interface Uses {
  steward: Steward
  audit: Pick<Audit, 'append'>
  health: HealthReader
  version: string
}

export function registerSystem(app: App, { steward, audit, health, version }: Uses): void {
  const { state, reboot, powerOff, timeZones, setTimeZone, disks, encryption, makeRecoveryKey } = systemRoutes
  app.openapi(state, async (c) => {
    const managed = steward.isHere()
    const machine = managed
      ? await steward.client().call(stewardRoutes.machine, {}, callerOf(c))
      : readMachineHere(await health.services())
    return c.json({ managed, version, ...machine }, 200)
  })
  app.openapi(reboot, async (c) => {
    const leaving = await recorded(audit, c, { action: 'system.rebooted', target: null }, () =>
      steward.client().call(stewardRoutes.reboot, {}, callerOf(c)),
    )
    return c.json(leaving, 202)
  })
  app.openapi(powerOff, async (c) => {
    const leaving = await recorded(audit, c, { action: 'system.powered_off', target: null }, () =>
      steward.client().call(stewardRoutes.powerOff, {}, callerOf(c)),
    )
    return c.json(leaving, 202)
  })
  app.openapi(timeZones, async (c) =>
    c.json(await steward.client().call(stewardRoutes.timeZones, {}, callerOf(c)), 200),
  )
  app.openapi(setTimeZone, async (c) => {
    const json = c.req.valid('json')
    await recorded(audit, c, { action: 'system.time_zone_set', target: json.timeZone }, () =>
      steward.client().call(stewardRoutes.setTimeZone, { json }, callerOf(c)),
    )
    return c.body(null, 204)
  })
  app.openapi(disks, async (c) =>
    c.json(await steward.client().call(stewardRoutes.disks, {}, callerOf(c)), 200),
  )
  app.openapi(encryption, async (c) =>
    c.json(await steward.client().call(stewardRoutes.encryption, {}, callerOf(c)), 200),
  )
  app.openapi(makeRecoveryKey, async (c) => {
    const made = await recorded(audit, c, { action: 'system.recovery_key_made', target: null }, () =>
      steward.client().call(stewardRoutes.makeRecoveryKey, {}, callerOf(c)),
    )
    // the walls say it of every answer; of this one it must be so
    c.header('cache-control', 'no-store')
    return c.json(made, 201)
  })
}
