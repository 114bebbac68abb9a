// The choice in plain English sentences, for the terminal; the page says the same from the verdicts' codes. Pure.
import type { Candidate, Plan, Verdict } from '#appliance/contracts/models.ts'
import type { ChoicePolicy } from './inputs.ts'
import type { Machine } from './machine.ts'
import type { Option } from './options.ts'

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0)} GB`

const speedWords = (tokensPerSecond: number): string =>
  `${tokensPerSecond < 10 ? tokensPerSecond.toFixed(1) : tokensPerSecond.toFixed(0)} tokens a second`

const planWords = (plan: Plan): string =>
  `${plan.model} (${plan.quantization}, ${plan.contextTokens} tokens of context, ${where(plan)})`

const where = (plan: Plan): string =>
  plan.gpuLayers === 0 ? 'on the CPU' : `${plan.gpuLayers} layers through ${plan.backend}`

/** One sentence for one candidate. */
export function verdictWords(plan: Plan, verdict: Verdict): string {
  return `${planWords(plan)}: ${reason(plan, verdict)}.`
}

function reason(plan: Plan, verdict: Verdict): string {
  const own = 'than' in verdict && verdict.than === plan.model
  switch (verdict.code) {
    case 'chosen':
      return 'chosen'
    case 'lower_quality':
      return own
        ? 'fits, but a way to run it with a longer context is better'
        : `fits, but ${verdict.than} answers better`
    case 'same_quality_slower':
      return own
        ? 'fits, but the chosen way to run it holds more or is faster'
        : `is as good as ${verdict.than}, but holds less or is slower`
    case 'needs_more_memory':
      return `needs ${gigabytes(verdict.needBytes)} of memory; ${gigabytes(verdict.haveBytes)} can be given`
    case 'too_slow':
      return `would give ${speedWords(verdict.tokensPerSecond)}; ${verdict.floor} are wanted`
    case 'quantization_below_floor':
      return `is quantized more coarsely than ${verdict.floor}, below which answers suffer on this machine`
    case 'context_too_short':
      return `holds ${verdict.contextTokens} tokens at most; ${verdict.floor} are wanted`
    case 'wrong_kind':
      return `is a model for ${verdict.kind}, which is not what was asked for`
    case 'starter_only':
      return 'is the starter, taken only when nothing else fits'
    case 'failed_before':
      return `failed before (${verdict.detail})`
    case 'not_installed':
      return 'would fit, but is not installed'
    default:
      return 'cannot be run'
  }
}

interface Explanation {
  readonly winner: Option | null
  readonly recommended: Candidate | null
  readonly candidates: readonly Candidate[]
  readonly policy: ChoicePolicy
  readonly machine: Machine
}

export function explain({ winner, recommended, candidates, policy, machine }: Explanation): string[] {
  const words = [machineWords(machine)]
  if (winner === null) {
    words.push('No model that is here can be run on this machine as it is now.')
  } else {
    const { plan, obstacle } = winner
    words.push(
      `Chosen: ${planWords(plan)}, ${plan.sequences} ${plan.sequences === 1 ? 'conversation' : 'conversations'} at once, ` +
        `about ${gigabytes(plan.memory.totalBytes)} of memory and ${speedWords(plan.tokensPerSecond)} (predicted).`,
    )
    if (obstacle?.code === 'starter_only') {
      words.push('That is the starter, which comes with the box: it knows the box and little else.')
    }
    if (obstacle?.code === 'too_slow') {
      words.push(
        `Nothing here reaches ${policy.floorTokensPerSecond} tokens a second on this machine: this is the fastest.`,
      )
    }
    if (obstacle?.code === 'quantization_below_floor') {
      words.push(`It is quantized more coarsely than ${obstacle.floor}, but nothing better fits.`)
    }
  }
  words.push(...rejectedWords(candidates, winner))
  if (recommended !== null) {
    words.push(
      `Better for this machine: ${recommended.plan.model}, ${gigabytes(recommended.plan.memory.weightBytes)}, ` +
        `about ${speedWords(recommended.plan.tokensPerSecond)} (predicted). Add it with \`hob models add\`.`,
    )
  }
  return words
}

function machineWords({ systemBudgetBytes, bandwidthGBps, threads, accelerator }: Machine): string {
  const own = `Models can have ${gigabytes(systemBudgetBytes)} of memory at ${bandwidthGBps.toFixed(0)} GB/s and ${threads} ${threads === 1 ? 'thread' : 'threads'}`
  if (accelerator === null) return `${own}; there is no accelerator that llama.cpp can use.`
  const shared = accelerator.unified ? 'the same memory' : `${gigabytes(accelerator.budgetBytes)} of its own`
  return `${own}; the accelerator (${accelerator.backend}) has ${shared} at ${accelerator.bandwidthGBps.toFixed(0)} GB/s.`
}

/** Each installed model that was not chosen, once, by its best candidate: the list is in order. */
function rejectedWords(candidates: readonly Candidate[], winner: Option | null): string[] {
  const seen = new Set(winner === null ? [] : [winner.plan.model])
  return candidates.flatMap(({ plan, installed, words }) => {
    if (!installed || seen.has(plan.model)) return []
    seen.add(plan.model)
    return [words]
  })
}
