// /hob/v1/health: one word for everybody, everything for whoever may see the box's figures.
import { mayDo } from '#appliance/contracts/access.ts'
import { type Health, healthRoutes } from '#appliance/contracts/health.ts'
import { modelsRoutes } from '#appliance/contracts/models.ts'
import type { App } from '#appliance/ipc/app.ts'
import type { Client } from '#appliance/ipc/client.ts'
import { type HealthReader, orNull } from '../health/read.ts'

interface Options {
  models: Client
  health: HealthReader
  isUp: () => boolean
}

export function registerHealth(app: App, { models, health, isUp }: Options): void {
  app.openapi(healthRoutes.health, async (c) => {
    const up = isUp()
    const answer: Health = { status: up ? 'ok' : 'down' }
    const principal = c.get('principal')
    if (mayDo(principal, 'metrics')) {
      const caller = { principal, requestId: c.get('requestId'), timeoutMs: 5_000 }
      const [box, state] = await Promise.all([
        health.read(),
        orNull(models.call(modelsRoutes.state, {}, caller)),
      ])
      answer.detail = { ...box, models: state }
    }
    return c.json(answer, up ? 200 : 503)
  })
}
