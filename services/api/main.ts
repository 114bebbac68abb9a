// The api's process: the only listener. Wires the walls, the routes, the history and the live channel together.
import { join } from 'node:path'
import { loadConfig } from '#appliance/config/load.ts'
import { createClient } from '#appliance/ipc/client.ts'
import { beginLifecycle } from '#appliance/ipc/lifecycle.ts'
import { createOwnHealth } from '#appliance/ipc/own-health.ts'
import { serveSocket, socketPath } from '#appliance/ipc/serve.ts'
import { createLog } from '#appliance/log.ts'
import { systemClock as clock } from '#appliance/timers/timers.ts'
import { openDoors } from './doors.ts'
import { createBoxChecks } from './health/checks.ts'
import { createHealth } from './health/read.ts'
import { createModelsChat } from './history/models-chat.ts'
import { createModelsEmbed } from './history/models-embed.ts'
import { registerHistory } from './history/routes.ts'
import { createHub } from './live/hub.ts'
import { registerLive } from './live/routes.ts'
import { createLoadSampler } from './load.ts'
import { createModelsView } from './models-view.ts'
import { startRecurring } from './recurring.ts'
import { registerRoutes } from './routes.ts'
import { createLogReader } from './system/log-reader.ts'
import { createSteward } from './system/steward.ts'

const config = loadConfig(process.env)
const own = createOwnHealth({ service: 'api', now: clock.now })
const log = createLog({ service: 'api', level: config.logLevel, onError: own.sawError })
const life = beginLifecycle({ log })
const { draining } = life
const models = createClient({ service: 'models', socketPath: socketPath(config.runDir, 'models') })
const steward = createSteward({ runDir: config.runDir })
const logs = createLogReader({ steward, folder: join(config.dataDir, 'logs') })
const hub = createHub()
const doors = await openDoors({
  config,
  log,
  clock,
  version: own.version,
  onRemoved: (user) => history.deletePerson(user),
  nameHost: steward.nameHost,
  onRenamed: (names) => hub.publish('box', names, 'everyone'),
})
const { app, audit, wishes, admission, identity, metrics, certificateInUse: certificate } = doors
const view = createModelsView({ models, hub, log, onDownload: wishes.told })
const live = registerLive(app, { hub, identity })
metrics.add('hob_api_live_clients', 'Clients on the live channel', live.connections)
const history = registerHistory(app, {
  file: join(config.dataDir, 'api', 'history.db'),
  chat: createModelsChat({ client: models }),
  embed: createModelsEmbed({ client: models, model: view.embeddingModel }),
  contextTokens: view.contextTokens,
  publish: (user, id, change) => hub.publish('conversation', { id, change }, { user }),
  clock,
  log,
})
const load = createLoadSampler()
const health = createHealth({ config, own: own.read, models, load, certificate, now: clock.now })
const checks = createBoxChecks({ config, doors, models, steward, health, clock, stopping: draining })
const timers = startRecurring({ history, historyDays: config.historyDays, audit, hub, live, load, log })
const parts = { config, doors, models, steward, logs, log, clock, view, own, health, checks, load }
registerRoutes(app, { ...parts, draining })
const socket = await serveSocket({ service: 'api', runDir: config.runDir, fetch: app.fetch })
admission.trustSocketOf(socket.server)
await doors.open()
life.onDrain(async (deadline) => {
  live.close()
  const servers = doors.close(deadline, socket.close(deadline))
  await Promise.all([timers.stop(), history.close(), view.close(), servers])
  models.close()
  steward.close()
})
await view.met
life.ready(doors.addresses()[0])
