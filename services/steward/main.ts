// The steward's process: wires the host's programs and the routes, and leaves when nobody has asked for a minute.
import { loadConfig } from '#appliance/config/load.ts'
import { createHost } from '#appliance/hardware/host.ts'
import { createNetworkManager } from '#appliance/host/network-manager.ts'
import { beginLifecycle } from '#appliance/ipc/lifecycle.ts'
import { createOwnHealth } from '#appliance/ipc/own-health.ts'
import { serveSocket } from '#appliance/ipc/serve.ts'
import { createLog } from '#appliance/log.ts'
import { createJournalReader } from '#appliance/logs/journal.ts'
import { systemClock as clock } from '#appliance/timers/timers.ts'
import { leaveWhenIdle } from './idle.ts'
import { createRoutes } from './routes.ts'

const config = loadConfig(process.env)
const own = createOwnHealth({ service: 'steward', now: clock.now })
const log = createLog({ service: 'steward', level: config.logLevel, onError: own.sawError })
const life = beginLifecycle({ log })
const reader = createJournalReader()
const network = createNetworkManager()
const app = createRoutes({
  health: own.read,
  host: createHost(),
  reader,
  network,
  clock,
  log,
  draining: life.draining,
})
const running = await serveSocket({ service: 'steward', runDir: config.runDir, fetch: app.fetch })
// a minute is long for a test of the border
const afterMs = Number(process.env['HOB_STEWARD_IDLE_MS'] ?? 60_000)
leaveWhenIdle({ server: running.server, clock, leave: life.leave, afterMs })
life.onDrain(running.close)
life.ready()
