// The api's process: the only listener. Wires the walls, the routes, the history and the live channel together.
import { join } from 'node:path'
import { loadConfig } from '#appliance/config/load.ts'
import { createClient } from '#appliance/ipc/client.ts'
import { beginLifecycle } from '#appliance/ipc/lifecycle.ts'
import { serveSocket, socketPath } from '#appliance/ipc/serve.ts'
import { createLog } from '#appliance/log.ts'
import { systemClock } from '#appliance/timers/timers.ts'
import { openDoors } from './doors.ts'
import { createModelsChat } from './history/models-chat.ts'
import { createModelsEmbed } from './history/models-embed.ts'
import { registerHistory } from './history/routes.ts'
import { createHub } from './live/hub.ts'
import { createLiveServer, registerLive } from './live/routes.ts'
import { createLoadSampler } from './load.ts'
import { createModelsView } from './models-view.ts'
import { startRecurring } from './recurring.ts'
import { readVersion, registerRoutes } from './routes.ts'
import { addressOf, createWebServer } from './server.ts'

const config = loadConfig(process.env)
const log = createLog({ service: 'api', level: config.logLevel })
const life = beginLifecycle({ log })
const models = createClient({ service: 'models', socketPath: socketPath(config.runDir, 'models') })
const hub = createHub()
const version = readVersion()
const doors = await openDoors({
  config,
  log,
  clock: systemClock,
  version,
  web: () => web,
  onRemoved: (user) => history.deletePerson(user),
})
const { app, audit, connections, admission, identity, metrics, names, wishes } = doors
const view = createModelsView({ models, hub, log, onDownload: wishes.told })
const live = registerLive(app, { hub, identity })
metrics.add('hob_api_live_clients', 'Clients on the live channel', live.connections)
const history = registerHistory(app, {
  file: join(config.dataDir, 'api', 'history.db'),
  chat: createModelsChat({ client: models }),
  embed: createModelsEmbed({ client: models, model: view.embeddingModel }),
  contextTokens: view.contextTokens,
  publish: (user, id, change) => hub.publish('conversation', { id, change }, { user }),
  clock: systemClock,
  log,
})
const load = createLoadSampler()
const timers = startRecurring({ history, historyDays: config.historyDays, audit, hub, live, load, log })
const websocket = createLiveServer()
const web = createWebServer({ app, connections, names, websocket, certificate: doors.certificate() })
const address = (): string => addressOf(web.port(), config)
const { draining } = life
const { registry } = metrics
registerRoutes(app, { models, view, wishes, connections, version, registry, load, address, draining })
const own = await serveSocket({ service: 'api', runDir: config.runDir, fetch: app.fetch })
admission.trustSocketOf(own.server)
await web.listen({ port: config.port, host: config.listen })
await doors.open()
life.onDrain(async (deadline) => {
  live.close()
  const servers = [own.close(deadline), web.close(deadline), doors.close(deadline)]
  await Promise.all([timers.stop(), history.close(), view.close(), ...servers])
  models.close()
})
await view.met
life.ready(address())
