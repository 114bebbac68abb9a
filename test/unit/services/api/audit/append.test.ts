// What is appended: bounded, chained, durable before the call returns, and never changed through the store.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { auditEntrySchema } from '#appliance/contracts/audit.ts'
import { openStore } from '#appliance/store/open.ts'
import { migrations } from '#services/api/audit/migrations.ts'
import { record } from '#test/fakes/audit/records.ts'
import { folder, openLog } from './log.ts'

describe('an entry', () => {
  test('has the next number, the clock’s time, and what was told', async () => {
    const { audit, list } = openLog()
    const first = audit.append(record())
    const second = audit.append(record({ target: 'other' }))
    expect([first?.seq, second?.seq]).toEqual([1, 2])
    expect(first).toMatchObject({ ...record(), at: '2026-01-01T00:00:00.000Z' })
    expect(await list()).toEqual([second, first])
  })

  test('is cut where it is too long, and stays what the contract allows', async () => {
    const { audit, list, verify } = openLog()
    const long = '😀'.repeat(3_000)
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`key${i}`, i]))
    for (const details of [
      many,
      { a: long, b: long },
      { [long]: 1 },
      { nothing: Number.POSITIVE_INFINITY },
    ]) {
      audit.append(record({ target: `x${long}`, from: { address: long, agent: `x${long}` }, details }))
    }
    const entries = await list()
    expect(entries.map((entry) => auditEntrySchema.safeParse(entry).success)).toEqual([
      true,
      true,
      true,
      true,
    ])
    for (const { details, target } of entries) {
      expect(Object.keys(details).length).toBeLessThanOrEqual(20)
      expect(Buffer.byteLength(JSON.stringify(details))).toBeLessThanOrEqual(2048)
      expect(target?.isWellFormed()).toBe(true)
    }
    expect(entries[3]?.details).toMatchObject({ key18: 18, cut: true })
    expect(entries[0]?.details).toEqual({ nothing: null })
    expect((await verify()).ok).toBe(true)
  })

  test('moves no terminal’s cursor and keeps no value that is named like a secret', async () => {
    const { audit } = openLog()
    const entry = audit.append(
      record({
        from: { address: null, agent: 'a\u001b[2Jb\nc' },
        details: { new_password: 'hunter2', claimCode: 'x' },
      }),
    )
    expect(entry?.from.agent).toBe('a\ufffd[2Jb\ufffdc')
    expect(entry?.details).toEqual({ new_password: '[withheld]', claimCode: '[withheld]' })
  })

  test('can be neither changed nor deleted nor replaced nor put in between', () => {
    const { audit, file } = openLog()
    audit.appendMany([record(), record(), record()])
    audit.close()
    const db = openStore({ file, migrations })
    const says = (sql: string): string => {
      try {
        db.exec(sql)
        return 'done'
      } catch (error) {
        return String(error)
      }
    }
    expect(says("UPDATE entries SET target = 'x' WHERE seq = 2")).toContain('never changed')
    expect(says('DELETE FROM entries WHERE seq = 3')).toContain('only pruned')
    expect(says('REPLACE INTO entries SELECT * FROM entries WHERE seq = 2')).toContain('only added')
    expect(says('UPDATE anchors SET seq = 9')).toBe('done')
    db.exec("INSERT INTO anchors VALUES (1, x'00', 1)")
    expect(says('UPDATE anchors SET seq = 3')).toContain('never changed')
    expect(says('DELETE FROM anchors')).toContain('never deleted')
    expect(says("INSERT INTO anchors VALUES (0, x'00', 1)")).toContain('only added')
    db.close()
  })
})

test('several at once are all there or none', async () => {
  const { audit, list, verify } = openLog()
  const broken = record({ who: { ...record().who, by: Symbol('no text') as never } })
  expect(() => audit.appendMany([record(), broken])).toThrow('bind')
  expect(await list()).toEqual([])
  audit.appendMany([record(), record()])
  expect(await list()).toHaveLength(2)
  expect((await verify()).ok).toBe(true)
})

test('a kill in the middle of appending loses nothing that was acknowledged', async () => {
  const file = join(folder(), 'audit.db')
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('appending-child.ts', import.meta.url)), file],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const exited = new Promise((resolve) => child.once('exit', resolve))
  let acknowledged = 0
  for await (const line of createInterface(child.stdout)) {
    acknowledged = Number(line)
    if (acknowledged === 40) child.kill('SIGKILL')
  }
  await exited
  expect(acknowledged).toBeGreaterThanOrEqual(40)
  const { list, verify, audit, logged } = openLog({ file })
  const [newest] = await list('?limit=1')
  expect(newest?.seq).toBeGreaterThanOrEqual(acknowledged)
  expect(newest?.details).toEqual({ n: newest?.seq })
  audit.append(record())
  expect(await verify()).toMatchObject({ ok: true, entries: (newest?.seq ?? 0) + 1 })
  expect(logged).toEqual([])
})
