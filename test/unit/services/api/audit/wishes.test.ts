// What became of a model that somebody asked for is recorded once, with who asked, whichever of the two is told first.
import { beforeEach, expect, test } from 'vitest'
import type { AuditRecord } from '#appliance/contracts/audit.ts'
import type { Download } from '#appliance/contracts/models.ts'
import { createApp } from '#appliance/ipc/app.ts'
import { createLog } from '#appliance/log.ts'
import { createWishes, type Wishes } from '#services/api/audit/wishes.ts'

const running: Download = {
  id: 'd1',
  source: 'http://models.example/x.gguf',
  file: 'x.gguf',
  state: 'running',
  receivedBytes: 0,
  totalBytes: null,
  bytesPerSecond: 0,
  model: null,
  error: null,
}
const error = (code: string) => ({ code, message: 'no', remedy: 'none' })
const refused: Download = { ...running, state: 'failed', error: error('url_not_allowed') }

let wishes: Wishes
let rows: AuditRecord[]
beforeEach(() => {
  rows = []
  wishes = createWishes({ audit: { append: (record) => (rows.push(record), null) } })
})

/** By a request from 192.168.1.20. */
async function ask(download: Download): Promise<void> {
  const app = createApp({ log: createLog({ service: 'api', level: 'error', write: () => undefined }) })
  app.get('/', (c) => {
    wishes.asked(c, download)
    return c.body(null, 204)
  })
  const env = { incoming: { socket: { remoteAddress: '192.168.1.20' } } }
  expect((await app.request('/', {}, env)).status).toBe(204)
}

test('a refusal is told after the answer, or before it', async () => {
  await ask(running)
  wishes.told(running)
  expect(rows).toEqual([])
  wishes.told(refused)
  wishes.told({ ...refused, id: 'd2' })
  await ask({ ...running, id: 'd2' })
  expect(rows).toHaveLength(2)
  for (const row of rows)
    expect(row).toMatchObject({
      action: 'model.added',
      outcome: 'refused',
      code: 'url_not_allowed',
      target: 'x.gguf',
      from: { address: '192.168.1.20' },
      details: { source: 'http://models.example/x.gguf' },
    })
})

test('what failed otherwise failed, what arrived was added, what was cancelled is nothing', async () => {
  for (const id of ['d1', 'd2', 'd3']) await ask({ ...running, id })
  wishes.told({ ...running, id: 'd1', state: 'failed', error: error('download_failed') })
  wishes.told({ ...running, id: 'd2', state: 'done', model: 'x' })
  wishes.told({ ...running, id: 'd3', state: 'cancelled' })
  expect(rows.map(({ outcome, target }) => [outcome, target])).toEqual([
    ['failed', 'x.gguf'],
    ['done', 'x'],
  ])
})

test('what the models service lists again is not recorded again, and nobody’s is not recorded', async () => {
  await ask(running)
  wishes.told(refused)
  wishes.told(refused)
  for (let i = 0; i < 300; i++) wishes.told({ ...refused, id: `old ${i}` })
  expect(rows).toHaveLength(1)
})
