// All ways in which one model could be run on a machine, each with its predicted memory and speed and whether it may
// be. Pure.
import type { Plan, Verdict } from '#appliance/contracts/models.ts'
import { bitsPerWeight } from '../catalogue/quantizations.ts'
import type { ChoicePolicy, FailedPlan } from './inputs.ts'
import type { Machine } from './machine.ts'
import { type MemoryShape, type PredictedMemory, predictMemory } from './memory.ts'
import { predictTokensPerSecond } from './speed.ts'
import type { Subject } from './subject.ts'

/** Why an option may not be taken, or that it may: what is left for `chosen` is decided among all. */
export type Obstacle = Exclude<
  Verdict,
  { code: 'chosen' | 'lower_quality' | 'same_quality_slower' | 'not_installed' }
>

export interface Option {
  readonly subject: Subject
  readonly plan: Plan
  readonly fullyOffloaded: boolean
  readonly obstacle: Obstacle | null
}

/** What an 8-bit cache costs in quality: barely measurable, so that F16 wins where both fit. */
const quantizedCacheLoss = 0.2
/**
 * A token of a model this small is computed sooner than a second thread is woken: the starter gave 1,000 tokens a
 * second with one thread and 60 to 100 with two, on two busy cores.
 */
const oneThreadBelowBytes = 32e6
/** A context that one long document fills is worth a clearly better model. */
const shortContextLoss = 6

export function optionsOf(
  subject: Subject,
  machine: Machine,
  policy: ChoicePolicy,
  failures: readonly FailedPlan[],
): Option[] {
  return contextsOf(subject, policy).flatMap((contextTokens) =>
    machine.keyValueTypes.flatMap((keyValueType) =>
      sequenceCounts(policy).flatMap((sequences) =>
        offloads(subject, machine, { contextTokens, keyValueType, sequences }).map((gpuLayers) =>
          optionOf(subject, machine, policy, failures, { contextTokens, keyValueType, sequences, gpuLayers }),
        ),
      ),
    ),
  )
}

function contextsOf(subject: Subject, policy: ChoicePolicy): number[] {
  const longest = Math.min(subject.trainedContextTokens, policy.maximumContextTokens)
  const first = policy.kind === 'embedding' ? 2048 : 4096
  const ladder: number[] = []
  for (let tokens = first; tokens <= longest; tokens *= 2) ladder.push(tokens)
  return ladder.length === 0 ? [longest] : ladder
}

const sequenceCounts = (policy: ChoicePolicy): number[] =>
  policy.kind === 'embedding'
    ? [1]
    : Array.from({ length: policy.sequences }, (_, less) => policy.sequences - less)

/** Nothing, everything, or as many layers as fit on the accelerator. */
function offloads(subject: Subject, machine: Machine, shape: Omit<MemoryShape, 'gpuLayers'>): number[] {
  const device = machine.accelerator
  if (device === null) return [0]
  const all = subject.layers.length
  let part = 0
  for (let low = 1, high = all - 1; low <= high; ) {
    const middle = Math.floor((low + high) / 2)
    const fits = predictMemory(subject, { ...shape, gpuLayers: middle }).deviceBytes <= device.budgetBytes
    if (fits) part = middle
    if (fits) low = middle + 1
    else high = middle - 1
  }
  // Sharing one pool, a part on the device gains nothing.
  return device.unified || part === 0 ? [all, 0] : [all, part, 0]
}

function optionOf(
  subject: Subject,
  machine: Machine,
  policy: ChoicePolicy,
  failures: readonly FailedPlan[],
  shape: MemoryShape,
): Option {
  const memory = predictMemory(subject, shape)
  const device = shape.gpuLayers > 0 ? machine.accelerator : null
  const budgetBytes =
    machine.systemBudgetBytes + (device === null || device.unified ? 0 : Math.floor(device.budgetBytes))
  const plan: Plan = {
    model: subject.id,
    quantization: subject.quantization,
    backend: device?.backend ?? 'cpu',
    contextTokens: shape.contextTokens,
    sequences: shape.sequences,
    keyValueType: shape.keyValueType,
    gpuLayers: shape.gpuLayers,
    threads: subject.activeBytes < oneThreadBelowBytes ? 1 : machine.threads,
    useMmap: device !== null || !subject.repacked,
    memory: {
      weightBytes: memory.weightBytes,
      keyValueBytes: memory.keyValueBytes,
      computeBytes: memory.computeBytes,
      processBytes: memory.processBytes,
      totalBytes: memory.totalBytes,
      budgetBytes,
    },
    tokensPerSecond: predictTokensPerSecond(subject, machine, shape.gpuLayers),
    quality: effectiveQuality(subject, policy, shape),
  }
  return {
    subject,
    plan,
    fullyOffloaded: shape.gpuLayers >= subject.layers.length,
    obstacle: obstacleTo(subject, plan, memory, { machine, policy, failures }),
  }
}

/** The model's quality, less what this way of running it costs: so that comparing plans is comparing one number. */
function effectiveQuality(subject: Subject, policy: ChoicePolicy, shape: MemoryShape): number {
  const short = policy.kind !== 'embedding' && shape.contextTokens < policy.wantedContextTokens
  const loss = (shape.keyValueType === 'f16' ? 0 : quantizedCacheLoss) + (short ? shortContextLoss : 0)
  return Math.max(0, subject.quality - loss)
}

/** The weightiest reason first. */
function obstacleTo(
  subject: Subject,
  plan: Plan,
  memory: PredictedMemory,
  { machine, policy, failures }: { machine: Machine; policy: ChoicePolicy; failures: readonly FailedPlan[] },
): Obstacle | null {
  if (!suits(subject, policy)) return { code: 'wrong_kind', kind: subject.kind }
  const lacking = lackingMemory(plan, memory, machine)
  if (lacking !== null) return lacking
  const failure = failures.find((failed) => isRepeated(plan, failed.plan))
  if (failure !== undefined) return { code: 'failed_before', detail: failure.detail }
  // Before the context, which is short in a model this small: it is there when nothing else is.
  if (subject.starter) return { code: 'starter_only' }
  const shortest = policy.kind === 'embedding' ? 0 : policy.minimumContextTokens
  if (plan.contextTokens < shortest) {
    return { code: 'context_too_short', contextTokens: plan.contextTokens, floor: shortest }
  }
  const floorBits = bitsPerWeight(machine.quantizationFloor)
  const bits = bitsPerWeight(subject.quantization) ?? subject.bitsPerWeight
  if (floorBits !== null && bits < floorBits) {
    return { code: 'quantization_below_floor', floor: machine.quantizationFloor }
  }
  if (policy.kind !== 'embedding' && plan.tokensPerSecond < policy.floorTokensPerSecond) {
    return { code: 'too_slow', tokensPerSecond: plan.tokensPerSecond, floor: policy.floorTokensPerSecond }
  }
  return null
}

const suits = (subject: Subject, policy: ChoicePolicy): boolean =>
  subject.kind === policy.kind || (policy.kind === 'completion' && subject.kind === 'chat')

/** Each pool by itself; what the accelerator shares with the system is counted in the system's. */
function lackingMemory(plan: Plan, memory: PredictedMemory, machine: Machine): Obstacle | null {
  const device = plan.gpuLayers > 0 ? machine.accelerator : null
  if (device !== null && memory.deviceBytes > device.budgetBytes) {
    return {
      code: 'needs_more_memory',
      needBytes: memory.deviceBytes,
      haveBytes: Math.floor(device.budgetBytes),
    }
  }
  const onSystem = memory.totalBytes - (device === null || device.unified ? 0 : memory.deviceBytes)
  if (onSystem <= machine.systemBudgetBytes) return null
  return { code: 'needs_more_memory', needBytes: onSystem, haveBytes: machine.systemBudgetBytes }
}

const isRepeated = (plan: Plan, failed: Plan): boolean =>
  plan.model === failed.model &&
  plan.quantization === failed.quantization &&
  plan.backend === failed.backend &&
  plan.memory.totalBytes >= failed.memory.totalBytes
