// The same in, the same out: what is flashed, made twice from this checkout, and compared byte by byte.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, expect, test } from 'vitest'
import { root } from '../system/box.ts'

/** Of the microcode's archive, in the kernel on the first partition (image/README.md). cpio writes each in 8 digits of base 16. */
const fileTimes = 5
const digits = 8
const firstPartitionEnds = 1024 ** 2 + 1024 ** 3

const folder = mkdtempSync(join(tmpdir(), 'hob-twice-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('an image made twice is the same but for the times of five files', async () => {
  const [first, second] = ['first', 'second'].map((name) => {
    const to = join(folder, name)
    execFileSync(process.execPath, [join(root, 'image/build.ts'), '--raw', '--to', to], { stdio: 'inherit' })
    return join(to, readdirSync(to)[0] ?? '')
  }) as [string, string]
  expect(statSync(first).size).toBe(statSync(second).size)
  const places = await differing(first, second)
  process.stderr.write(`of ${statSync(first).size} bytes differ those at ${places.join(', ')}\n`)
  const fields: number[] = []
  for (const at of places) if (at - (fields.at(-1) ?? Number.NEGATIVE_INFINITY) >= digits) fields.push(at)
  expect(fields.length).toBeLessThanOrEqual(fileTimes)
  expect(places.filter((at) => at >= firstPartitionEnds)).toEqual([])
})

/** Where two files of one length differ, in bytes from the beginning: the first thousand places. */
async function differing(one: string, other: string): Promise<number[]> {
  const compare = spawn('cmp', ['--verbose', one, other], { stdio: ['ignore', 'pipe', 'inherit'] })
  const places: number[] = []
  for await (const line of createInterface(compare.stdout)) {
    places.push(Number(line.trim().split(' ')[0]) - 1)
    if (places.length === 1000) break
  }
  compare.kill()
  return places
}
