// `hob audit`: the verb against the real routes on a socket.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { audit } from '#appliance/cli/audit.ts'
import { loadConfig } from '#appliance/config/load.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import { createApp } from '#appliance/ipc/app.ts'
import { createClient } from '#appliance/ipc/client.ts'
import { serveSocket, socketPath } from '#appliance/ipc/serve.ts'
import { createLog } from '#appliance/log.ts'
import { registerAudit } from '#services/api/audit/routes.ts'
import { record } from '#test/fakes/audit/records.ts'
import { createManualClock } from '#test/fakes/manual-clock.ts'

async function box() {
  const folder = mkdtempSync(join(tmpdir(), 'hob-audit-'))
  const log = createLog({ service: 'api', level: 'error' })
  const app = createApp({ log })
  app.use(async (c, next) => {
    c.set('principal', localOwner('socket'))
    await next()
  })
  const clock = createManualClock()
  const file = join(folder, 'audit.db')
  const opened = registerAudit(app, { file, clock, log })
  const own = await serveSocket({ service: 'api', runDir: folder, fetch: app.fetch })
  const client = createClient({ service: 'api', socketPath: socketPath(folder, 'api') })
  onTestFinished(async () => {
    client.close()
    await own.close(new AbortController().signal)
    opened.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const hob = async (...args: string[]): Promise<string> => {
    let out = ''
    await audit.run({
      args: args.filter((arg) => arg !== '--json'),
      json: args.includes('--json'),
      config: loadConfig({ HOB_DATA_DIR: folder, HOB_RUN_DIR: folder }),
      terminal: {
        write: (text) => void (out += text.endsWith('\n') ? text : `${text}\n`),
        progress: () => undefined,
        piped: () => Promise.resolve(''),
        ask: () => Promise.resolve(null),
      },
      box: { client, caller: { principal: localOwner('socket') } },
    })
    return out
  }
  return { opened, clock, file, hob }
}

test('lists, verifies, exports; says when it is broken, and when it was asked wrongly', async () => {
  const { opened, file, hob } = await box()
  opened.appendMany([
    record(),
    record({
      action: 'session.refused',
      outcome: 'refused',
      code: 'origin_not_allowed',
      who: { person: null, name: null, by: 'nobody', id: null },
    }),
  ])
  const words = await hob()
  expect(words).toMatch(
    /SEQ +WHEN +WHO +ACTION +OUTCOME +FROM +WHAT\n2 .*nobody +session.refused +refused: origin_not_allowed/,
  )
  expect(words).toContain('qwen3-4b-q4 bytes=2500000000')
  expect(await hob('--limit', '1')).toContain('There are older ones: --before 2')
  const found = JSON.parse(
    await hob('--action', 'model.*', '--person', 'p-ann', '--since', '2025-12-31', '--json'),
  )
  expect(found).toMatchObject({ more: false, entries: [{ seq: 1 }] })
  expect(JSON.parse(await hob('--since', '7d', '--json')).entries).toEqual([])

  expect(await hob('verify')).toBe('All 2 entries, 1 to 2, are as they were written.\n')
  const lines = (await hob('export', '--outcome', 'refused')).trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line).seq)).toEqual([undefined, 2])
  expect(await hob('export', '--csv')).toMatch(/^seq,at,.*\r\n1,/)

  await expect(hob('dance')).rejects.toMatchObject({ code: 'usage' })
  await expect(hob('--action', 'no.such')).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('--action'),
  })
  await expect(hob('--since', 'soon')).rejects.toMatchObject({ code: 'usage', message: '"soon" is no time' })
  await expect(hob('export', '--text', '...')).rejects.toMatchObject({ code: 'invalid_request' })

  rmSync(file.replace(/db$/, 'head'))
  await expect(hob('verify')).rejects.toMatchObject({ code: 'audit_broken', parameters: { seq: 5 } })
})
