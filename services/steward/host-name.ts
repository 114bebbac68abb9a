// The machine's own name follows the box's: set when the owner renames the box, and at its first start.
import { stewardRoutes } from '#appliance/contracts/steward.ts'
import { setHostName } from '#appliance/host/hostnamectl.ts'
import type { App } from '#appliance/ipc/app.ts'

export function registerHostName(app: App): void {
  app.openapi(stewardRoutes.setHostName, async (c) => {
    await setHostName(c.req.valid('json').hostName)
    return c.body(null, 204)
  })
}
