// The support bundle's parts: an archive that tar(1) reads, the newest part of the log, and what is told when something is broken.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { configSchema } from '#appliance/config/schema.ts'
import type { LogEntry } from '#appliance/contracts/system.ts'
import { HobError } from '#appliance/errors.ts'
import { createMasking } from '#services/api/privacy/mask.ts'
import { makeBundle } from '#services/api/support/bundle.ts'
import { recentLog } from '#services/api/support/recent-log.ts'
import { shownSettings } from '#services/api/support/settings.ts'
import { tarOf } from '#services/api/support/tar.ts'

const mask = createMasking({ known: () => ({ people: ['Anna'], boxes: [], networks: [] }) })()

test('tar reads the archive: names, sizes, times and every byte', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hob-tar-'))
  try {
    const contents = [0, 1, 511, 512, 513, 100_000].map((size) => Buffer.alloc(size, 'Grüße\n'))
    const files = contents.map((content, index) => ({ name: `file-${index}.txt`, content }))
    writeFileSync(join(folder, 'a.tar'), Buffer.concat([...tarOf(files, new Date('2026-01-02T03:04:05Z'))]))
    const listed = execFileSync('tar', ['--utc', '--full-time', '-tvf', 'a.tar'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(listed.split('\n')[3]).toMatch(/^-rw-r--r-- 0\/0 +512 2026-01-02 03:04:05 file-3\.txt$/)
    execFileSync('tar', ['-xf', 'a.tar'], { cwd: folder })
    for (const { name, content } of files) expect(readFileSync(join(folder, name))).toEqual(content)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

describe('the recent log', () => {
  const entry = (second: number): LogEntry => ({
    at: new Date(second * 1_000).toISOString(),
    service: 'api',
    level: 'info',
    message: `line ${second}`,
    fields: {},
  })
  /** Pages of three, the newest first; one of them empty, as a reader gives when it has looked for long. */
  const reader = (count: number) => ({
    page: async ({ before }: { before?: string | undefined }) => {
      const end = before === undefined ? count : Number.parseInt(before.slice(2), 16)
      if (before === undefined) return { entries: [], before: `o=${end.toString(16)}` }
      const start = Math.max(0, end - 3)
      const entries = Array.from({ length: end - start }, (_, index) => entry(start + index))
      return { entries, before: start === 0 ? null : `o=${start.toString(16)}` }
    },
  })
  const numbers = (text: string): number[] =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => Number(/line (\d+)/.exec(line)?.[1]))

  test('has what was written since then, oldest first', async () => {
    const { text, isCut } = await recentLog({ reader: reader(10), since: new Date(5_000), maxBytes: 10_000 })
    expect(numbers(text)).toEqual([5, 6, 7, 8, 9])
    expect(isCut).toBe(false)
  })

  test('has the newest when there is too much', async () => {
    const size = JSON.stringify(entry(1)).length + 1
    const { text, isCut } = await recentLog({ reader: reader(10), since: new Date(0), maxBytes: 4 * size })
    expect(numbers(text)).toEqual([6, 7, 8, 9])
    expect(isCut).toBe(true)
  })
})

test('what cannot be found out is told in its place, and the rest is there, masked', async () => {
  const files = await makeBundle({
    mask,
    head: 'A bundle',
    parts: [
      { name: 'good.json', says: 'what goes', read: async () => ({ who: 'Anna', password: 'x', size: 3 }) },
      {
        name: 'bad.json',
        says: 'what does not',
        read: () => Promise.reject(new HobError('host_failed', { program: 'smartctl', detail: 'Anna' })),
      },
    ],
  })
  const text = Object.fromEntries(files.map(({ name, content }) => [name, Buffer.from(content).toString()]))
  expect(JSON.parse(text['good.json'] ?? '')).toEqual({ who: 'person-1', password: '[secret]', size: 3 })
  expect(text['bad.json']).toContain('smartctl')
  expect(text['bad.json']).not.toContain('Anna')
  expect(text['README.txt']).toMatch(/good\.json +what goes\n +bad\.json +what does not/)
})

test('a setting is shown because somebody decided so', () => {
  const keptBack = ['listen', 'modelsDir']
  const all = Object.keys(configSchema.shape)
  expect([...Object.keys(shownSettings({})), ...keptBack].toSorted()).toEqual(all.toSorted())
  expect(JSON.stringify(shownSettings({ listen: '192.168.1.2', modelsDir: '/home/anna' }))).not.toMatch(
    /192|anna/,
  )
})
