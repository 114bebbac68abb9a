// The probe as a whole: hostile files, a host that hangs, what llama.cpp adds, and this very machine.
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type FactSheet, factSheetSchema } from '#appliance/contracts/hardware.ts'
import type { Host } from '#appliance/hardware/host.ts'
import { createLiveProbe, createProbe } from '#appliance/hardware/probe.ts'
import {
  type Content,
  contentsOf,
  hostOf,
  machineNames,
  noLibrary,
  probeOf,
  readMachineFile,
} from '#test/fakes/recorded-machine.ts'

const linux = { library: noLibrary, platform: 'linux', architecture: 'x64', now: () => new Date(0) }

/** Every number of a sheet that is a fact: none may be 0 in place of "unknown", but for those that really can be. */
function zeros(sheet: FactSheet): string[] {
  const found: string[] = []
  const walk = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return
    if ('status' in value && value.status === 'known' && 'value' in value && value.value === 0)
      found.push(path)
    for (const [key, inner] of Object.entries(value)) walk(inner, `${path}.${key}`)
  }
  walk(sheet, '')
  return found.filter((path) => !['.memory.swapBytes', '.memory.availableBytes'].includes(path))
}

describe('hostile files', () => {
  const seed = process.env['HOB_TEST_SEED'] ?? randomBytes(4).toString('hex')
  let state = Number.parseInt(seed, 16) >>> 0
  const random = (below: number): number => {
    // xorshift32, so that the seed alone gives the same bytes again.
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
  const noise = (): Buffer => Buffer.from(Array.from({ length: random(400) }, () => random(256)))
  const printable = (): Buffer =>
    Buffer.from(
      Array.from(
        { length: random(400) },
        () => [9, 10, 32, 44, 45, 48, 57, 58, 65, 90, 97, 120][random(12)] ?? 32,
      ),
    )
  const mangled = (content: Uint8Array): Buffer => {
    const copy = Buffer.from(content)
    for (let count = 0; count < 3 && copy.length > 0; count++) copy[random(copy.length)] = 32 + random(95)
    return copy.subarray(0, random(copy.length + 1))
  }

  test.each(machineNames())(
    `in the place of %s’s give a sheet that is valid (seed ${seed})`,
    async (name) => {
      const machine = readMachineFile(name)
      for (let round = 0; round < 8; round++) {
        const contents = new Map<string, Content>()
        for (const [path, content] of contentsOf(machine)) {
          const kind = random(5)
          if (!(content instanceof Uint8Array)) contents.set(path, kind === 0 ? noise() : content)
          else if (kind === 0) contents.set(path, noise())
          else if (kind === 1) contents.set(path, printable())
          else if (kind === 2) contents.set(path, Buffer.alloc(0))
          else if (kind === 3) contents.set(path, mangled(content))
          else contents.set(path, { link: printable().toString() })
        }
        const sheet = await probeOf(machine, contents).read()
        factSheetSchema.parse(sheet)
        expect(zeros(sheet)).toEqual([])
      }
    },
  )
})

test('an empty machine is a sheet full of reasons', async () => {
  const sheet = await createProbe({ ...linux, host: hostOf(new Map()), timeoutMs: 5000 }).read()
  factSheetSchema.parse(sheet)
  expect(JSON.stringify(sheet)).not.toContain('"known"')
  expect(sheet.memory.totalBytes).toEqual({ status: 'not_measured', reason: '/proc/meminfo is not there' })
  expect([sheet.gpus, sheet.npus, sheet.disks]).toEqual([[], [], []])
})

test('a host that hangs costs the time limit and no more', async () => {
  const never = <Value>(): Promise<Value> => Promise.withResolvers<Value>().promise
  const host: Host = { readFile: never, readLink: never, list: never, exists: never }
  const sheet = await createProbe({ ...linux, host, timeoutMs: 20 }).read()
  expect(sheet.cpu.model).toEqual({
    status: 'not_measured',
    reason: '/proc/cpuinfo was not read: no time was left',
  })
})

test('this machine is read without a throw, processors and memory included', async () => {
  const sheet = await createLiveProbe().read()
  factSheetSchema.parse(sheet)
  expect(sheet.cpu.usableCpus.status).toBe('known')
  expect(sheet.memory.totalBytes.status).toBe('known')
  expect(zeros(sheet)).toEqual([])
})

describe('what llama.cpp sees', () => {
  const machine = readMachineFile('rtx-3060-pc')
  const cuda = {
    backend: 'cuda',
    name: 'RTX 3060',
    totalBytes: 12 * 1024 ** 3,
    freeBytes: 11 * 1024 ** 3,
    unified: false,
    software: false,
  } as const
  const llama = (devices: readonly (typeof cuda)[]): FactSheet['llama'] => ({
    status: 'known',
    value: { version: 'b1', devices: [...devices] },
    source: 'llama.cpp',
  })

  test('fills in the memory of the one card whose driver keeps it to itself', async () => {
    const { gpus } = await probeOf(machine).read({ llama: llama([cuda]) })
    expect(gpus[0]?.memoryBytes).toEqual({
      status: 'known',
      value: 12 * 1024 ** 3,
      source: 'llama.cpp (cuda)',
    })
  })

  test('fills in nothing where two devices could be meant', async () => {
    const { gpus } = await probeOf(machine).read({ llama: llama([cuda, cuda]) })
    expect(gpus[0]?.memoryBytes.status).toBe('not_measured')
  })

  test('is asked for where nobody asked it', async () => {
    const { llama: asked, memory } = await probeOf(machine).read()
    expect(asked).toEqual({ status: 'not_measured', reason: 'llama.cpp was not asked' })
    expect(memory.bandwidthGBps.status).toBe('not_measured')
  })
})
