// How the box is, in one answer for the page and `hob status`. What cannot be reached is told as down, not as an error.
import type { Context } from 'hono'
import { boxRoutes, type Status } from '#appliance/contracts/box.ts'
import { modelsRoutes } from '#appliance/contracts/models.ts'
import type { App, AppEnv } from '#appliance/ipc/app.ts'
import type { Client } from '#appliance/ipc/client.ts'
import { type HealthReader, orNull } from '../health/read.ts'

interface Options {
  models: Client
  health: HealthReader
  version: string
  startedAt: Date
  addresses: () => string[]
  load: () => Status['load']
  connections: () => Status['connections']
}

export function registerStatus(
  app: App,
  { models, health, version, startedAt, addresses, load, connections }: Options,
): void {
  app.openapi(boxRoutes.status, async (c) => {
    const services = await health.services()
    const isThere = services.some(({ name, state }) => name === 'models' && state !== 'down')
    const [state, choice] = isThere
      ? await Promise.all([
          orNull(models.call(modelsRoutes.state, {}, caller(c))),
          orNull(models.call(modelsRoutes.choice, {}, caller(c))),
        ])
      : [null, null]
    const status: Status = {
      name: 'Hob',
      version,
      startedAt: startedAt.toISOString(),
      addresses: addresses(),
      services: services.map(({ name, state, residentBytes }) => ({ name, state, residentBytes })),
      models: state,
      choice:
        choice === null
          ? null
          : { chosen: choice.chosen, words: choice.words, recommended: choice.recommended },
      load: load(),
      connections: connections(),
      principal: c.get('principal'),
    }
    return c.json(status, 200)
  })
}

const caller = (c: Context<AppEnv>) => ({
  principal: c.get('principal'),
  requestId: c.get('requestId'),
  // the first look at a machine takes seconds
  timeoutMs: 60_000,
})
