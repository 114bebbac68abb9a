// The machine's time zone: those that it knows, and which one it is.
import { stewardRoutes } from '#appliance/contracts/steward.ts'
import { HobError } from '#appliance/errors.ts'
import { listTimeZones, setTimeZone } from '#appliance/host/timedatectl.ts'
import type { App } from '#appliance/ipc/app.ts'

export function registerTimeZone(app: App): void {
  app.openapi(stewardRoutes.timeZones, async (c) => c.json({ timeZones: await listTimeZones() }, 200))
  app.openapi(stewardRoutes.setTimeZone, async (c) => {
    const { timeZone } = c.req.valid('json')
    if (!(await listTimeZones()).includes(timeZone))
      throw new HobError('time_zone_unknown', { timeZone }, { param: 'timeZone' })
    await setTimeZone(timeZone)
    return c.body(null, 204)
  })
}
