// The route that tells which boxes are on the network; browsing runs while somebody asks, and at no other time.
import { networkRoutes } from '#appliance/contracts/network.ts'
import type { App } from '#appliance/ipc/app.ts'
import type { Browser } from './browse.ts'

interface Uses {
  browser: Browser
  /** This box's id, to tell it from the others. */
  ownId: string
}

export function registerDiscovery(app: App, { browser, ownId }: Uses): void {
  app.openapi(networkRoutes.discover, async (c) => {
    const { seconds } = c.req.valid('query')
    const found = await browser.browse(seconds)
    return c.json({ boxes: found.map((box) => ({ ...box, own: box.id === ownId })) }, 200)
  })
}
