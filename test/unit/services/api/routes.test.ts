// What the api registers, wired as its main.ts does, against what the contracts say that there is: no route escapes the
// document, and none of the document's is missing.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { loadConfig } from '#appliance/config/load.ts'
import { createClient } from '#appliance/ipc/client.ts'
import { createLog } from '#appliance/log.ts'
import { systemClock } from '#appliance/timers/timers.ts'
import { openDoors } from '#services/api/doors.ts'
import { createModelsChat } from '#services/api/history/models-chat.ts'
import { createModelsEmbed } from '#services/api/history/models-embed.ts'
import { registerHistory } from '#services/api/history/routes.ts'
import { createHub } from '#services/api/live/hub.ts'
import { createLiveServer, registerLive } from '#services/api/live/routes.ts'
import { createLoadSampler } from '#services/api/load.ts'
import { registerRoutes } from '#services/api/routes.ts'
import { createWebServer } from '#services/api/server.ts'
import { root } from '#test/tidy/tree.ts'

/** Not JSON routes: the walls know them by name (walls/rights.ts), and the page takes what is left. */
const besides = ['/healthz', '/readyz', '/metrics', '/openapi.json', '/hob/v1/live', '*', '/*'].map(
  (path) => `GET ${path}`,
)

async function registered(): Promise<string[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'hob-routes-'))
  const log = createLog({ service: 'api', level: 'error', write: () => undefined })
  const config = loadConfig({ HOB_DATA_DIR: dataDir, HOB_RUN_DIR: dataDir, HOB_TLS: 'off' })
  const models = createClient({ service: 'models', socketPath: join(dataDir, 'none.sock') })
  const hub = createHub()
  const doors = await openDoors({
    config,
    log,
    clock: systemClock,
    version: '1',
    web: () => web,
    onRemoved: () => Promise.resolve(),
  })
  const { app, connections, identity, names } = doors
  const live = registerLive(app, { hub, identity })
  const history = registerHistory(app, {
    file: join(dataDir, 'history.db'),
    chat: createModelsChat({ client: models }),
    embed: createModelsEmbed({ client: models, model: () => null }),
    contextTokens: () => null,
    publish: () => undefined,
    clock: systemClock,
    log,
  })
  const web = createWebServer({ app, connections, names, websocket: createLiveServer(), certificate: null })
  registerRoutes(app, {
    models,
    audit: doors.audit,
    view: {
      reachable: () => true,
      contextTokens: () => null,
      embeddingModel: () => null,
      met: Promise.resolve(),
      close: () => Promise.resolve(),
    },
    connections,
    version: '1',
    registry: new Registry(),
    load: createLoadSampler(),
    address: () => '',
    draining: AbortSignal.abort(),
  })
  onTestFinished(async () => {
    live.close()
    await Promise.all([history.close(), doors.close(AbortSignal.abort())])
    models.close()
    rmSync(dataDir, { recursive: true })
  })
  return app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`)
}

test('the running routes are those of openapi.json, and a handful that are named here', async () => {
  const document = z
    .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
    .parse(JSON.parse(readFileSync(join(root, 'appliance/contracts/openapi.json'), 'utf8')))
  const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(.+?)\}/g, ':$1')}`),
  )
  const running = new Set(await registered())
  expect([...running].filter((name) => !documented.includes(name) && !besides.includes(name))).toEqual([])
  expect(documented.filter((name) => !running.has(name))).toEqual([])
})
