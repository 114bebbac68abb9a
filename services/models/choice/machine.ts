// What a machine gives a model: two pools of memory (one, where the accelerator shares the system's), bandwidths and
// threads, from its facts and its profile. Pure.
import type { Fact, FactSheet, HardwareProfile, LlamaDevice } from '#appliance/contracts/hardware.ts'
import type { Plan } from '#appliance/contracts/models.ts'
import type { ChoiceInput } from './inputs.ts'

export interface Accelerator {
  readonly backend: Exclude<Plan['backend'], 'cpu'>
  /** Shares the system's pool: what lies on it is counted there too. */
  readonly unified: boolean
  readonly budgetBytes: number
  readonly bandwidthGBps: number
}

export interface Machine {
  readonly systemBudgetBytes: number
  readonly bandwidthGBps: number
  readonly threads: number
  readonly accelerator: Accelerator | null
  readonly keyValueTypes: HardwareProfile['quantization']['keyValue']
  readonly quantizationFloor: string
}

const valueOf = <Value>(fact: Fact<Value>): Value | null => (fact.status === 'known' ? fact.value : null)

/** Without a data sheet's figure a card is taken for a slow one. */
const unknownCardBandwidthGBps = 150

export function describeMachine({ facts, profile, availableBytes, policy }: ChoiceInput): Machine {
  const systemBudgetBytes = systemBudget(facts, profile, availableBytes)
  const bandwidthGBps = valueOf(facts.memory.bandwidthGBps) ?? profile.memory.expectedBandwidthGBps
  return {
    systemBudgetBytes,
    bandwidthGBps,
    threads: policy.threads ?? threadsFor(facts, profile),
    accelerator: acceleratorOf(facts, profile, { systemBudgetBytes, bandwidthGBps }),
    keyValueTypes: profile.quantization.keyValue,
    quantizationFloor: profile.quantization.floor,
  }
}

/** The smallest of what there is, what the cgroup allows and what is free, less the profile's reserve. */
function systemBudget(facts: FactSheet, profile: HardwareProfile, availableBytes: number | null): number {
  const total = valueOf(facts.memory.totalBytes)
  const bounds = [
    total,
    valueOf(facts.memory.limitBytes),
    availableBytes ?? valueOf(facts.memory.availableBytes),
  ]
  const known = bounds.filter((bound) => bound !== null)
  if (known.length === 0) return 0
  const least = Math.min(...known)
  const reserve = Math.max(profile.reserve.bytes, profile.reserve.fraction * (total ?? least))
  return Math.max(0, Math.floor(least - reserve))
}

/**
 * Never more than the quota leaves, and one less where there are two or more: llama.cpp's prebuilt CPU backend waits
 * by spinning, and one thread too many costs a factor of a hundred.
 */
function threadsFor(facts: FactSheet, profile: HardwareProfile): number {
  const usable = Math.max(
    1,
    Math.floor(valueOf(facts.cpu.usableCpus) ?? valueOf(facts.cpu.logicalCores) ?? 1),
  )
  const byPolicy = {
    'performance-cores': valueOf(facts.cpu.performanceCores) ?? valueOf(facts.cpu.physicalCores),
    'physical-cores': valueOf(facts.cpu.physicalCores),
    'usable-cpus': usable,
  }[profile.threads.policy]
  // Fewer cores of the wanted kind than CPUs: the others are left free already.
  const wanted = Math.min(
    byPolicy ?? usable,
    usable - Math.max(profile.threads.leaveFree, usable > 1 ? 1 : 0),
  )
  return Math.max(1, wanted)
}

function acceleratorOf(
  facts: FactSheet,
  profile: HardwareProfile,
  system: { systemBudgetBytes: number; bandwidthGBps: number },
): Accelerator | null {
  const devices = valueOf(facts.llama)?.devices ?? []
  for (const backend of profile.backendOrder) {
    // What stands behind the CPU in the order is not to be used.
    if (backend === 'cpu') return null
    const device = devices
      .filter((candidate) => candidate.backend === backend && !candidate.software)
      .reduce<LlamaDevice | null>(
        (best, one) => (best === null || one.freeBytes > best.freeBytes ? one : best),
        null,
      )
    if (device === null) continue
    return {
      backend,
      unified: device.unified,
      budgetBytes: device.unified ? Math.min(device.freeBytes, system.systemBudgetBytes) : cardBudget(device),
      bandwidthGBps: bandwidthOf(profile, backend, device.unified, system.bandwidthGBps),
    }
  }
  return null
}

/** Drivers and the desktop keep some: 8 %, between 256 MiB and 1.5 GiB. */
const cardBudget = (device: LlamaDevice): number =>
  Math.max(0, device.freeBytes - Math.min(Math.max(device.totalBytes * 0.08, 256 * 2 ** 20), 1.5 * 2 ** 30))

function bandwidthOf(
  profile: HardwareProfile,
  backend: Accelerator['backend'],
  unified: boolean,
  systemGBps: number,
): number {
  // CPU cores alone cannot fill the memory of an Apple or Strix Halo chip: its graphics read faster than was measured
  if (unified) return Math.max(systemGBps, profile.memory.expectedBandwidthGBps)
  const known = profile.accelerators.find(
    (accelerator) => accelerator.backends.includes(backend) && accelerator.unified === unified,
  )
  return known?.bandwidthGBps ?? unknownCardBandwidthGBps
}
