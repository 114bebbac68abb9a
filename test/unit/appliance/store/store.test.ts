// Databases: migrated in steps with a copy first, newer and damaged files refused, a folder held by one process only.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockFolder } from '#appliance/store/lock.ts'
import { type Migrations, openStore, type Store } from '#appliance/store/open.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hob-store-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const first: Migrations = [(store) => store.exec('CREATE TABLE note (text TEXT) STRICT')]
const second: Migrations = [
  ...first,
  (store) => store.exec("ALTER TABLE note ADD COLUMN tag TEXT DEFAULT ''"),
]
const file = (): string => join(folder, 'notes.db')
const version = (store: Store): unknown => store.pragma('user_version', { simple: true })

test('a file is brought up step by step, and a copy of the old one is kept', () => {
  const before = openStore({ file: file(), migrations: first })
  before.exec("INSERT INTO note VALUES ('kept')")
  before.close()
  const after = openStore({ file: file(), migrations: second })
  expect(version(after)).toBe(2)
  expect(after.prepare('SELECT text, tag FROM note').all()).toEqual([{ text: 'kept', tag: '' }])
  after.close()
  const copy = openStore({ file: `${file()}.v1`, migrations: first })
  expect(copy.prepare('SELECT text FROM note').all()).toEqual([{ text: 'kept' }])
  copy.close()
})

test('a step that fails leaves the file as it was', () => {
  openStore({ file: file(), migrations: first }).close()
  const broken: Migrations = [
    ...first,
    (store) => {
      store.exec('CREATE TABLE half (x TEXT)')
      throw new TypeError('no')
    },
  ]
  expect(() => openStore({ file: file(), migrations: broken })).toThrow('no')
  const store = openStore({ file: file(), migrations: first })
  expect(store.prepare("SELECT name FROM sqlite_master WHERE name = 'half'").all()).toEqual([])
  store.close()
})

test('a file of a newer version is refused with both versions and left alone', () => {
  openStore({ file: file(), migrations: second }).close()
  expect(() => openStore({ file: file(), migrations: first })).toThrow(
    expect.objectContaining({ code: 'data_newer' }),
  )
  const store = openStore({ file: file(), migrations: second })
  expect(version(store)).toBe(2)
  store.close()
})

test('what is no database is refused as damaged', () => {
  writeFileSync(file(), 'x'.repeat(4_096))
  expect(() => openStore({ file: file(), migrations: first })).toThrow(
    expect.objectContaining({ code: 'data_corrupt' }),
  )
})

test('what was committed is on the disk before it is acknowledged', () => {
  const store = openStore({ file: file(), migrations: first })
  expect(store.pragma('synchronous', { simple: true })).toBe(2)
  expect(store.pragma('journal_mode', { simple: true })).toBe('wal')
  store.close()
})

test('a folder is held by one process, and is free again when that one is killed', async () => {
  const door = new URL('../../../../appliance/store/lock.ts', import.meta.url)
  const script = `import(${JSON.stringify(door.href)}).then(({ lockFolder }) => { lockFolder(${JSON.stringify(folder)}); console.log('held'); setTimeout(() => {}, 60000) })`
  const holder = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => holder.stdout.once('data', resolve))
  expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'data_in_use' }))
  const ended = new Promise((resolve) => holder.once('exit', resolve))
  holder.kill('SIGKILL')
  await ended
  const release = lockFolder(folder)
  expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'data_in_use' }))
  release()
  expect(existsSync(join(folder, 'lock.db'))).toBe(true)
})
