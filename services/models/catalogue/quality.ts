// How good a model's answers are, on one scale: MMLU-Pro in per cent, less what its quantization costs. For models
// that the catalogue does not know it is estimated from their size. Pure.
import { quantizationLoss } from './quantizations.ts'
import type { Family } from './schema.ts'

export interface QualityInput {
  readonly family: Family | null
  readonly parameters: number
  /** Read for each token. */
  readonly activeParameters: number
  readonly quantization: string
  readonly bitsPerWeight: number
}

export function qualityOf({ family, quantization, bitsPerWeight, ...size }: QualityInput): number {
  const native = family?.nativeQuantizations.includes(quantization) === true
  const loss = native ? 0 : quantizationLoss(bitsPerWeight)
  return Math.max(0, (family?.quality ?? estimateFromSize(size)) - loss)
}

/**
 * 15 + 8 log2(1 + 2P), P in 10⁹ parameters, at most 70. It meets the Llama 3 models (their model cards: 8B 48, 70B 66)
 * and so is cautious for newer ones. A mixture of experts counts as the geometric mean of all and active weights, the
 * usual rule of thumb.
 */
export function estimateFromSize({
  parameters,
  activeParameters,
}: {
  parameters: number
  activeParameters: number
}): number {
  const billions = Math.sqrt(parameters * activeParameters) / 1e9
  return Math.min(70, 15 + 8 * Math.log2(1 + 2 * billions))
}
