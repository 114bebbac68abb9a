// All routes but the history's and the live channel's, which keep state of their own and are registered by main.ts.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Registry } from 'prom-client'
import { HobError } from '#appliance/errors.ts'
import type { App } from '#appliance/ipc/app.ts'
import type { Client } from '#appliance/ipc/client.ts'
import type { Wishes } from './audit/wishes.ts'
import type { LoadSampler } from './load.ts'
import type { ModelsView } from './models-view.ts'
import { registerPage } from './page.ts'
import { registerMachine } from './routes/machine.ts'
import { registerModels } from './routes/models.ts'
import { registerOpenAi } from './routes/openai.ts'
import { registerStatus } from './routes/status.ts'
import type { Connections } from './walls/connections.ts'

interface Options {
  models: Client
  view: ModelsView
  wishes: Wishes
  connections: Connections
  version: string
  registry: Registry
  load: LoadSampler
  address: () => string
  draining: AbortSignal
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Of this Hob, from package.json. */
export function readVersion(): string {
  const { version } = JSON.parse(readFileSync(at('../../package.json'), 'utf8')) as { version: string }
  return version
}

export function registerRoutes(app: App, options: Options): void {
  const { models, view, wishes, connections, version, registry, load, address, draining } = options
  const count = () => ({ open: connections.open(), limit: connections.limit })
  registerOpenAi(app, { models })
  registerModels(app, { models, wishes })
  registerStatus(app, { models, version, startedAt: new Date(), address, load, connections: count })
  registerMachine(app, { models, registry, version, isReady: view.reachable, draining })
  refuseOtherMethods(app)
  // last: it takes what is left
  registerPage(app, { folder: at('web/dist') })
}

/** A path that exists answers another method with what it does take. */
function refuseOtherMethods(app: App): void {
  const methods = new Map<string, Set<string>>()
  for (const { path, method } of app.routes) {
    if (method !== 'ALL') methods.set(path, (methods.get(path) ?? new Set()).add(method))
  }
  for (const [path, known] of methods) {
    const allowed = [...known].join(', ')
    app.all(path, (c) => {
      throw new HobError('method_not_allowed', { path: c.req.path, method: c.req.method, allowed })
    })
  }
}
