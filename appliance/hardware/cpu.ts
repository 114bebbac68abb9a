// The processor's part of the fact sheet on Linux.
import type { Fact, FactSheet } from '#appliance/contracts/hardware.ts'
import { readCores } from './cores.ts'
import { modelOf, parseCpuInfo, vendorOf } from './cpuinfo.ts'
import type { Host } from './host.ts'
import { extensionsOf, isaLevelOf } from './isa.ts'
import type { Limits } from './limits.ts'
import { known, notMeasured } from './read.ts'

const source = '/proc/cpuinfo'

export interface CpuReading {
  readonly cpu: FactSheet['cpu']
  /** Whether the processor says that it is a virtual one; null where it does not say. */
  readonly hypervisor: boolean | null
  /** `Model` of an Arm board's cpuinfo. */
  readonly boardModel: string | null
}

export async function readCpu(
  host: Host,
  architecture: FactSheet['cpu']['architecture'],
  limits: Limits,
): Promise<CpuReading> {
  const reading = await host.readFile(source)
  const info = parseCpuInfo(reading.ok ? reading.text : '')
  const missing = reading.ok ? `${source} does not say` : `${source} ${reading.reason}`
  const orMissing = <Value>(value: Value | null): Fact<Value> =>
    value === null ? notMeasured(missing) : known(value, source)

  const logicalCores = orMissing(info.processors.length === 0 ? null : info.processors.length)
  const cores = await readCores(host, info.processors.length)
  return {
    cpu: {
      model: orMissing(modelOf(info)),
      vendor: orMissing(vendorOf(info)),
      architecture,
      isaLevel: orMissing(isaLevelOf(architecture, info.flags)),
      extensions: orMissing(info.flags.size === 0 ? null : extensionsOf(info.flags)),
      logicalCores,
      ...cores,
      usableCpus: usable(logicalCores, limits),
    },
    hypervisor: architecture === 'x64' && info.flags.size > 0 ? info.flags.has('hypervisor') : null,
    boardModel: info.machine.get('Model')?.slice(0, 256) ?? null,
  }
}

/** The least of what is there, what the mask allows and what the quota pays for. */
function usable(logicalCores: Fact<number>, { quotaCpus, affinityCpus }: Limits): Fact<number> {
  let least: Fact<number> | null = null
  for (const fact of [logicalCores, affinityCpus, quotaCpus])
    if (
      fact.status === 'known' &&
      fact.value > 0 &&
      (least === null || least.status !== 'known' || fact.value < least.value)
    )
      least = fact
  return least ?? notMeasured('neither the processors nor a limit on them could be counted')
}
