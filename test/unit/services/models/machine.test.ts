// The machine as the models service keeps it: what a busy moment hides is not taken for gone.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Host } from '#appliance/hardware/host.ts'
import { createProbe, type Probe } from '#appliance/hardware/probe.ts'
import { readProfiles } from '#appliance/hardware/profiles.ts'
import { createMachine } from '#services/models/machine.ts'
import { createKeptLog } from '#test/fakes/models-parts.ts'
import { contentsOf, hostOf, noLibrary, readMachineFile } from '#test/fakes/recorded-machine.ts'

const folder = mkdtempSync(join(tmpdir(), 'hob-machine-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const profiles = await readProfiles('hardware-profiles')
const host = hostOf(contentsOf(readMachineFile('asus-nuc14-pro')))
const never = (): Promise<never> => new Promise(() => undefined)
const hanging: Host = { readFile: never, readLink: never, list: never, exists: never }
const probe = (inTime: boolean): Probe =>
  createProbe({
    host: inTime ? host : hanging,
    library: noLibrary,
    platform: 'linux',
    architecture: 'x64',
    now: () => new Date(0),
    timeoutMs: inTime ? 60_000 : 1,
  })

/** A machine whose looks are in time, or not, in this order; the last one again and again. */
function machineOf(
  looks: boolean[],
  gigabytesPerSecond: (number | Promise<number>)[] = [20],
  file = join(folder, 'machine.json'),
) {
  let nowMs = 0
  return createMachine({
    probe: {
      read: (input) => {
        const [inTime = true] = looks.length > 1 ? looks.splice(0, 1) : looks
        return probe(inTime).read(input)
      },
    },
    profiles,
    engines: {
      devices: async (signal) => {
        signal.throwIfAborted()
        return { version: 'test', devices: [] }
      },
    },
    file,
    clock: {
      now: () => {
        nowMs += 10_000
        return new Date(nowMs)
      },
    },
    log: createKeptLog().log,
    measure: async () => ({
      status: 'known',
      value: (await gigabytesPerSecond.shift()) ?? 0,
      source: 'test',
    }),
  })
}

test('a look that ran out of time keeps what was known', async () => {
  const machine = machineOf([true, true, false])
  const before = await machine.sheet(AbortSignal.timeout(5_000))
  expect(before.facts.memory.totalBytes.status).toBe('known')
  await machine.sheet(AbortSignal.timeout(5_000))
  const { facts } = await machine.sheet(AbortSignal.timeout(5_000))
  expect(facts.cpu).toEqual(before.facts.cpu)
  expect(facts.memory).toEqual(before.facts.memory)
  expect(facts.gpus).toEqual(before.facts.gpus)
})

test('a first look that ran out of time is made again', async () => {
  const machine = machineOf([false, false, true])
  await machine.begin(AbortSignal.timeout(20_000))
  await machine.sheet(AbortSignal.timeout(5_000))
  expect(readFileSync(join(folder, 'machine.json'), 'utf8')).toContain('NUC14')
})

test('a machine that had no time for all of them is looked at again, while the service is there already', async () => {
  rmSync(join(folder, 'machine.json'), { force: true })
  const machine = machineOf([false, false, false, false, false, false, true])
  await machine.begin(AbortSignal.timeout(20_000))
  const { facts } = await machine.sheet(AbortSignal.timeout(20_000))
  expect(facts.memory.totalBytes.status).toBe('known')
  expect(readFileSync(join(folder, 'machine.json'), 'utf8')).toContain('NUC14')
})

test('one that was known before is not measured anew because its start was slow', async () => {
  const before = readFileSync(join(folder, 'machine.json'), 'utf8')
  const machine = machineOf([false, false, false, false, false, true], [99])
  await machine.begin(AbortSignal.timeout(20_000))
  const { facts } = await machine.sheet(AbortSignal.timeout(20_000))
  expect(facts.memory.bandwidthGBps).toMatchObject({ value: 20 })
  expect(readFileSync(join(folder, 'machine.json'), 'utf8')).toBe(before)
})

test('the service is not kept waiting by a first look; who asks for the machine is', async () => {
  rmSync(join(folder, 'machine.json'), { force: true })
  const measured = Promise.withResolvers<number>()
  const machine = machineOf([true], [measured.promise])
  await machine.begin(AbortSignal.timeout(20_000))
  const asked = machine.sheet(AbortSignal.timeout(5_000))
  let isAnswered = false
  const noted = asked.then(() => (isAnswered = true))
  await new Promise(setImmediate)
  expect(isAnswered).toBe(false)
  measured.resolve(20)
  expect((await asked).facts.memory.bandwidthGBps).toMatchObject({ status: 'known', value: 20 })
  await noted
})

test('who waits for a first look while the service leaves is told so', async () => {
  rmSync(join(folder, 'machine.json'), { force: true })
  const measured = Promise.withResolvers<number>()
  const machine = machineOf([true], [measured.promise])
  const leaving = new AbortController()
  await machine.begin(leaving.signal)
  leaving.abort()
  measured.resolve(20)
  await expect(machine.sheet(AbortSignal.timeout(5_000))).rejects.toMatchObject({ code: 'shutting_down' })
})

test('on a full disk what was found out holds until the next start', async () => {
  const machine = machineOf([true], [20], join(folder, 'missing', '\0', 'machine.json'))
  await machine.begin(AbortSignal.timeout(20_000))
  const { facts } = await machine.sheet(AbortSignal.timeout(5_000))
  expect(facts.memory.bandwidthGBps).toMatchObject({ status: 'known', value: 20 })
})

test('memory that was measured while the machine was busy is measured again at the next start, and only gets faster', async () => {
  const kept = (): number => {
    const { bandwidthGBps } = JSON.parse(readFileSync(join(folder, 'machine.json'), 'utf8')) as {
      bandwidthGBps: { value: number }
    }
    return bandwidthGBps.value
  }
  const start = async (figure: number): Promise<number> => {
    let news = 0
    const machine = machineOf([true], [figure])
    const signal = AbortSignal.timeout(20_000)
    await machine.begin(signal)
    await machine.sheet(signal)
    await machine.lookAgain(signal, () => void news++)
    return news
  }
  rmSync(join(folder, 'machine.json'), { force: true })
  expect(await start(10)).toBe(0)
  expect(await start(30)).toBe(1)
  expect(kept()).toBe(30)
  expect(await start(12)).toBe(0)
  expect(await start(30.3)).toBe(0)
  expect(kept()).toBe(30)
})
