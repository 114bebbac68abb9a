// The routes about names: what this box is called, another name for it, and which boxes are on the network. Browsing
// runs while somebody asks, and at no other time.
import { type BoxNames, networkRoutes } from '#appliance/contracts/network.ts'
import { HobError } from '#appliance/errors.ts'
import type { App } from '#appliance/ipc/app.ts'
import { byRequest } from '../audit/request.ts'
import type { Audit } from '../audit/routes.ts'
import type { Browser } from './browse.ts'
import type { Renaming } from './rename.ts'

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

interface NamesUses {
  names: () => BoxNames
  renaming: Renaming
  audit: Pick<Audit, 'append'>
}

export function registerNames(app: App, { names, renaming, audit }: NamesUses): void {
  app.openapi(networkRoutes.names, (c) => c.json(names(), 200))

  app.openapi(networkRoutes.rename, async (c) => {
    const before = names()
    try {
      const next = await renaming.rename(c.req.valid('json'))
      if (next !== null) {
        const details = { name: next.name, label: next.host, was: `${before.name} (${before.label})` }
        audit.append(byRequest(c, { action: 'box.renamed', outcome: 'done', details }))
      }
    } catch (error) {
      if (error instanceof HobError)
        audit.append(byRequest(c, { action: 'box.renamed', outcome: 'refused', code: error.code }))
      throw error
    }
    return c.json(names(), 200)
  })
}
