// The log of a box under `npm start`, read while the supervisor's own writer writes and rotates it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { LogEntry, LogQuery } from '#appliance/contracts/system.ts'
import { createFileReader } from '#appliance/logs/files.ts'
import { type LogFiles, openLogFiles } from '#appliance/supervisor/log-files.ts'

interface Written {
  files: LogFiles
  folder: string
  reader: ReturnType<typeof createFileReader>
  say: (message: string, more?: object) => void
}

function log(maxBytes?: number): Written {
  const folder = mkdtempSync(join(tmpdir(), 'hob-logs-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const files = openLogFiles({ folder, ...(maxBytes === undefined ? {} : { maxBytes }) })
  const line = { time: '2026-01-01T00:00:00.000Z', level: 'info', service: 'api' }
  return {
    files,
    folder,
    reader: createFileReader({ folder }),
    say: (message, more = {}) => files.append(`${JSON.stringify({ ...line, message, ...more })}\n`),
  }
}

const query = (more: Partial<LogQuery> = {}): LogQuery => ({ limit: 200, ...more })
const words = (entries: readonly LogEntry[]): string[] => entries.map(({ message }) => message)
const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`)

test('the newest page holds the last lines, oldest first, and each leads to the one before it', async () => {
  const { reader, say } = log()
  for (const text of numbers(1, 25)) say(text)
  const last = await reader.page(query({ limit: 10 }))
  expect(words(last.entries)).toEqual(numbers(16, 25))
  const middle = await reader.page(query({ limit: 10, before: last.before ?? '' }))
  expect(words(middle.entries)).toEqual(numbers(6, 15))
  const first = await reader.page(query({ limit: 10, before: middle.before ?? '' }))
  expect(words(first.entries)).toEqual(numbers(1, 5))
  expect(first.before).toBeNull()
})

test('pages go on through files that were rotated, also when that happened between two of them', async () => {
  const { reader, say } = log(1_000)
  for (const text of numbers(1, 15)) say(text)
  const page = await reader.page(query({ limit: 5 }))
  for (const text of numbers(16, 30)) say(text)
  const found: string[] = words(page.entries)
  for (let { before } = page; before !== null; ) {
    const next = await reader.page(query({ limit: 4, before }))
    found.unshift(...words(next.entries))
    ;({ before } = next)
  }
  expect(found).toEqual(numbers(1, 15))
})

test('a place in a file that is gone has nothing before it', async () => {
  const { reader, say } = log()
  say('here')
  expect(await reader.page(query({ before: 'f=1;o=ff' }))).toEqual({ entries: [], before: null })
})

test('a service and a level choose', async () => {
  const { reader, say } = log()
  say('a')
  say('b', { service: 'models' })
  say('c', { level: 'error', service: 'models', code: 'internal' })
  expect(words((await reader.page(query({ service: 'models' }))).entries)).toEqual(['b', 'c'])
  const { entries } = await reader.page(query({ level: 'warn' }))
  expect(entries).toEqual([
    {
      at: '2026-01-01T00:00:00.000Z',
      level: 'error',
      service: 'models',
      message: 'c',
      fields: { code: 'internal' },
    },
  ])
})

test('what is no line of ours is kept as words, and a line without end is cut', async () => {
  const { folder, reader } = log()
  writeFileSync(join(folder, 'hob.log'), `${'x'.repeat(300_000)}\nError: boom\n\0\u{1F600}\n`)
  const { entries } = await reader.page(query())
  expect(words(entries).map((text) => text.slice(0, 11))).toEqual([
    'xxxxxxxxxxx',
    'Error: boom',
    '\0\u{1F600}',
  ])
  expect(words(entries)[0]?.length).toBeLessThanOrEqual(64 * 1024)
})

test('all of it, oldest first', async () => {
  const { reader, say } = log(1_000)
  for (const text of numbers(1, 30)) say(text)
  const found: LogEntry[] = []
  for await (const entry of reader.whole({}, new AbortController().signal)) found.push(entry)
  expect(words(found)).toEqual(numbers(1, 30))
})

test('who follows it gets each line from then on once, through rotations, and it ends when they leave', async () => {
  const { reader, say } = log(1_000)
  say('before')
  const leave = new AbortController()
  const following = (await reader.follow({}, leave.signal))[Symbol.asyncIterator]()
  const found: string[] = []
  for (const text of numbers(1, 5)) say(text)
  for (let index = 1; index <= 40; index++) {
    if (index > 5) say(`line ${index}`)
    found.push((await following.next()).value.message)
  }
  expect(found).toEqual(numbers(1, 40))
  const end = following.next()
  leave.abort()
  expect((await end).done).toBe(true)
})
