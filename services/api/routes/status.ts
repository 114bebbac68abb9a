// How the box is, in one answer for the page and `hob status`. What cannot be reached is told as down, not as an error.
import type { Context } from 'hono'
import { boxRoutes, type Status } from '#appliance/contracts/box.ts'
import { modelsRoutes } from '#appliance/contracts/models.ts'
import { HobError } from '#appliance/errors.ts'
import type { App, AppEnv } from '#appliance/ipc/app.ts'
import type { Client } from '#appliance/ipc/client.ts'

interface Options {
  models: Client
  version: string
  startedAt: Date
  addresses: () => string[]
  load: () => Status['load']
  connections: () => Status['connections']
}

export function registerStatus(
  app: App,
  { models, version, startedAt, addresses, load, connections }: Options,
): void {
  app.openapi(boxRoutes.status, async (c) => {
    const [state, choice] = await Promise.all([
      orNull(models.call(modelsRoutes.state, {}, caller(c))),
      orNull(models.call(modelsRoutes.choice, {}, caller(c))),
    ])
    const status: Status = {
      name: 'Hob',
      version,
      startedAt: startedAt.toISOString(),
      addresses: addresses(),
      services: [
        { name: 'api', state: 'ready', residentBytes: process.memoryUsage.rss() },
        {
          name: 'models',
          state: state === null ? 'down' : 'ready',
          residentBytes: state?.residentBytes ?? null,
        },
      ],
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
  timeoutMs: 5_000,
})

async function orNull<Value>(answer: Promise<Value>): Promise<Value | null> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof HobError && error.code === 'service_unavailable') return null
    throw error
  }
}
