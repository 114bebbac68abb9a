// A recovery key on its way through the api: to whoever asked, in no cache, no record and no log.
import { expect, test } from 'vitest'
import type { AuditRecord } from '#appliance/contracts/audit.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import { type ErrorCode, HobError } from '#appliance/errors.ts'
import { createApp } from '#appliance/ipc/app.ts'
import type { Client } from '#appliance/ipc/client.ts'
import { createLog } from '#appliance/log.ts'
import { registerSystem } from '#services/api/system/routes.ts'

const key = Array.from({ length: 8 }, () => 'cbdefghi').join('-')

function open(fails: ErrorCode | null = null) {
  const written: string[] = []
  const records: AuditRecord[] = []
  const log = createLog({ service: 'api', level: 'debug', write: (line) => written.push(line) })
  const app = createApp({ log })
  app.use(async (c, next) => {
    c.set('principal', localOwner('service'))
    await next()
  })
  const client = {
    call: async () => {
      await Promise.resolve()
      if (fails !== null) throw new HobError(fails)
      return { key }
    },
    open: () => expect.unreachable(),
    close: () => undefined,
  } as unknown as Client
  registerSystem(app, {
    steward: {
      isHere: () => true,
      client: () => client,
      nameHost: async () => undefined,
      close: () => undefined,
    },
    audit: {
      append: (record) => {
        records.push(record)
        return null
      },
    },
    health: { services: () => expect.unreachable() } as never,
    version: '1',
  })
  const env = { incoming: { socket: {} } }
  const make = async () => await app.request('/hob/v1/system/recovery-key', { method: 'POST' }, env)
  return { make, records, written }
}

test('it is answered to whoever asked, for no cache to keep', async () => {
  const { make, records, written } = open()
  const answer = await make()
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([201, 'no-store'])
  expect(await answer.json()).toEqual({ key })
  expect(records).toMatchObject([{ action: 'system.recovery_key_made', outcome: 'done', target: null }])
  expect(JSON.stringify([records, written])).not.toContain('cbdefghi')
})

test('what was refused is recorded, too', async () => {
  const { make, records } = open('data_not_sealed')
  expect((await make()).status).toBe(409)
  expect(records).toMatchObject([
    { action: 'system.recovery_key_made', outcome: 'refused', code: 'data_not_sealed' },
  ])
})
