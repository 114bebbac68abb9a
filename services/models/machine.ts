// The machine as the choice sees it: the live probe, with what takes seconds to find out (what llama.cpp sees, how fast
// memory is) asked once and kept beside the service's data. The service does not wait for those seconds; who wants the
// fact sheet does. Owns machine.json and the last fact sheet, which completes a look that ran out of time.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import {
  type Fact,
  type FactSheet,
  factSheetSchema,
  type Hardware,
  type HardwareProfile,
} from '#appliance/contracts/hardware.ts'
import { HobError } from '#appliance/errors.ts'
import { measureBandwidth, readBandwidth } from '#appliance/hardware/bandwidth.ts'
import { matchProfile } from '#appliance/hardware/match.ts'
import type { Probe } from '#appliance/hardware/probe.ts'
import { errorFields, type Log } from '#appliance/log.ts'
import type { Clock } from '#appliance/timers/timers.ts'
import type { EngineFactory } from './engine/engine.ts'
import { completedBy, isWhole } from './known-before.ts'
import type { HardwareSource } from './ports.ts'

/** Free memory moves all the time; within this the last reading will do. */
const freshMs = 2_000
/** The first look has none before it that could complete it; a machine that never has the time for one is taken for what was seen. */
const laterLooks = 30
const betweenLooksMs = 1_000
/** Repeated measurements of an idle machine differ by less. */
const worthNoting = 1.03

const keptSchema = z.object({
  /** Of the machine that it was found out on: a data folder may move to another one. */
  machine: z.string(),
  llama: factSheetSchema.shape.llama,
  bandwidthGBps: factSheetSchema.shape.memory.shape.bandwidthGBps,
})
type Kept = z.infer<typeof keptSchema>

interface MachineOptions {
  probe: Probe
  profiles: readonly HardwareProfile[]
  engines: Pick<EngineFactory, 'devices'>
  file: string
  clock: Pick<Clock, 'now'>
  log: Log
  /** How fast memory is read; another way in tests alone. */
  measure?: (facts: FactSheet) => Promise<Fact<number>>
}

export interface Machine extends HardwareSource {
  /** Reads what is kept. Where nothing is, begins to find it out, and every `sheet` waits for that. */
  begin(signal: AbortSignal): Promise<void>
  /** Of a later start, when the first answers are through: `onNews` is called when it found something else. */
  lookAgain(signal: AbortSignal, onNews: () => void): Promise<void>
  /** Resolves when no process is left that looks: they end when the signal of the look aborts. */
  close(): Promise<void>
}

export function createMachine(options: MachineOptions): Machine {
  const { probe, profiles, engines, file, clock, log, measure = measureHere } = options
  let kept: Kept | null = null
  let last: { sheet: Hardware; atMs: number } | null = null

  let seen: FactSheet | null = null
  let firstLook: Promise<void> | null = null
  let asked: Promise<unknown> = Promise.resolve()

  const read = async (): Promise<FactSheet> => {
    const facts = await probe.read(
      kept === null ? {} : { llama: kept.llama, bandwidthGBps: kept.bandwidthGBps },
    )
    seen = seen === null || isWhole(facts) ? facts : completedBy(facts, seen)
    return seen
  }

  const askDevices = async (signal: AbortSignal): Promise<FactSheet['llama']> => {
    const answer = engines.devices(signal)
    asked = answer
    try {
      const value = await answer
      return { status: 'known', value, source: 'llama.cpp in a process of its own' }
    } catch (error) {
      signal.throwIfAborted()
      log.warn('llama.cpp could not be asked for its devices', errorFields(error))
      return { status: 'not_measured', reason: 'llama.cpp did not answer' }
    }
  }

  const keep = async (next: Kept): Promise<void> => {
    kept = next
    last = null
    try {
      await mkdir(dirname(file), { recursive: true })
      await writeFile(`${file}.next`, JSON.stringify(next))
      await rename(`${file}.next`, file)
    } catch (error) {
      // on a full disk the box answers all the same, and looks again at its next start
      log.warn('what was found out about this machine is not kept', errorFields(error))
    }
  }

  const readLater = async (signal: AbortSignal): Promise<FactSheet> => {
    log.info('this machine has no time to be looked at; looking again')
    for (let looks = 1; ; looks++) {
      await sleep(betweenLooksMs, undefined, { signal })
      const facts = await read()
      if (isWhole(facts) || looks === laterLooks) return facts
    }
  }

  const lookFirst = async (first: FactSheet, signal: AbortSignal): Promise<void> => {
    try {
      const facts = isWhole(first) ? first : await readLater(signal)
      const machine = identity(facts)
      kept = await readKept(file, machine)
      if (kept !== null) return
      log.info('looking at this machine for the first time')
      const bandwidthGBps = await measure(facts)
      await keep({ machine, bandwidthGBps, llama: await askDevices(signal) })
    } catch (error) {
      if (!signal.aborted) throw error
      throw new HobError('shutting_down', {}, { cause: error })
    }
  }

  return {
    begin: async (signal) => {
      const facts = await read()
      kept = await readKept(file, identity(facts))
      if (kept !== null) return
      firstLook = lookFirst(facts, signal)
      // whoever waits for it is told
      firstLook.catch(() => undefined)
    },
    /** Drivers come and go, and a machine that was busy when its memory was measured looked slower than it is, never faster. */
    lookAgain: async (signal, onNews) => {
      if (kept === null || firstLook !== null) return
      try {
        const llama = await askDevices(signal)
        const bandwidthGBps = faster(kept.bandwidthGBps, await measure(await read()))
        if (sameDevices(llama, kept.llama) && bandwidthGBps === kept.bandwidthGBps) return
        await keep({ ...kept, llama, bandwidthGBps })
        onNews()
      } catch (error) {
        log.debug('the second look at the machine ended', errorFields(error))
      }
    },
    sheet: async () => {
      await firstLook
      const now = clock.now().getTime()
      if (last !== null && now - last.atMs < freshMs) return last.sheet
      const facts = await read()
      const sheet = { facts, matched: matchProfile(facts, profiles) }
      last = { sheet, atMs: now }
      return sheet
    },
    close: async () => void (await Promise.allSettled([asked])),
  }
}

const valueOf = <Value>(fact: Fact<Value>, otherwise: Value): Value =>
  fact.status === 'known' ? fact.value : otherwise

/** The old figure stays unless the new one is clearly above it. */
const faster = (old: Fact<number>, now: Fact<number>): Fact<number> =>
  now.status === 'known' && (old.status !== 'known' || now.value > old.value * worthNoting) ? now : old

async function measureHere({ cpu, memory }: FactSheet): Promise<Fact<number>> {
  const availableBytes = Math.min(
    valueOf(memory.availableBytes, 0),
    valueOf(memory.limitBytes, Number.MAX_SAFE_INTEGER),
  )
  const usableCpus = valueOf(cpu.usableCpus, 1)
  return readBandwidth(
    await measureBandwidth({
      usableCpus,
      availableBytes,
      lastLevelCacheBytes: valueOf(cpu.lastLevelCacheBytes, 0),
    }),
  )
}

const identity = ({ cpu, memory, gpus, machine }: FactSheet): string =>
  JSON.stringify([
    valueOf(machine.product, ''),
    valueOf(cpu.model, ''),
    valueOf(cpu.usableCpus, 0),
    valueOf(memory.totalBytes, 0),
    gpus.map(({ name }) => name),
  ])

/** Free memory changes with every look; the devices themselves do not. */
const sameDevices = (one: FactSheet['llama'], other: FactSheet['llama']): boolean => {
  const names = (llama: FactSheet['llama']): string =>
    llama.status === 'known'
      ? JSON.stringify([
          llama.value.version,
          ...llama.value.devices.map(({ backend, name }) => [backend, name]),
        ])
      : ''
  return names(one) === names(other)
}

/** Of this machine; null when it was found out on another, or never. */
async function readKept(file: string, machine: string): Promise<Kept | null> {
  // a first start has none
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text === null) return null
  try {
    const before = keptSchema.parse(JSON.parse(text))
    return before.machine === machine ? before : null
  } catch {
    // a damaged note costs one more look at the machine
    return null
  }
}
