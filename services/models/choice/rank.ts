// The order of preference among options. Strict, so that the same input always gives the same choice. Pure.
import type { Option } from './options.ts'

/** Lower is better: what may be run as wished, too slowly, too coarsely, for want of anything else, not at all. */
export function tierOf({ obstacle }: Option): number {
  switch (obstacle?.code) {
    case undefined:
      return 0
    case 'too_slow':
      return 1
    case 'quantization_below_floor':
      return 2
    case 'starter_only':
      return 3
    case 'context_too_short':
    case 'failed_before':
    case 'needs_more_memory':
    case 'wrong_kind':
      return 4
    default:
      return 5
  }
}

export const isUsable = (option: Option): boolean => tierOf(option) < 4

/**
 * Quality first, then everything on the accelerator, then two conversations at once, then a longer context. Below the
 * speed floor the faster one wins. Since only quality decides between models at or above the floor, and more memory or
 * bandwidth only adds options, neither can make the choice worse.
 */
export function compareOptions(one: Option, other: Option): number {
  const tier = tierOf(one) - tierOf(other)
  if (tier !== 0) return tier
  const wishes = isSlow(one) ? [speed, ...preferences] : isUsable(one) ? preferences : [smallness]
  for (const wish of wishes) {
    const difference = wish(other) - wish(one)
    if (difference !== 0) return difference
  }
  return one.plan.model < other.plan.model ? -1 : one.plan.model > other.plan.model ? 1 : 0
}

const isSlow = (option: Option): boolean => option.obstacle?.code === 'too_slow'

type Wish = (option: Option) => number

const speed: Wish = (option) => option.plan.tokensPerSecond
/** Among those that cannot be run, the one that lacks least comes first. */
const smallness: Wish = (option) => -option.plan.memory.totalBytes

const preferences: readonly Wish[] = [
  (option) => option.plan.quality,
  (option) => Number(option.fullyOffloaded),
  (option) => Math.min(option.plan.sequences, 2),
  (option) => option.plan.contextTokens,
  (option) => option.plan.sequences,
  speed,
]
