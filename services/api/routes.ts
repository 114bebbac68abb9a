// All routes but the history's and the live channel's, which keep state of their own and are registered by main.ts.
import { fileURLToPath } from 'node:url'
import { HobError } from '#appliance/errors.ts'
import type { HealthRunner } from '#appliance/health/run.ts'
import type { App } from '#appliance/ipc/app.ts'
import type { Client } from '#appliance/ipc/client.ts'
import type { OwnHealth } from '#appliance/ipc/own-health.ts'
import type { Log } from '#appliance/log.ts'
import type { LogReader } from '#appliance/logs/reader.ts'
import type { Clock } from '#appliance/timers/timers.ts'
import type { Doors } from './doors.ts'
import type { HealthReader } from './health/read.ts'
import { registerHealthChecks } from './health/routes.ts'
import type { LoadSampler } from './load.ts'
import type { ModelsView } from './models-view.ts'
import { registerPage } from './page.ts'
import { createMasking } from './privacy/mask.ts'
import { maskedReader } from './privacy/masked-reader.ts'
import { registerHealth } from './routes/health.ts'
import { registerMachine } from './routes/machine.ts'
import { registerModels } from './routes/models.ts'
import { registerOpenAi } from './routes/openai.ts'
import { registerStatus } from './routes/status.ts'
import type { PartsUses } from './support/parts.ts'
import { registerSupport } from './support/routes.ts'
import { registerLogs } from './system/logs.ts'
import { registerNetwork } from './system/network.ts'
import { registerSystem } from './system/routes.ts'
import type { Steward } from './system/steward.ts'

interface Options {
  config: PartsUses['config']
  doors: Pick<Doors, 'audit' | 'wishes' | 'connections' | 'metrics' | 'addresses' | 'known'>
  models: Client
  steward: Steward
  logs: LogReader
  log: Log
  view: ModelsView
  /** Of this process and its Hob. */
  own: Pick<OwnHealth, 'version' | 'startedAt'>
  health: HealthReader
  checks: HealthRunner
  load: LoadSampler
  clock: Clock
  draining: AbortSignal
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export function registerRoutes(app: App, options: Options): void {
  const { config, doors, models, steward, logs, log, clock, view, own, health, checks, load, draining } =
    options
  const { audit, wishes, connections, addresses } = doors
  const { registry } = doors.metrics
  const count = () => ({ open: connections.open(), limit: connections.limit })
  const isUp = (): boolean => view.reachable() && !draining.aborted
  registerOpenAi(app, { models })
  registerModels(app, { models, audit, wishes })
  registerStatus(app, { models, health, ...own, addresses, load, connections: count })
  registerSystem(app, { steward, audit, health, version: own.version })
  registerNetwork(app, { steward, audit, clock, log })
  const masking = createMasking({ known: doors.known })
  const reader = maskedReader({ reader: logs, masking })
  registerLogs(app, { reader, audit, log, draining })
  registerSupport(app, { config, models, steward, health, checks, logs: reader, ...own, audit, masking })
  registerHealth(app, { models, health, isUp })
  registerHealthChecks(app, { checks, audit })
  registerMachine(app, { models, registry, health, version: own.version, isReady: isUp })
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
