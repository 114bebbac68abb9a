// The models folder: what is listed and refused, what waits until it is whole, how changes are noticed, what removal
// touches.
import { copyFile, mkdir, readdir, readFile, rename, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createLog } from '#appliance/log.ts'
import { createModelsFolder, type ModelsFolder } from '#services/models/folder/folder.ts'
import { writeSelfTest } from '#test/fakes/selftest/write.ts'
import { emptyCatalogue } from '../choice/machines.ts'
import { buildFile, sha256, temporaryFolder } from '../gguf/build.ts'

interface Timer {
  readonly callback: () => void
  readonly delayMs: number
}

interface Bench {
  readonly path: string
  readonly folder: ModelsFolder
  readonly timers: Timer[]
  readonly changes: () => number
  readonly changed: () => Promise<void>
}

async function bench(starter: string | null = null): Promise<Bench> {
  const path = join(await temporaryFolder(), 'models')
  await mkdir(path)
  const timers: Timer[] = []
  let changes = 0
  let wake: () => void = () => undefined
  const folder = createModelsFolder({
    path,
    starter,
    catalogue: emptyCatalogue,
    log: createLog({ service: 'test', level: 'error', write: () => undefined }),
    now: () => Date.now(),
    setTimer(callback, delayMs) {
      const timer = { callback, delayMs }
      timers.push(timer)
      return () => timers.splice(timers.indexOf(timer), 1)
    },
    onChange() {
      changes++
      wake()
    },
  })
  onTestFinished(() => folder.close())
  const changed = () =>
    new Promise<void>((resolve) => {
      wake = resolve
    })
  return { path, folder, timers, changes: () => changes, changed }
}

/** As if it had been written a minute ago. */
async function put(path: string, name: string, bytes: Uint8Array = buildFile()): Promise<void> {
  const minuteAgo = new Date(Date.now() - 60_000)
  await writeFile(join(path, `${name}.writing`), bytes)
  await utimes(join(path, `${name}.writing`), minuteAgo, minuteAgo)
  await rename(join(path, `${name}.writing`), join(path, name))
}

it('lists models by their file names and rejected files with the reason', async () => {
  const { path, folder } = await bench()
  await put(path, 'good.gguf')
  await put(path, 'bad.gguf', Buffer.alloc(100))
  await put(path, 'going.gguf.part')
  await put(path, 'notes.txt')
  await folder.scan()
  expect(folder.models().map(({ model }) => model.id)).toEqual(['good'])
  expect(folder.rejected()).toEqual([{ file: 'bad.gguf', reason: 'it does not begin with GGUF' }])
  expect(folder.pathOf('good')).toBe(join(path, 'good.gguf'))
})

it('has the starter from elsewhere, before a file of its name, and does not remove it', async () => {
  const shipped = join(await temporaryFolder(), 'starter.gguf')
  await writeFile(shipped, buildFile())
  const { path, folder } = await bench(shipped)
  await put(path, 'starter.gguf')
  await put(path, 'other.gguf')
  await folder.scan()
  expect(folder.models().map(({ model }) => [model.id, model.starter])).toEqual([
    ['starter', true],
    ['other', false],
  ])
  expect(folder.rejected()).toEqual([{ file: 'starter.gguf', reason: 'another file has the same name' }])
  expect(folder.pathOf('starter')).toBe(shipped)
  await expect(folder.remove('starter')).rejects.toMatchObject({ code: 'model_built_in' })
  expect(await readFile(shipped)).toHaveLength(buildFile().length)
})

it('tells of changes, and only of changes', async () => {
  const { path, folder, changes } = await bench()
  await put(path, 'good.gguf')
  await folder.scan()
  await folder.scan()
  expect(changes()).toBe(1)
})

it('leaves a file alone that may still be growing, unless its writer says that it is complete', async () => {
  const { path, folder } = await bench()
  await writeSelfTest(path)
  await folder.scan()
  expect(folder.models()).toEqual([])
  expect(folder.rejected()).toEqual([])
  await folder.scan('hob-selftest.gguf')
  expect(folder.find('hob-selftest').model.starter).toBe(false)
})

it('looks again after a moment when a file was growing', async () => {
  const { path, folder, timers, changed } = await bench()
  await writeSelfTest(path)
  await folder.scan()
  folder.watch()
  const again = timers.find(({ delayMs }) => delayMs === 2000)
  const long = new Date(Date.now() - 60_000)
  await utimes(join(path, 'hob-selftest.gguf'), long, long)
  const change = changed()
  again?.callback()
  await change
  expect(folder.models()).toHaveLength(1)
})

it('notices a file that is put into the folder', async () => {
  const { path, folder, timers, changed } = await bench()
  await folder.scan()
  folder.watch()
  const change = changed()
  await put(path, 'new.gguf')
  await expect.poll(() => timers.find(({ delayMs }) => delayMs === 200)).toBeDefined()
  timers.find(({ delayMs }) => delayMs === 200)?.callback()
  await change
  expect(folder.models().map(({ model }) => model.id)).toEqual(['new'])
})

it('does not put off looking while a file keeps changing', async () => {
  const { path, folder, timers } = await bench()
  await folder.scan()
  folder.watch()
  await put(path, 'one.gguf')
  await expect.poll(() => timers.find(({ delayMs }) => delayMs === 200)).toBeDefined()
  const first = timers.find(({ delayMs }) => delayMs === 200)
  await put(path, 'two.gguf')
  await folder.scan()
  expect(timers.find(({ delayMs }) => delayMs === 200)).toBe(first)
})

it('finds a file by looking where the file system tells nothing', async () => {
  const { path, folder, timers, changed } = await bench()
  await folder.scan()
  folder.watch()
  const slow = timers.find(({ delayMs }) => delayMs === 30_000)
  await put(path, 'new.gguf')
  const change = changed()
  slow?.callback()
  await change
  expect(folder.models()).toHaveLength(1)
})

it('reads a file anew when it was replaced', async () => {
  const { path, folder } = await bench()
  await put(path, 'a.gguf', Buffer.alloc(64))
  await folder.scan()
  await put(path, 'a.gguf')
  await folder.scan()
  expect(folder.models()).toHaveLength(1)
  expect(folder.rejected()).toEqual([])
})

it('refuses a second file of the same name', async () => {
  const { path, folder } = await bench()
  await put(path, 'a.GGUF')
  await put(path, 'a.gguf')
  await folder.scan()
  expect(folder.models()).toHaveLength(1)
  expect(folder.rejected()[0]?.reason).toContain('same name')
})

it('removes only what it listed, and of a link only the link', async () => {
  const { path, folder } = await bench()
  const outside = await temporaryFolder()
  await put(outside, 'real.gguf')
  await symlink(join(outside, 'real.gguf'), join(path, 'link.gguf'))
  await folder.scan()
  await expect(folder.remove('../models/link')).rejects.toMatchObject({ code: 'model_not_found' })
  await folder.remove('link')
  expect(folder.models()).toEqual([])
  expect(await readdir(outside)).toEqual(['real.gguf'])
})

it('computes a hash once, and forgets it when the file changes', async () => {
  const { path, folder } = await bench()
  await put(path, 'a.gguf')
  await folder.scan()
  const expected = sha256(buildFile())
  expect(folder.find('a').model.sha256).toBeNull()
  expect(await folder.hash('a', AbortSignal.timeout(10_000))).toBe(expected)
  expect(folder.find('a').model.sha256).toBe(expected)
  await copyFile(join(path, 'a.gguf'), join(path, 'b.gguf.part'))
  await put(path, 'a.gguf', Buffer.concat([buildFile(), Buffer.alloc(32)]))
  await folder.scan()
  expect(folder.find('a').model.sha256).toBeNull()
})
