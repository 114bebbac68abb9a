// The models service's own routes, passed on under /hob/v1 for the page and the command. What changes which models there
// are, or which are in memory, is recorded.
import { basename } from 'node:path'
import type { Context } from 'hono'
import { modelsRoutes } from '#appliance/contracts/models.ts'
import { passedOn } from '#appliance/contracts/openapi.ts'
import type { App, AppEnv } from '#appliance/ipc/app.ts'
import type { Caller, Client } from '#appliance/ipc/client.ts'
import { publicUrl } from '#appliance/net/guard.ts'
import { recorded } from '../audit/request.ts'
import type { Audit } from '../audit/routes.ts'

/** The first probe of a machine measures its memory; everything else answers at once. */
const timeoutMs = 60_000

interface Uses {
  models: Client
  audit: Pick<Audit, 'append'>
}

export function registerModels(app: App, { models, audit }: Uses): void {
  const { state, installed, choice, hardware, add, remove, load, unload, downloads, cancelDownload } =
    modelsRoutes
  const caller = (c: Context<AppEnv>): Caller => ({
    principal: c.get('principal'),
    requestId: c.get('requestId'),
    timeoutMs,
  })

  app.openapi(passedOn(state), async (c) => c.json(await models.call(state, {}, caller(c)), 200))
  app.openapi(passedOn(installed), async (c) => c.json(await models.call(installed, {}, caller(c)), 200))
  app.openapi(passedOn(choice), async (c) => c.json(await models.call(choice, {}, caller(c)), 200))
  app.openapi(passedOn(hardware), async (c) => c.json(await models.call(hardware, {}, caller(c)), 200))
  app.openapi(passedOn(downloads), async (c) => c.json(await models.call(downloads, {}, caller(c)), 200))
  app.openapi(passedOn(add), async (c) => {
    const asked = c.req.valid('json')
    // the rest of an address may be a secret: whoever signed it let its bearer in
    const source = /^https?:/i.test(asked.source) ? publicUrl(asked.source) : asked.source
    const about = {
      action: 'model.added',
      target: asked.name ?? basename(source),
      details: { source },
    } as const
    return c.json(await recorded(audit, c, about, () => models.call(add, { json: asked }, caller(c))), 202)
  })
  app.openapi(passedOn(remove), async (c) => {
    const { id } = c.req.valid('param')
    await recorded(audit, c, { action: 'model.removed', target: id }, () =>
      models.call(remove, { params: { id } }, caller(c)),
    )
    return c.body(null, 204)
  })
  app.openapi(passedOn(load), async (c) => {
    const { id } = c.req.valid('param')
    const loading = await recorded(audit, c, { action: 'model.loaded', target: id }, () =>
      models.call(load, { params: { id } }, caller(c)),
    )
    return c.json(loading, 202)
  })
  app.openapi(passedOn(unload), async (c) => {
    const { id } = c.req.valid('param')
    const unloaded = await recorded(audit, c, { action: 'model.unloaded', target: id }, () =>
      models.call(unload, { params: { id } }, caller(c)),
    )
    return c.json(unloaded, 200)
  })
  app.openapi(passedOn(cancelDownload), async (c) =>
    c.json(await models.call(cancelDownload, { params: c.req.valid('param') }, caller(c)), 200),
  )
}
