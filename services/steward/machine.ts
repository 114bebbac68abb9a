// How the machine is: its name, its clock, since when it runs, and Hob's services as systemd has them.
import { stewardRoutes } from '#appliance/contracts/steward.ts'
import type { MachineService } from '#appliance/contracts/system.ts'
import { readHostName } from '#appliance/host/hostnamectl.ts'
import { readBootTime, readUnits, type UnitState } from '#appliance/host/systemctl.ts'
import { readTime } from '#appliance/host/timedatectl.ts'
import type { App } from '#appliance/ipc/app.ts'

export function registerMachine(app: App): void {
  app.openapi(stewardRoutes.machine, async (c) => {
    const [hostName, time, bootedAt, units] = await Promise.all([
      readHostName(),
      readTime(),
      readBootTime(),
      readUnits(),
    ])
    const services = units.map(serviceOf)
    return c.json({ hostName, ...time, bootedAt: (bootedAt ?? new Date(0)).toISOString(), services }, 200)
  })
}

function serviceOf({ unit, active, isTriggered, since, restarts, memoryBytes }: UnitState): MachineService {
  return {
    name: unit.replace(/^hob-/, '').replace(/\.service$/, ''),
    state: stateOf(active, isTriggered),
    since: since?.toISOString() ?? null,
    restarts,
    memoryBytes,
  }
}

function stateOf(active: UnitState['active'], isTriggered: boolean): MachineService['state'] {
  if (active === 'active' || active === 'reloading') return 'running'
  if (active === 'activating') return 'starting'
  if (active === 'failed') return 'failed'
  return isTriggered ? 'on_demand' : 'stopped'
}
