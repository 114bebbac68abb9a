// Everything that this service answers on its socket: its own routes, OpenAI's, the event feed, health. One middleware
// takes the principal from the header; only health and metrics do without. No state.
import { ownHealthRoute, type ServiceHealth } from '#appliance/contracts/health.ts'
import { modelsRoutes, unfinishedRoutes } from '#appliance/contracts/models.ts'
import { decodePrincipal, type Principal, principalHeader } from '#appliance/contracts/principal.ts'
import { HobError } from '#appliance/errors.ts'
import { type App, createApp } from '#appliance/ipc/app.ts'
import { strictJson } from '#appliance/ipc/body.ts'
import type { Log } from '#appliance/log.ts'
import type { Clock } from '#appliance/timers/timers.ts'
import { type FeedOptions, registerFeed } from './feed.ts'
import type { Manager } from './manager.ts'
import type { ModelsMetrics } from './metrics.ts'
import { registerOpenAi } from './openai/routes.ts'
import type { Downloads, Folder, HardwareSource, Planner } from './ports.ts'

/** A long conversation with all its tools; the api refuses more before it comes here. */
const maxBodyBytes = 8 * 1024 * 1024
/** The first look at a machine measures its memory's speed. */
const hardwareLimitMs = 55_000

interface RoutesOptions extends FeedOptions {
  manager: Manager
  planner: Planner
  folder: Folder
  downloads: Downloads
  hardware: HardwareSource
  metrics: ModelsMetrics
  health: () => ServiceHealth
  clock: Clock
  log: Log
}

export function createRoutes(options: RoutesOptions): App {
  const { manager, metrics, health, log } = options
  const app = createApp({ log })
  app.openapi(ownHealthRoute, (c) => c.json(health(), 200))
  app.get('/readyz', (c) =>
    // the socket is bound when the first request can be served; one that needs the first look at the machine waits for it
    options.draining.aborted ? c.json({ status: 'draining' }, 503) : c.json({ status: 'ready' }),
  )
  app.get('/metrics', async (c) => {
    await manager.measure()
    return c.text(await metrics.text(manager.state()), 200, { 'content-type': metrics.contentType })
  })
  app.use(async (c, next) => {
    c.set('principal', principalOf(c.req.header(principalHeader)))
    await next()
  })
  app.use(strictJson({ maxBytes: maxBodyBytes }))
  registerFeed(app, options)
  registerOwn(app, options)
  registerOpenAi(app, options)
  return app
}

function registerOwn(app: App, { manager, planner, folder, downloads, hardware }: RoutesOptions): void {
  app.openapi(modelsRoutes.state, async (c) => {
    await manager.chosen()
    await manager.measure()
    return c.json(manager.state(), 200)
  })
  app.openapi(modelsRoutes.installed, (c) =>
    c.json({ models: [...folder.installed()], rejected: [...folder.rejected()] }, 200),
  )
  app.openapi(modelsRoutes.choice, async (c) => c.json(await planner.choice(manager.given()), 200))
  app.openapi(modelsRoutes.hardware, async (c) =>
    c.json(await hardware.sheet(AbortSignal.timeout(hardwareLimitMs)), 200),
  )
  app.openapi(modelsRoutes.add, async (c) => c.json(await downloads.add(c.req.valid('json')), 202))
  app.openapi(modelsRoutes.remove, async (c) => {
    const { id } = resolveExact(c.req.valid('param').id, folder)
    await manager.forget(id)
    await folder.remove(id)
    return c.body(null, 204)
  })
  app.openapi(modelsRoutes.load, async (c) =>
    c.json((await manager.load(c.req.valid('param').id)).state(), 202),
  )
  app.openapi(modelsRoutes.unload, async (c) =>
    c.json((await manager.unload(c.req.valid('param').id)).state(), 200),
  )
  app.openapi(modelsRoutes.downloads, (c) => c.json({ downloads: [...downloads.list()] }, 200))
  app.openapi(unfinishedRoutes.unfinished, async (c) =>
    c.json({ bytes: await downloads.unfinishedBytes() }, 200),
  )
  app.openapi(unfinishedRoutes.remove, async (c) => {
    await downloads.removeUnfinished()
    return c.body(null, 204)
  })
  app.openapi(modelsRoutes.cancelDownload, async (c) =>
    c.json(await downloads.cancel(c.req.valid('param').id), 200),
  )
}

/** Deleting needs the name of a model; `auto` names none. Throws model_not_found. */
function resolveExact(name: string, folder: Folder): { id: string } {
  const found = folder.installed().find(({ id }) => id.toLowerCase() === name.toLowerCase())
  if (found === undefined) throw new HobError('model_not_found', { model: name }, { param: 'model' })
  return found
}

function principalOf(header: string | undefined): Principal {
  try {
    return decodePrincipal(header)
  } catch (error) {
    throw new HobError('principal_missing', {}, { cause: error })
  }
}
