// Tampering is found: in each of the ways in which somebody who can write the files would try, but for rewriting all
// of them (README.md says what cannot be found).
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '#appliance/ipc/app.ts'
import { createLog } from '#appliance/log.ts'
import type { Store } from '#appliance/store/open.ts'
import { chainHash } from '#services/api/audit/chain.ts'
import { registerAudit } from '#services/api/audit/routes.ts'
import { columns, type EntryRow, toEntry } from '#services/api/audit/rows.ts'
import { record } from '#test/fakes/audit/records.ts'
import { createManualClock } from '#test/fakes/manual-clock.ts'
import { folder, type Opened, openLog, withoutTriggers } from './log.ts'

const headOf = (file: string): string => file.replace(/\.db$/, '.head')

const records = (count: number) => Array.from({ length: count }, (_, n) => record({ details: { n } }))

/** 250 entries, written once for all tests. */
let template = ''
beforeAll(() => {
  const path = mkdtempSync(join(tmpdir(), 'hob-audit-'))
  template = join(path, 'audit.db')
  const log = createLog({ service: 'api', level: 'error' })
  const audit = registerAudit(createApp({ log }), { file: template, clock: createManualClock(), log })
  audit.appendMany(records(250))
  audit.close()
  return () => rmSync(path, { recursive: true, force: true })
})

function copied(): string {
  const file = join(folder(), 'audit.db')
  copyFileSync(template, file)
  copyFileSync(headOf(template), headOf(file))
  return file
}

const filled = (): Opened => openLog({ file: copied() })

/** The box was off while somebody wrote the file. */
function tampered(change: (db: Store) => void): Opened {
  const file = copied()
  withoutTriggers(file, change)
  return openLog({ file })
}

const swap = (db: Store, a: number, b: number, fields: readonly string[]): void => {
  const of = (seq: number) => db.prepare<[number], EntryRow>('SELECT * FROM entries WHERE seq = ?').get(seq)
  const [first, second] = [of(a), of(b)]
  const set = db.prepare(
    `UPDATE entries SET ${fields.map((name) => `${name} = @${name}`).join(', ')} WHERE seq = @seq`,
  )
  set.run({ ...first, seq: b })
  set.run({ ...second, seq: a })
}

const allFields = columns.split(', ').filter((name) => name !== 'seq')

test('an untouched log holds, and says what it checked', async () => {
  expect(await openLog().verify()).toEqual({
    ok: true,
    entries: 0,
    first: null,
    last: null,
    brokenAt: null,
    prunedBefore: 1,
  })
  const log = filled()
  const whole = { ok: true, entries: 250, first: 1, last: 250, brokenAt: null, prunedBefore: 1 }
  expect(await log.verify()).toEqual(whole)
  expect(await log.reopen().verify()).toEqual(whole)
})

describe('finds', () => {
  const values: Readonly<Record<string, string>> = {
    at_ms: 'at_ms + 1',
    by: "'token'",
    action: "'model.removed'",
    outcome: "'failed'",
    details: `'{"n":99}'`,
    hash: 'zeroblob(32)',
  }
  test.each(allFields)('a changed %s', async (field) => {
    const log = tampered((db) =>
      db.exec(`UPDATE entries SET ${field} = ${values[field] ?? "'other'"} WHERE seq = 120`),
    )
    expect(await log.verify()).toMatchObject({ ok: false, brokenAt: 120, entries: 119, last: 119 })
  })

  test('an emptied field, and one that is not what it was made of', async () => {
    const nothing = tampered((db) => db.exec('UPDATE entries SET target = NULL WHERE seq = 3'))
    expect(await nothing.verify()).toMatchObject({ ok: false, brokenAt: 3 })
    const rubbish = tampered((db) => db.exec("UPDATE entries SET details = '{' WHERE seq = 3"))
    expect(await rubbish.verify()).toMatchObject({ ok: false, brokenAt: 3 })
    expect((await rubbish.list('?before=4&limit=1'))[0]?.details).toEqual({ unreadable: true })
  })

  test.each([
    ['in the middle', 'seq = 100', 100],
    ['at a batch’s edge', 'seq IN (100, 101)', 100],
    ['at the beginning', 'seq <= 7', 1],
    ['at the end', 'seq > 240', 241],
    ['all of them', 'true', 1],
  ])('rows removed %s', async (_, which, brokenAt) => {
    const log = tampered((db) => db.exec(`DELETE FROM entries WHERE ${which}`))
    expect(await log.verify()).toMatchObject({ ok: false, brokenAt })
  })

  test('a removed tail for good: what is written later does not hide it', async () => {
    const log = tampered((db) => db.exec('DELETE FROM entries WHERE seq > 240'))
    expect(log.logged.join('')).toContain('does not end where audit.head says')
    expect(log.audit.append(record())?.seq).toBe(251)
    expect(await log.verify()).toMatchObject({ ok: false, brokenAt: 241 })
    expect(await log.reopen().verify()).toMatchObject({ ok: false, brokenAt: 241 })
  })

  test('swapped rows, whole or without their hashes', async () => {
    const whole = tampered((db) => swap(db, 30, 31, allFields))
    expect(await whole.verify()).toMatchObject({ ok: false, brokenAt: 30 })
    const content = tampered((db) =>
      swap(
        db,
        40,
        200,
        allFields.filter((name) => name !== 'hash'),
      ),
    )
    expect(await content.verify()).toMatchObject({ ok: false, brokenAt: 40 })
  })

  test('an inserted row, in the middle and at the end', async () => {
    const middle = tampered((db) => {
      db.exec(
        'UPDATE entries SET seq = -seq - 1 WHERE seq >= 60; UPDATE entries SET seq = -seq WHERE seq < 0',
      )
      db.exec(`INSERT INTO entries SELECT 60, ${allFields.join(', ')} FROM entries WHERE seq = 59`)
    })
    expect(await middle.verify()).toMatchObject({ ok: false, brokenAt: 60 })
    const end = tampered((db) =>
      db.exec(`INSERT INTO entries SELECT 251, ${allFields.join(', ')} FROM entries WHERE seq = 250`),
    )
    expect(await end.verify()).toMatchObject({ ok: false, brokenAt: 251 })
  })

  test('a chain that was calculated anew from a change on, as long as audit.head was left', async () => {
    const log = tampered((db) => rewrite(db, 10))
    expect(await log.verify()).toMatchObject({ ok: false, brokenAt: 251 })
    log.audit.append(record())
    expect(await log.reopen().verify()).toMatchObject({ ok: false, brokenAt: 251 })
  })

  test('audit.head taken away, changed or set back together with the entries of a running box', async () => {
    const gone = filled()
    rmSync(headOf(gone.file))
    expect(await gone.verify()).toMatchObject({ ok: false, brokenAt: 251 })
    const again = gone.reopen()
    again.audit.append(record())
    expect(await again.reopen().verify()).toMatchObject({ ok: false, brokenAt: 251 })

    const changed = filled()
    writeFileSync(headOf(changed.file), readFileSync(headOf(changed.file), 'latin1').replace(/.\n$/, '\n'))
    expect(await changed.verify()).toMatchObject({ ok: false, brokenAt: 251 })

    const back = filled()
    const earlier = `${headOf(back.file)}.earlier`
    copyFileSync(headOf(back.file), earlier)
    back.audit.append(record())
    withoutTriggers(back.file, (db) => db.exec('DELETE FROM entries WHERE seq = 251'))
    copyFileSync(earlier, headOf(back.file))
    expect(await back.verify()).toMatchObject({ ok: false, brokenAt: 251 })
  })

  test('a beginning that was taken away with a made-up anchor', async () => {
    const log = tampered((db) => {
      db.exec('INSERT INTO anchors SELECT seq, hash, seq FROM entries WHERE seq = 20')
      db.exec('DELETE FROM entries WHERE seq <= 20')
    })
    expect(await log.verify()).toMatchObject({ ok: false, brokenAt: 20, prunedBefore: 21 })
  })
})

test('an audit.head that lags, as after a power cut, is no alarm', async () => {
  const log = filled()
  const earlier = readFileSync(headOf(log.file))
  log.audit.append(record())
  log.audit.close()
  writeFileSync(headOf(log.file), earlier)
  const after = openLog({ file: log.file })
  expect(after.audit.append(record())?.seq).toBe(252)
  expect(await after.verify()).toMatchObject({ ok: true, entries: 252 })
  expect(after.logged).toEqual([])
})

test('verifying lets others in between, and two who ask share one walk', async () => {
  const log = openLog()
  log.audit.appendMany(records(4_000))
  // CPU time of this thread alone: other work on the machine says nothing about the slices
  let longestMs = 0
  let turns = 0
  let usage = process.threadCpuUsage()
  let done = false
  const watch = (): void => {
    const { user, system } = process.threadCpuUsage(usage)
    usage = process.threadCpuUsage()
    longestMs = Math.max(longestMs, (user + system) / 1000)
    turns++
    if (!done) setImmediate(watch)
  }
  setImmediate(watch)
  const both = await Promise.all([log.verify(), log.verify()])
  done = true
  expect(both.map(({ entries }) => entries)).toEqual([4_000, 4_000])
  expect(turns).toBeGreaterThan(5)
  process.stdout.write(`verify held others up for ${longestMs.toFixed(1)} ms at most, in ${turns} turns\n`)
  expect(longestMs).toBeLessThan(40)
})

/** What whoever knows the README and has the file can do. */
function rewrite(db: Store, from: number): void {
  const rows = db
    .prepare<[number], EntryRow>('SELECT * FROM entries WHERE seq >= ? ORDER BY seq')
    .all(from - 1)
  const set = db.prepare<[Buffer, string, number]>('UPDATE entries SET hash = ?, details = ? WHERE seq = ?')
  let previous = rows[0]?.hash.toString('hex') ?? ''
  for (const row of rows.slice(1)) {
    const details = row.seq === from ? '{"n":-1}' : row.details
    previous = chainHash(previous, toEntry({ ...row, details }))
    set.run(Buffer.from(previous, 'hex'), details, row.seq)
  }
}
