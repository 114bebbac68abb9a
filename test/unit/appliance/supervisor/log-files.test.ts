// The log files: rotated by size, five kept, old ones deleted, no line lost at a rotation.
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLogFiles } from '#appliance/supervisor/log-files.ts'
import { parseLine, readable } from '#appliance/supervisor/terminal.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hob-log-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const linesOf = (name: string): string[] =>
  readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean)

test('a full file becomes .1, and the oldest goes', () => {
  const log = openLogFiles({ folder, maxBytes: 100, files: 4 })
  for (let i = 0; i < 60; i++) log.append(`line ${String(i).padStart(4, '0')}\n`)
  log.close()
  expect(readdirSync(folder).sort()).toEqual(['hob.log', 'hob.log.1', 'hob.log.2', 'hob.log.3'])
  const kept = ['hob.log.3', 'hob.log.2', 'hob.log.1', 'hob.log'].flatMap(linesOf)
  expect(kept.at(-1)).toBe('line 0059')
  expect(kept).toEqual(kept.toSorted())
  expect(new Set(kept).size).toBe(kept.length)
})

test('a box that starts again goes on in the same file', () => {
  const first = openLogFiles({ folder })
  first.append('one\n')
  first.close()
  const second = openLogFiles({ folder })
  second.append('two\n')
  second.close()
  expect(linesOf('hob.log')).toEqual(['one', 'two'])
})

test('rotated files that are too old are deleted, the current one never', () => {
  const log = openLogFiles({ folder, maxBytes: 10, files: 4 })
  for (const line of ['a', 'b', 'c']) log.append(`${line.repeat(9)}\n`)
  const old = new Date('2026-01-01')
  for (const name of readdirSync(folder)) utimesSync(join(folder, name), old, old)
  log.deleteOlderThan(new Date('2026-06-01'))
  log.close()
  expect(readdirSync(folder)).toEqual(['hob.log'])
})

test('what a child prints that is no log line is kept whole', () => {
  const now = new Date('2026-11-21T00:00:00Z')
  const line = parseLine('Segmentation fault', 'models', 'warn', now)
  expect(line).toEqual({
    time: now.toISOString(),
    level: 'warn',
    service: 'models',
    message: 'Segmentation fault',
  })
  expect(readable(line)).toContain('Segmentation fault')
  expect(parseLine('{"message":"half', 'api', 'info', now).message).toBe('{"message":"half')
})
