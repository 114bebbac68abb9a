// The models service's routes over the scripted engine, called in this process, with helpers that read answers as a
// client would. Used by the OpenAI tests.
import { EventEmitter } from 'node:events'
import type { z } from 'zod'
import type { InstalledModel } from '#appliance/contracts/models.ts'
import { encodePrincipal, localOwner, principalHeader } from '#appliance/contracts/principal.ts'
import type { App } from '#appliance/ipc/app.ts'
import { createOwnHealth } from '#appliance/ipc/own-health.ts'
import type { Clock } from '#appliance/timers/timers.ts'
import { createManager, type Manager } from '#services/models/manager.ts'
import { createMetrics, type ModelsMetrics } from '#services/models/metrics.ts'
import { createRoutes } from '#services/models/routes.ts'
import {
  createFakeEngineFactory,
  type FakeEngineFactory,
  type FakeEngineOptions,
} from '#test/fakes/fake-engine.ts'
import { createManualClock, type ManualClock } from '#test/fakes/manual-clock.ts'
import {
  createFakeFolder,
  createFakePlanner,
  createKeptLog,
  fakeDownloads,
  fakeHardware,
  makeModel,
  makePlan,
} from '#test/fakes/models-parts.ts'

interface Options {
  engine?: FakeEngineOptions
  models?: readonly InstalledModel[]
  sequences?: number
  contextTokens?: number
  queueLength?: number
  clock?: Clock
}

export interface Call {
  answer: Promise<Response>
  /** Cuts the connection as a client that leaves does. */
  leave(): void
}

export interface TestApp {
  app: App
  manager: Manager
  metrics: ModelsMetrics
  factory: FakeEngineFactory
  clock: ManualClock
  draining: AbortController
  logLines: readonly string[]
  post(path: string, body: unknown, user?: string): Call
  get(path: string): Promise<Response>
}

export function createTestApp(options: Options = {}): TestApp {
  const clock = createManualClock()
  const { log, lines } = createKeptLog()
  const factory = createFakeEngineFactory(options.engine)
  const models = options.models ?? [makeModel('tiny')]
  const folder = createFakeFolder(models)
  const { sequences = 4, contextTokens = 2_048 } = options
  const planner = createFakePlanner(() => models.map(({ id }) => makePlan(id, { sequences, contextTokens })))
  const metrics = createMetrics()
  const draining = new AbortController()
  const health = createOwnHealth({ service: 'models', now: clock.now })
  const manager = createManager({
    factory,
    folder,
    planner,
    clock,
    log,
    settings: { model: 'auto', queueLength: options.queueLength ?? 8, idleUnloadMinutes: 30 },
  })
  const app = createRoutes({
    manager,
    planner,
    folder,
    downloads: fakeDownloads,
    hardware: fakeHardware,
    metrics,
    health: health.read,
    clock,
    log,
    draining: draining.signal,
  })
  const headersOf = (user: string): Record<string, string> => ({
    'content-type': 'application/json',
    [principalHeader]: encodePrincipal({ ...localOwner('api'), user }),
  })
  const connection = () => Object.assign(new EventEmitter(), { writableFinished: false })
  return {
    app,
    manager,
    metrics,
    factory,
    clock,
    draining,
    logLines: lines,
    post: (path, body, user = 'anna') => {
      const outgoing = connection()
      const init = { method: 'POST', headers: headersOf(user), body: JSON.stringify(body) }
      return {
        answer: Promise.resolve(app.request(path, init, { outgoing })),
        leave: () => void outgoing.emit('close'),
      }
    },
    get: async (path) => await app.request(path, { headers: headersOf('anna') }, { outgoing: connection() }),
  }
}

/** The events of a stream: `data` of each, and the comments between them. */
export async function readEvents(response: Response): Promise<{ data: string[]; comments: string[] }> {
  const text = await response.text()
  const blocks = text.split('\n\n').filter((block) => block !== '')
  return {
    data: blocks.filter((block) => block.startsWith('data: ')).map((block) => block.slice(6)),
    comments: blocks.filter((block) => block.startsWith(': ')).map((block) => block.slice(2)),
  }
}

/** Reads a stream that ended well: every chunk through the contract's schema. */
export async function readChunks<Schema extends z.ZodType>(
  response: Response,
  schema: Schema,
): Promise<z.output<Schema>[]> {
  const { data } = await readEvents(response)
  if (data.at(-1) !== '[DONE]') throw new TypeError(`the stream ended with ${data.at(-1)}`)
  return data.slice(0, -1).map((text) => schema.parse(JSON.parse(text)))
}
