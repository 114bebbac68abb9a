// The live host over a real folder: what a broken file turns into.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createHost, type Host, limitHost, maxFileBytes } from '#appliance/hardware/host.ts'

const root = mkdtempSync(join(tmpdir(), 'hob-host-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const host = createHost(root)

test('reads text under its root, also text that ends in NUL', async () => {
  writeFileSync(join(root, 'model'), 'Radxa ROCK 5B\0')
  expect(await host.readFile('/model')).toEqual({ ok: true, text: 'Radxa ROCK 5B\0' })
})

test.each([
  ['is not there', 'nowhere', () => undefined],
  ['is not text', 'binary', (path: string) => writeFileSync(path, Buffer.from([1, 2, 3, 255]))],
  ['is not text', 'controls', (path: string) => writeFileSync(path, Buffer.from([0x61, 1]))],
  ['is not text', 'half', (path: string) => writeFileSync(path, Buffer.from([0x61, 0xc3]))],
  [
    `is larger than ${maxFileBytes} bytes`,
    'huge',
    (path: string) => writeFileSync(path, 'a'.repeat(maxFileBytes + 1)),
  ],
  ['could not be read (EISDIR)', 'folder', (path: string) => mkdirSync(path)],
  ['could not be read (ELOOP)', 'loop', (path: string) => symlinkSync(path, path)],
])('says that a file %s', async (reason, name, make) => {
  make(join(root, name))
  expect(await host.readFile(`/${name}`)).toEqual({ ok: false, reason })
})

test('does not wait for the other end of a named pipe', async () => {
  execFileSync('/usr/bin/mkfifo', [join(root, 'pipe')])
  expect(await host.readFile('/pipe')).toEqual({ ok: true, text: '' })
})

test('lists, follows and looks without ever throwing', async () => {
  symlinkSync('../../bus/pci/drivers/i915', join(root, 'driver'))
  expect(await host.readLink('/driver')).toBe('../../bus/pci/drivers/i915')
  expect(await host.readLink('/model')).toBe(null)
  expect(await host.list('/nowhere')).toEqual([])
  expect(await host.list('/')).toContain('model')
  expect(await host.exists('/model')).toBe(true)
  expect(await host.exists('/nowhere')).toBe(false)
})

test('answers in time for a host that hangs', async () => {
  const never = <Value>(): Promise<Value> => Promise.withResolvers<Value>().promise
  const hanging: Host = { readFile: never, readLink: never, list: never, exists: never }
  const aborter = new AbortController()
  const limited = limitHost(hanging, aborter.signal)
  const reading = limited.readFile('/proc/cpuinfo')
  aborter.abort()
  expect(await reading).toEqual({ ok: false, reason: 'was not read: no time was left' })
  expect(await limited.list('/sys')).toEqual([])
  expect(await limited.readLink('/sys')).toBe(null)
  expect(await limitHost(hanging, AbortSignal.abort()).exists('/sys')).toBe(false)
})
