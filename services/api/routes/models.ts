// The models service's own routes, passed on under /hob/v1 for the page and the command. What changes which models there
// are, or which are in memory, is recorded.
import type { Context } from 'hono'
import { modelsRoutes } from '#appliance/contracts/models.ts'
import { passedOn } from '#appliance/contracts/openapi.ts'
import type { App, AppEnv } from '#appliance/ipc/app.ts'
import type { Caller, Client } from '#appliance/ipc/client.ts'
import { recorded } from '../audit/request.ts'
import type { Audit } from '../audit/routes.ts'
import type { Wishes } from '../audit/wishes.ts'

/** The first probe of a machine measures its memory; everything else answers at once. */
const timeoutMs = 60_000

interface Uses {
  models: Client
  audit: Pick<Audit, 'append'>
  wishes: Wishes
}

export function registerModels(app: App, { models, audit, wishes }: Uses): void {
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
    const download = await models.call(add, { json: c.req.valid('json') }, caller(c))
    wishes.asked(c, download)
    return c.json(download, 202)
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
