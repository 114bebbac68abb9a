// The models service's process: wires the folder, the machine, the choice, the engines and the routes together.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadConfig } from '#appliance/config/load.ts'
import { createLiveProbe } from '#appliance/hardware/probe.ts'
import { readProfiles } from '#appliance/hardware/profiles.ts'
import { beginLifecycle } from '#appliance/ipc/lifecycle.ts'
import { serveSocket } from '#appliance/ipc/serve.ts'
import { createLog } from '#appliance/log.ts'
import { systemClock } from '#appliance/timers/timers.ts'
import { loadCatalogue } from './catalogue/load.ts'
import { createChoose } from './choose-here.ts'
import { createChildEngineFactory } from './engine/child-engine.ts'
import { openFiles } from './files.ts'
import { createMachine } from './machine.ts'
import { createManager } from './manager.ts'
import { createMetrics } from './metrics.ts'
import { createPlanner } from './planner.ts'
import { createRoutes } from './routes.ts'

const config = loadConfig(process.env)
const log = createLog({ service: 'models', level: config.logLevel })
const clock = systemClock
const [catalogue, profiles] = await Promise.all([
  loadCatalogue(),
  readProfiles(fileURLToPath(new URL('../../hardware-profiles/', import.meta.url))),
])
const factory = createChildEngineFactory({ log })
const machine = createMachine({
  probe: createLiveProbe(),
  profiles,
  engines: factory,
  file: join(config.dataDir, 'models', 'machine.json'),
  clock,
  log,
})
const { folder, downloads, installed } = await openFiles({ path: config.modelsDir, catalogue, clock, log })
const planner = createPlanner({
  choose: createChoose({ hardware: machine, folder: installed, catalogue, settings: config }),
  installed: folder.installed,
})
const metrics = createMetrics()
const manager = createManager({
  factory,
  folder,
  planner,
  clock,
  log,
  settings: config,
  onRestart: metrics.restarted,
})
const life = beginLifecycle({
  log,
  drain: async (deadline) => {
    installed.close()
    await Promise.all([manager.dispose(), downloads.close(), running.close(deadline)])
  },
})
let ready = false
const app = createRoutes({
  manager,
  planner,
  folder,
  downloads,
  hardware: machine,
  metrics,
  clock,
  log,
  draining: life.draining,
  isReady: () => ready,
})
await machine.begin(life.draining, () => void manager.refresh())
folder.onChange(() => void manager.refresh())
await manager.refresh()
const running = await serveSocket({ service: 'models', runDir: config.runDir, fetch: app.fetch })
ready = true
life.ready()
await manager.preload()
