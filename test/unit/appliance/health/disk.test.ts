// The checks of the disk on real disks: memory disks that are full, read-only and small. Mounting needs root.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { BoxHealth } from '#appliance/contracts/health.ts'
import { dataCheck } from '#appliance/health/data.ts'
import { spaceCheck } from '#appliance/health/space.ts'

const signal = new AbortController().signal
const mayMount = process.platform === 'linux' && process.getuid?.() === 0

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'hob-health-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function memoryDisk(size: string): string {
  const path = folder()
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'hob-test', path])
  onTestFinished(() => void execFileSync('umount', [path]))
  return path
}

/** Writes until nothing more goes in. */
function fill(path: string): void {
  expect(() => writeFileSync(join(path, 'all'), Buffer.alloc(2 ** 22))).toThrow('ENOSPC')
}

describe('data', () => {
  test('a folder that takes a file is well, and nothing stays in it', async () => {
    const path = folder()
    writeFileSync(join(path, '.health-check'), 'of a predecessor that was killed')
    expect(await dataCheck({ folder: path }).detect(signal)).toEqual({ state: 'ok' })
    expect(readdirSync(path)).toEqual([])
  })

  test.skipIf(!mayMount)('a full disk is told as full', async () => {
    const path = memoryDisk('1m')
    fill(path)
    expect(await dataCheck({ folder: path }).detect(signal)).toMatchObject({ code: 'data_full' })
    expect(readdirSync(path)).toEqual(['all'])
  })

  test.skipIf(!mayMount)('a disk that turned read-only is told with its reason', async () => {
    const path = memoryDisk('1m')
    execFileSync('mount', ['-o', 'remount,ro', path])
    expect(await dataCheck({ folder: path }).detect(signal)).toMatchObject({
      code: 'data_unwritable',
      values: { folder: path, reason: 'EROFS' },
    })
  })

  test('a folder that is gone cannot be written', async () => {
    const path = join(folder(), 'gone')
    expect(await dataCheck({ folder: path }).detect(signal)).toMatchObject({ values: { reason: 'ENOENT' } })
  })
})

describe('space', () => {
  const gib = 2 ** 30
  type Disk = BoxHealth['disks'][number]
  const disk = (freeGib: number | null, totalGib: number): Disk => ({
    folder: 'data',
    totalBytes: totalGib * gib,
    availableBytes: freeGib === null ? null : freeGib * gib,
  })
  const models = [
    { id: 'starter', fileBytes: 1e6, starter: true },
    { id: 'small', fileBytes: 2e9, starter: false },
    { id: 'large', fileBytes: 9e9, starter: false },
  ]
  const check = (
    disks: readonly Disk[] | (() => readonly Disk[]),
    { here = models, unfinished = 0 }: { here?: typeof models; unfinished?: number } = {},
  ) => {
    let left = unfinished
    return spaceCheck({
      disks: async () => [...(typeof disks === 'function' ? disks() : disks)],
      models: async () => here,
      unfinishedBytes: async () => left,
      removeUnfinished: async () => void (left = 0),
    })
  }

  test.each([
    ['a tenth of a small disk', 12, 100],
    ['enough for a model on a large one', 21, 4_000],
  ])('%s is enough', async (_, free, total) => {
    expect(await check([disk(free, total)]).detect(signal)).toEqual({ state: 'ok' })
  })

  test('less is a warning that names the largest model, and what all take', async () => {
    expect(await check([disk(500, 1_000), disk(9, 100)]).detect(signal)).toMatchObject({
      code: 'space_low',
      values: { freeBytes: 9 * gib, modelsBytes: 11e9, largest: 'large', largestBytes: 9e9 },
      fixable: false,
    })
  })

  test('where models are not what fills it, none is to blame', async () => {
    const [starter] = models
    const here = starter === undefined ? [] : [starter]
    expect(await check([disk(9, 100)], { here }).detect(signal)).toMatchObject({
      code: 'space_low_elsewhere',
    })
  })

  test('what downloads left can be removed', async () => {
    const found = check([disk(0.5, 100)], { unfinished: 5e9 })
    expect(await found.detect(signal)).toMatchObject({ code: 'space_out', fixable: true })
    await found.fix?.(signal)
    expect(await found.detect(signal)).toMatchObject({ code: 'space_out', fixable: false })
  })

  test('a disk that says nothing is not measured', async () => {
    expect(await check([disk(null, 100)]).detect(signal)).toMatchObject({ code: 'disk_unknown' })
  })

  test.skipIf(!mayMount)('a real disk fills up under it', async () => {
    const path = memoryDisk('1m')
    const read = (): Disk[] => {
      const { bsize, blocks, bavail } = statfsSync(path)
      return [{ folder: 'data', totalBytes: blocks * bsize, availableBytes: bavail * bsize }]
    }
    const found = check(read)
    expect(await found.detect(signal)).toEqual({ state: 'ok' })
    fill(path)
    expect(await found.detect(signal)).toMatchObject({ code: 'space_out', values: { freeBytes: 0 } })
  })
})
