// The api's process: the only listener. Wires the walls, the routes, the history and the live channel together.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadConfig } from '#appliance/config/load.ts'
import { createClient } from '#appliance/ipc/client.ts'
import { beginLifecycle } from '#appliance/ipc/lifecycle.ts'
import { closeServer, listen, serveSocket, socketPath } from '#appliance/ipc/serve.ts'
import { createLog } from '#appliance/log.ts'
import { createTimers, systemClock } from '#appliance/timers/timers.ts'
import { createApi } from './app.ts'
import { createModelsChat } from './history/models-chat.ts'
import { createModelsEmbed } from './history/models-embed.ts'
import { registerHistory } from './history/routes.ts'
import { createHub } from './live/hub.ts'
import { createLiveServer, registerLive } from './live/routes.ts'
import { createLoadSampler } from './load.ts'
import { createMetrics } from './metrics.ts'
import { createModelsView } from './models-view.ts'
import { registerPage } from './page.ts'
import { registerMachine } from './routes/machine.ts'
import { registerModels } from './routes/models.ts'
import { registerOpenAi } from './routes/openai.ts'
import { registerStatus } from './routes/status.ts'
import { createWebServer } from './server.ts'
import { createConnections } from './walls/connections.ts'
import { createAdmission } from './walls/principal.ts'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const { version } = JSON.parse(readFileSync(at('../../package.json'), 'utf8')) as { version: string }
const config = loadConfig(process.env)
const log = createLog({ service: 'api', level: config.logLevel })
const timers = createTimers({ clock: systemClock, log })
const models = createClient({ service: 'models', socketPath: socketPath(config.runDir, 'models') })
const hub = createHub()
const view = createModelsView({ models, hub, log })
const connections = createConnections({ limit: config.maxConnections })
const admission = createAdmission()
const metrics = createMetrics({ connections: connections.open, liveClients: () => live.connections() })
const load = createLoadSampler()
const app = createApi({ log, metrics, connections, admission })
const live = registerLive(app, { hub })
const history = registerHistory(app, {
  file: join(config.dataDir, 'api', 'history.db'),
  chat: createModelsChat({ client: models }),
  embed: createModelsEmbed({ client: models, model: view.embeddingModel }),
  contextTokens: view.contextTokens,
  publish: (user, id, change) => hub.publish('conversation', { id, change }, { user }),
  clock: systemClock,
  log,
})
const life = beginLifecycle({
  log,
  drain: async (deadline) => {
    live.close()
    await Promise.all([
      timers.stop(),
      history.close(),
      view.close(),
      own.close(deadline),
      closeServer(web, deadline),
    ])
    models.close()
  },
})
registerOpenAi(app, { models })
registerModels(app, { models })
const count = () => ({ open: connections.open(), limit: connections.limit })
registerStatus(app, {
  models,
  version,
  startedAt: new Date(),
  address: () => address,
  load,
  connections: count,
})
registerMachine(app, {
  models,
  registry: metrics.registry,
  version,
  isReady: view.reachable,
  draining: life.draining,
})
registerPage(app, { folder: at('web/dist') })

const web = createWebServer({ app, websocket: createLiveServer() })
connections.guard(web)
const own = await serveSocket({ service: 'api', runDir: config.runDir, fetch: app.fetch })
admission.trustSocketOf(own.server)
await listen(web, { port: config.port, host: config.listen })
const bound = web.address()
const port = typeof bound === 'object' && bound !== null ? bound.port : config.port
const address = `http://${config.listen === '127.0.0.1' ? 'localhost' : config.listen.replace('::1', '[::1]')}:${port}`

const dayMs = 86_400_000
timers.every('27 3 * * *', 'history retention', async () => {
  if (config.historyDays > 0) await history.deleteOlderThan(new Date(Date.now() - config.historyDays * dayMs))
})
timers.every('*/2 * * * * *', 'load', () => {
  if (live.connections() > 0) hub.publish('load', load(), 'everyone')
})
await view.met
life.ready(address)
