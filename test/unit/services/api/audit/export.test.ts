// The log as a file: whoever reads the README can verify it, a spreadsheet runs nothing of it, it is read in bounded
// pieces, and that it was taken is recorded.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { auditEntrySchema, auditExportHeadSchema } from '#appliance/contracts/audit.ts'
import { openStore } from '#appliance/store/open.ts'
import { record } from '#test/fakes/audit/records.ts'
import { folder, type Opened, openLog } from './log.ts'

const dayMs = 86_400_000

interface Line {
  seq: number
  hash: string
  [key: string]: unknown
}

async function linesOf(
  log: Opened,
  query = '',
): Promise<{ head: ReturnType<typeof auditExportHeadSchema.parse>; lines: Line[] }> {
  const answer = await log.get(`/export${query}`)
  expect(answer.headers.get('content-type')).toBe('application/x-ndjson')
  expect(answer.headers.get('content-disposition')).toContain('audit-2026-')
  const [head, ...lines] = (await answer.text()).trimEnd().split('\n')
  return {
    head: auditExportHeadSchema.parse(JSON.parse(head ?? '')),
    lines: lines.map((line) => JSON.parse(line)),
  }
}

/** By the README alone: shares nothing with the code under test. */
function firstBroken(
  head: { chain: { prunedBefore: number; prunedHash: string; hash: string } },
  lines: readonly Line[],
): number | null {
  const sorted = (value: unknown): unknown =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, one]) => [key, sorted(one)]),
        )
      : value
  let previous = head.chain.prunedHash
  let seq = head.chain.prunedBefore
  for (const { hash, ...entry } of lines) {
    const made = createHash('sha256')
      .update(Buffer.from(previous, 'hex'))
      .update(JSON.stringify(sorted(entry)))
      .digest('hex')
    if (entry.seq !== seq || made !== hash) return seq
    previous = hash
    seq++
  }
  return previous === head.chain.hash ? null : seq
}

function used(): Opened {
  const log = openLog()
  log.audit.appendMany(
    Array.from({ length: 120 }, (_, n) =>
      record({
        target: n % 2 === 0 ? 'Живой 张伟 "q" \\ 😀' : null,
        details: { n, ratio: n / 7, tiny: 1e-7, big: 1e21, b: true, é: null },
      }),
    ),
  )
  return log
}

test('is oldest first, holds its own record, and can be verified by whoever has it', async () => {
  const log = used()
  const { head, lines } = await linesOf(log)
  expect(head.chain).toMatchObject({ first: 1, last: 121, prunedBefore: 1, prunedHash: '0'.repeat(64) })
  expect(lines.map((line) => auditEntrySchema.parse(line).seq)).toEqual(lines.map((_, n) => n + 1))
  expect(lines.at(-1)).toMatchObject({
    action: 'audit.exported',
    who: { person: 'p-owner', by: 'session' },
    from: { address: '192.168.1.7' },
    details: { format: 'ndjson' },
  })
  expect(firstBroken(head, lines)).toBeNull()
  const changed = lines.map((line) => (line.seq === 60 ? { ...line, target: 'x' } : line))
  expect(firstBroken(head, changed)).toBe(60)
  expect(firstBroken(head, lines.slice(0, -1))).toBe(121)

  log.clock.advance(dayMs)
  log.audit.append(record())
  await log.audit.prune(log.clock.now())
  const after = await linesOf(log)
  expect(after.head.chain.prunedBefore).toBe(122)
  expect(firstBroken(after.head, after.lines)).toBeNull()
})

test('takes the filters of the search, and says which', async () => {
  const log = used()
  log.audit.append(record({ action: 'box.started', target: 'x' }))
  const { head, lines } = await linesOf(log, '?action=box.*&until=2027-01-01T00:00:00Z')
  expect(head.filter).toEqual({ action: 'box.*', until: '2027-01-01T00:00:00Z' })
  expect(lines.map(({ seq }) => seq)).toEqual([121])
})

test('as CSV holds no formula, and every cell survives its quoting', async () => {
  const log = openLog()
  const nasty = ['=HYPERLINK("http://x")', '+1', '-1', '@SUM(A1)', ' =1', 'a"b,c', '＝1']
  log.audit.appendMany(nasty.map((target) => record({ target })))
  const answer = await log.get('/export?format=csv&action=model.added')
  expect(answer.headers.get('content-type')).toContain('text/csv')
  const [head, ...lines] = (await answer.text()).trimEnd().split('\r\n')
  expect(head).toBe('seq,at,person,name,by,id,action,outcome,code,address,agent,target,details,hash')
  const cells = lines.map((line) =>
    [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain,
    ),
  )
  expect(cells.map((row) => row[11])).toEqual([...nasty.slice(0, 5).map((one) => `'${one}`), 'a"b,c', "'＝1"])
  expect(JSON.parse(cells[0]?.[12] ?? '')).toEqual(record().details)
})

test('is read in pieces as fast as the reader takes them, and ends when the reader leaves', async () => {
  const log = openLog()
  log.audit.appendMany(Array.from({ length: 400 }, () => record({ details: { text: 'x'.repeat(1_000) } })))
  const reader = (await log.get('/export')).body?.getReader()
  const sizes: number[] = []
  for (let n = 0; n < 3; n++) sizes.push((await reader?.read())?.value?.byteLength ?? 0)
  expect(Math.max(...sizes)).toBeLessThan(100_000)
  await reader?.cancel()
  expect((await log.verify()).ok).toBe(true)
})

test('breaks off instead of leaving out what was pruned meanwhile', async () => {
  const log = used()
  log.clock.advance(dayMs)
  const reader = (await log.get('/export')).body?.getReader()
  await reader?.read()
  await reader?.read()
  await log.audit.prune(log.clock.now())
  const rest = async (): Promise<void> => {
    while ((await reader?.read())?.done === false);
  }
  await expect(rest()).rejects.toMatchObject({ code: 'audit_export_overtaken' })
})

test('fills a table of the usual shape: who, action, time, address, details', async () => {
  const { lines } = await linesOf(used())
  const table = openStore({
    file: join(folder(), 'other.db'),
    migrations: [
      (db) =>
        db.exec(`CREATE TABLE audit_logs (id INTEGER PRIMARY KEY, user_id TEXT NOT NULL CHECK (length(user_id) <= 64),
          action TEXT NOT NULL CHECK (length(action) <= 128), timestamp TEXT, ip_address TEXT CHECK
          (length(ip_address) <= 45), details TEXT CHECK (json_valid(details)))`),
    ],
  })
  const insert = table.prepare('INSERT INTO audit_logs VALUES (?, ?, ?, ?, ?, ?)')
  table.transaction(() => {
    for (const line of lines) {
      const { seq, at, who, action, from, ...rest } = auditEntrySchema.parse(line)
      insert.run(seq, who.person ?? who.by, action, at, from.address, JSON.stringify(rest))
    }
  })()
  const row = table.prepare('SELECT * FROM audit_logs WHERE id = 1').get()
  expect(row).toMatchObject({ user_id: 'p-ann', action: 'model.added', ip_address: '192.168.1.20' })
  table.close()
})
