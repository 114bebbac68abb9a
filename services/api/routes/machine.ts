// What programs, and who writes them, ask a server about itself: is it alive, is it ready, its metrics, its OpenAPI document
// and the same to read.

import { text } from 'node:stream/consumers'
import type { Registry } from 'prom-client'
import { openApiDocument } from '#appliance/contracts/openapi.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import type { App } from '#appliance/ipc/app.ts'
import type { Client } from '#appliance/ipc/client.ts'
import { createFigures } from '../health/figures.ts'
import { type HealthReader, orNull } from '../health/read.ts'
import { registerReference } from '../reference/page.ts'

interface Options {
  models: Client
  registry: Registry
  health: HealthReader
  version: string
  isReady: () => boolean
}

export function registerMachine(app: App, { models, registry, health, version, isReady }: Options): void {
  const document = JSON.stringify(openApiDocument(version))
  const take = createFigures(registry)

  app.get('/healthz', (c) => c.text('ok'))
  app.get('/readyz', (c) => (isReady() ? c.text('ready') : c.text('not ready', 503)))
  app.get('/openapi.json', (c) => c.body(document, 200, { 'content-type': 'application/json' }))
  registerReference(app, version)
  app.get('/metrics', async (c) => {
    const [theirs, now] = await Promise.all([modelsMetrics(models), health.read()])
    take(now)
    return c.body(`${await registry.metrics()}\n${theirs}`, 200, { 'content-type': registry.contentType })
  })
}

/** Empty while the models service is down: the box's own figures are still worth having. */
async function modelsMetrics(models: Client): Promise<string> {
  const caller = { principal: localOwner('service'), timeoutMs: 5_000 }
  const answer = await orNull(models.open('GET', '/metrics', null, caller))
  return answer?.statusCode === 200 ? await text(answer) : ''
}
