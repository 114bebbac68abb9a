// The models service's process: wires the folder, the machine, the choice, the engines and the routes together.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadConfig } from '#appliance/config/load.ts'
import { createLiveProbe } from '#appliance/hardware/probe.ts'
import { readProfiles } from '#appliance/hardware/profiles.ts'
import { beginLifecycle } from '#appliance/ipc/lifecycle.ts'
import { createOwnHealth } from '#appliance/ipc/own-health.ts'
import { serveSocket } from '#appliance/ipc/serve.ts'
import { createLog, errorFields } from '#appliance/log.ts'
import { systemClock as clock } from '#appliance/timers/timers.ts'
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
const own = createOwnHealth({ service: 'models', now: clock.now })
const log = createLog({ service: 'models', level: config.logLevel, onError: own.sawError })
const life = beginLifecycle({ log })
const { draining } = life
const catalogue = await loadCatalogue()
const profiles = await readProfiles(fileURLToPath(new URL('../../hardware-profiles/', import.meta.url)))
const factory = createChildEngineFactory({ log })
const note = join(config.dataDir, 'models', 'machine.json')
const hardware = createMachine({
  probe: createLiveProbe(),
  profiles,
  engines: factory,
  file: note,
  clock,
  log,
})
const { folder, downloads, installed } = await openFiles({ path: config.modelsDir, catalogue, clock, log })
const choose = createChoose({ hardware, folder: installed, catalogue, settings: config })
const planner = createPlanner({ choose, installed: folder.installed })
const metrics = createMetrics()
const onRestart = metrics.restarted
const manager = createManager({ factory, folder, planner, clock, log, settings: config, onRestart })
life.onDrain(() => hardware.close())
life.onDrain(() => installed.close())
life.onDrain(() => manager.dispose())
life.onDrain(() => downloads.close())

const chooseAnew = (): void => {
  manager.refresh().catch((error: unknown) => log.error('choosing anew failed', errorFields(error)))
}
await hardware.begin(draining)
folder.onChange(chooseAnew)
const health = own.read
const parts = { manager, planner, folder, downloads, hardware }
const app = createRoutes({ ...parts, metrics, health, clock, log, draining })
const running = await serveSocket({ service: 'models', runDir: config.runDir, fetch: app.fetch })
life.onDrain(running.close)
life.ready()
try {
  await manager.preload()
  // while a model is loaded memory looks slower than it is
  await hardware.lookAgain(draining, chooseAnew)
} catch (error) {
  if (!draining.aborted) throw error
}
