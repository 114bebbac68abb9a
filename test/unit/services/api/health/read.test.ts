// What the box says of itself when something is missing or wrong: null and “down”, never a made-up figure.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createClient } from '#appliance/ipc/client.ts'
import { createOwnHealth } from '#appliance/ipc/own-health.ts'
import { createLog } from '#appliance/log.ts'
import { openStore } from '#appliance/store/open.ts'
import { createHealth } from '#services/api/health/read.ts'
import { createLoadSampler } from '#services/api/load.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hob-health-'))
  mkdirSync(join(folder, 'api'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const born = new Date('2026-05-01T12:00:00Z')

function box({ expiresAt = null as Date | null, now = () => born } = {}) {
  const own = createOwnHealth({ service: 'api', now })
  const log = createLog({ service: 'api', level: 'error', write: () => undefined, onError: own.sawError })
  const models = createClient({ service: 'models', socketPath: join(folder, 'nobody.sock') })
  const health = createHealth({
    config: { dataDir: folder, modelsDir: join(folder, 'not-there') },
    own: own.read,
    models,
    load: createLoadSampler(),
    certificate: () => (expiresAt === null ? null : { source: 'owner', expiresAt }),
    now,
  })
  return { health, log }
}

test('a service that cannot be asked is down, and nothing else is said of it', async () => {
  const [api, models] = await box().health.services()
  expect(api).toMatchObject({ name: 'api', state: 'ready', errors: { count: 0, lastAt: null } })
  expect(models).toEqual({
    name: 'models',
    state: 'down',
    residentBytes: null,
    version: null,
    startedAt: null,
    errors: null,
  })
})

test('what the log calls an error is counted, whoever logs it', async () => {
  const { health, log } = box()
  log.warn('not this')
  log.error('this')
  log.with({ request_id: 'x' }).error('and this')
  const [api] = await health.services()
  expect(api?.errors).toEqual({ count: 2, lastAt: born.toISOString() })
})

test('a folder that is gone has no space rather than none', async () => {
  const { disks } = await box().health.read()
  expect(disks.map(({ folder: name, totalBytes }) => [name, totalBytes === null])).toEqual([
    ['data', false],
    ['models', true],
  ])
})

test('a damaged database is told beside the sound ones', async () => {
  openStore({
    file: join(folder, 'api', 'sound.db'),
    migrations: [(s) => s.exec('CREATE TABLE t (x)')],
  }).close()
  writeFileSync(
    join(folder, 'api', 'damaged.db'),
    'no database, but long enough to be read as one '.repeat(100),
  )
  const { databases } = await box().health.read()
  expect(databases).toEqual([
    { name: 'damaged', state: 'failed', bytes: null },
    { name: 'sound', state: 'ok', bytes: expect.any(Number) },
  ])
})

test('a certificate’s days are whole ones, negative when it has expired', async () => {
  const at = async (text: string) =>
    (await box({ expiresAt: new Date(text) }).health.read()).certificate?.daysLeft
  expect(await at('2026-05-31T11:59:59Z')).toBe(29)
  expect(await at('2026-05-01T11:00:00Z')).toBe(-1)
  expect((await box().health.read()).certificate).toBeNull()
})

test('a clock that was set since the start says by how much', async () => {
  let setMs = 0
  const startedAt = performance.now()
  const { health } = box({ now: () => new Date(born.getTime() + (performance.now() - startedAt) + setMs) })
  expect((await health.read()).clock.setSeconds).toBe(0)
  setMs = -3_600_000
  expect((await health.read()).clock.setSeconds).toBe(-3_600)
})
