// The api's process: the only listener. Wires the walls, the routes, the history and the live channel together.
import { join } from 'node:path'
import { loadConfig } from '#appliance/config/load.ts'
import { createClient } from '#appliance/ipc/client.ts'
import { beginLifecycle } from '#appliance/ipc/lifecycle.ts'
import { serveSocket, socketPath } from '#appliance/ipc/serve.ts'
import { createLog } from '#appliance/log.ts'
import { systemClock } from '#appliance/timers/timers.ts'
import { createApi } from './app.ts'
import { byTheBox } from './audit/record.ts'
import { registerAudit } from './audit/routes.ts'
import { createModelsChat } from './history/models-chat.ts'
import { createModelsEmbed } from './history/models-embed.ts'
import { registerHistory } from './history/routes.ts'
import { createHub } from './live/hub.ts'
import { createLiveServer, registerLive } from './live/routes.ts'
import { createLoadSampler } from './load.ts'
import { createModelsView } from './models-view.ts'
import { startRecurring } from './recurring.ts'
import { registerRoutes } from './routes.ts'
import { addressOf, createWebServer } from './server.ts'
import { noIdentity } from './walls/no-identity.ts'

const config = loadConfig(process.env)
const log = createLog({ service: 'api', level: config.logLevel })
const life = beginLifecycle({ log })
const models = createClient({ service: 'models', socketPath: socketPath(config.runDir, 'models') })
const hub = createHub()
const view = createModelsView({ models, hub, log })
const identity = noIdentity()
const { app, connections, admission, metrics, names } = createApi({
  log,
  now: systemClock.now,
  identity,
  maxConnections: config.maxConnections,
  tls: false,
  names: () => [],
  port: () => web.port(),
})
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
const timers = startRecurring({ history, historyDays: config.historyDays, hub, live, load, log })
const websocket = createLiveServer()
const web = createWebServer({ app, connections, names, websocket, certificate: null })
const address = (): string => addressOf(web.port(), { listen: config.listen, tls: 'off' })
const { draining } = life
registerRoutes(app, { models, view, connections, registry: metrics.registry, load, address, draining })
const own = await serveSocket({ service: 'api', runDir: config.runDir, fetch: app.fetch })
admission.trustSocketOf(own.server)
await web.listen({ port: config.port, host: config.listen })
life.onDrain(async (deadline) => {
  live.close()
  await Promise.all([timers.stop(), history.close(), view.close(), own.close(deadline), web.close(deadline)])
  models.close()
})
audit.append(byTheBox('box.started', {}))
await view.met
life.ready(address())
