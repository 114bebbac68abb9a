// Restarts the machine and switches it off: systemd is asked, and answers when it has begun to stop what runs.
import { stewardRoutes } from '#appliance/contracts/steward.ts'
import { powerOff, reboot } from '#appliance/host/systemctl.ts'
import type { App } from '#appliance/ipc/app.ts'
import type { Log } from '#appliance/log.ts'

export function registerPower(app: App, { log }: { log: Log }): void {
  app.openapi(stewardRoutes.reboot, async (c) => {
    log.info('the machine restarts', { request_id: c.get('requestId') })
    await reboot()
    return c.json({ leaving: 'reboot' as const }, 202)
  })
  app.openapi(stewardRoutes.powerOff, async (c) => {
    log.info('the machine is switched off', { request_id: c.get('requestId') })
    await powerOff()
    return c.json({ leaving: 'power_off' as const }, 202)
  })
}
