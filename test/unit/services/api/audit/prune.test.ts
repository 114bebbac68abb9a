// Retention by a simulated clock: the oldest go, the rest still verifies, and that they went is itself recorded.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { retentionDays } from '#services/api/audit/prune.ts'
import { record } from '#test/fakes/audit/records.ts'
import { openLog, withoutTriggers } from './log.ts'

const dayMs = 86_400_000

/** A word that begins unlike the others'. */
const markerOf = (n: number): string => createHash('sha256').update(String(n)).digest('hex').slice(0, 20)

/** One entry every so many days; the newest is of today. */
function spread(entries: number, days = 1) {
  const log = openLog()
  for (let n = 1; n <= entries; n++) {
    if (n > 1) log.clock.advance(days * dayMs)
    log.audit.append(record({ target: `entry${n}`, details: { marker: markerOf(n) } }))
  }
  return log
}

test('what is older than six months goes, what is younger stays, and the chain still verifies', async () => {
  const log = spread(40, 6)
  // 184 days are 30 times six and four: the newest 31 are younger
  expect(await log.audit.prune()).toBe(9)
  const before = new Date(log.clock.now().getTime() - retentionDays * dayMs).toISOString()
  const [newest] = await log.list('?limit=1')
  expect(newest).toMatchObject({
    seq: 41,
    action: 'audit.pruned',
    who: { by: 'service' },
    details: { through: 9, count: 9, before },
  })
  expect(await log.list('?text=entry9')).toHaveLength(0)
  expect(await log.list('?text=entry10')).toHaveLength(1)
  const whole = { ok: true, entries: 32, first: 10, last: 41, brokenAt: null, prunedBefore: 10 }
  expect(await log.verify()).toEqual(whole)
  expect(await log.reopen().verify()).toEqual(whole)
})

test('again and again, until nothing but the record of pruning is left', async () => {
  const log = spread(20)
  const at = (day: number): Date => new Date(Date.parse('2026-01-01T00:00:00Z') + day * dayMs)
  expect(await log.audit.prune(at(-1))).toBe(0)
  expect(await log.audit.prune(at(5))).toBe(5)
  expect(await log.audit.prune(at(5))).toBe(0)
  expect(await log.audit.prune(at(12))).toBe(7)
  expect(await log.verify()).toMatchObject({ ok: true, first: 13, last: 22, prunedBefore: 13 })
  log.clock.advance(dayMs)
  expect(await log.audit.prune(log.clock.now())).toBe(10)
  expect(await log.verify()).toEqual({
    ok: true,
    entries: 1,
    first: 23,
    last: 23,
    brokenAt: null,
    prunedBefore: 23,
  })
  const again = log.reopen()
  expect(again.audit.append(record())?.seq).toBe(24)
  expect(await again.verify()).toMatchObject({ ok: true, entries: 2 })
})

test('a clock that was wrong for a while takes nothing out of the middle', async () => {
  const log = openLog()
  log.audit.append(record())
  log.clock.advance(-300 * dayMs)
  log.audit.append(record({ target: 'battery dead' }))
  log.clock.advance(300 * dayMs)
  log.audit.append(record())
  expect(await log.audit.prune()).toBe(0)
  log.clock.advance((retentionDays + 1) * dayMs)
  expect(await log.audit.prune()).toBe(3)
  expect((await log.verify()).ok).toBe(true)
})

test('nothing that was pruned is left in the files, nor in the index', async () => {
  const log = spread(40, 6)
  await log.audit.prune()
  const bytes = Buffer.concat([readFileSync(log.file), readFileSync(`${log.file}-wal`)]).toString('latin1')
  const all = Array.from({ length: 40 }, (_, n) => n + 1)
  const kept = all.slice(9)
  expect(all.filter((n) => bytes.includes(`"${markerOf(n)}"`))).toEqual(kept)
  // the index leaves out the beginning that a word shares with the one before it
  expect(all.filter((n) => bytes.includes(markerOf(n).slice(3)))).toEqual(kept)
})

test('a deletion that a crash cut off is finished by the next one', async () => {
  const log = spread(20)
  await log.audit.prune(new Date('2026-01-11T00:00:00Z'))
  log.audit.close()
  withoutTriggers(log.file, (db) => {
    db.exec(
      'INSERT INTO entries SELECT 10, at_ms, person, name, by, by_id, action, outcome, code, address, agent, target, details, hash FROM entries WHERE seq = 11',
    )
  })
  const after = openLog({ file: log.file, clock: log.clock })
  expect(await after.verify()).toMatchObject({ ok: true, first: 11 })
  expect((await after.list()).map(({ seq }) => seq)).not.toContain(10)
  expect(await after.audit.prune(new Date(0))).toBe(0)
  let left = 0
  withoutTriggers(log.file, (db) => {
    left = db.prepare('SELECT 1 FROM entries WHERE seq <= 10').all().length
  })
  expect(left).toBe(0)
})

test('appending and verifying go on while it prunes', async () => {
  const log = openLog()
  log.audit.appendMany(Array.from({ length: 500 }, () => record()))
  log.clock.advance(dayMs)
  log.audit.append(record())
  const [count, seen] = await Promise.all([
    log.audit.prune(log.clock.now()),
    log.verify(),
    (async () => {
      for (let n = 0; n < 5; n++) {
        log.audit.append(record())
        await new Promise((resolve) => setImmediate(resolve))
      }
    })(),
  ])
  expect(count).toBe(500)
  expect(seen.ok).toBe(true)
  expect(await log.verify()).toMatchObject({ ok: true, entries: 7, prunedBefore: 501 })
})
