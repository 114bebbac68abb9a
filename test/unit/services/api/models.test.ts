// The models' routes of the api: what changes the models is recorded, with who did it and how it ended.
import { describe, expect, test } from 'vitest'
import { type AuditRecord, auditEntrySchema } from '#appliance/contracts/audit.ts'
import type { Caller } from '#appliance/contracts/principal.ts'
import { HobError } from '#appliance/errors.ts'
import { createApp } from '#appliance/ipc/app.ts'
import type { Client } from '#appliance/ipc/client.ts'
import { createLog } from '#appliance/log.ts'
import { createWishes } from '#services/api/audit/wishes.ts'
import { registerModels } from '#services/api/routes/models.ts'

const anna: Caller = {
  principal: { user: 'p-anna', role: 'owner', scopes: ['*'], origin: 'page' },
  by: 'session',
  id: 's1',
  name: 'Anna',
  fresh: true,
  address: '192.168.1.20',
}

/** The models service does what it is asked, or refuses it. */
function box(refusal?: HobError) {
  const records: AuditRecord[] = []
  const app = createApp({ log: createLog({ service: 'api', level: 'error', write: () => undefined }) })
  app.use(async (c, next) => {
    c.set('caller', anna)
    c.set('principal', anna.principal)
    await next()
  })
  const models: Client = {
    call: () => (refusal === undefined ? Promise.resolve(undefined as never) : Promise.reject(refusal)),
    open: () => Promise.reject(new TypeError('not asked for')),
    close: () => undefined,
  }
  const audit = {
    append: (record: AuditRecord) => {
      records.push(auditEntrySchema.omit({ seq: true, at: true, hash: true }).parse(record))
      return null
    },
  }
  registerModels(app, { models, audit, wishes: createWishes({ audit }) })
  const ask = async (method: string, path: string, body?: object): Promise<number> => {
    const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const incoming = { socket: { remoteAddress: anna.address } }
    const sent = { method, ...(body === undefined ? {} : json) }
    return (await app.request(`/hob/v1/models${path}`, sent, { incoming })).status
  }
  return { ask, records }
}

const who = { person: 'p-anna', name: 'Anna', by: 'session', id: 's1' }
const from = { address: '192.168.1.20', agent: null }

describe('what changes the models is recorded:', () => {
  test.each([
    ['removing', 'DELETE', '/qwen3', 'model.removed'],
    ['loading', 'POST', '/qwen3/load', 'model.loaded'],
    ['unloading', 'POST', '/qwen3/unload', 'model.unloaded'],
  ])('%s one', async (_, method, path, action) => {
    const { ask, records } = box()
    expect(await ask(method, path)).toBeLessThan(300)
    const done = { who, from, action, target: 'qwen3', outcome: 'done', code: null, details: {} }
    expect(records).toEqual([done])
  })

  test('and that it was refused, or failed', async () => {
    const builtIn = box(new HobError('model_built_in', { model: 'hob' }))
    expect(await builtIn.ask('DELETE', '/hob')).toBe(409)
    expect(builtIn.records).toMatchObject([{ outcome: 'refused', code: 'model_built_in', target: 'hob' }])
    const down = box(new HobError('service_unavailable', { service: 'models' }))
    expect(await down.ask('POST', '/hob/load')).toBe(503)
    expect(down.records).toMatchObject([{ outcome: 'failed', code: 'service_unavailable' }])
  })

  test('while looking at them is not', async () => {
    const { ask, records } = box()
    await ask('GET', '/installed')
    expect(records).toEqual([])
  })
})
