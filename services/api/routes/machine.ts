// What programs ask a server about itself: is it alive, is it ready, its metrics, its OpenAPI document.

import { text } from 'node:stream/consumers'
import type { Registry } from 'prom-client'
import { openApiDocument } from '#appliance/contracts/openapi.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import { HobError } from '#appliance/errors.ts'
import type { App } from '#appliance/ipc/app.ts'
import type { Client } from '#appliance/ipc/client.ts'

interface Options {
  models: Client
  registry: Registry
  version: string
  isReady: () => boolean
  draining: AbortSignal
}

export function registerMachine(app: App, { models, registry, version, isReady, draining }: Options): void {
  const document = JSON.stringify(openApiDocument(version))

  app.get('/healthz', (c) => c.text('ok'))
  app.get('/readyz', (c) => (isReady() && !draining.aborted ? c.text('ready') : c.text('not ready', 503)))
  app.get('/openapi.json', (c) => c.body(document, 200, { 'content-type': 'application/json' }))
  app.get('/metrics', async (c) => {
    const theirs = await modelsMetrics(models)
    return c.body(`${await registry.metrics()}\n${theirs}`, 200, { 'content-type': registry.contentType })
  })
}

/** Empty while the models service is down: the box's own figures are still worth having. */
async function modelsMetrics(models: Client): Promise<string> {
  try {
    const answer = await models.open('GET', '/metrics', null, {
      principal: localOwner('service'),
      timeoutMs: 5_000,
    })
    return answer.statusCode === 200 ? await text(answer) : ''
  } catch (error) {
    if (error instanceof HobError) return ''
    throw error
  }
}
