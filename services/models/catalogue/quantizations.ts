// Bits per weight of llama.cpp's quantizations (its quantize README, Llama 3.1 8B) and what they cost in quality.

const bits: ReadonlyMap<string, number> = new Map([
  ['F32', 32],
  ['F16', 16],
  ['BF16', 16],
  ['Q8_0', 8.5],
  ['Q6_K', 6.56],
  ['Q5_1', 6],
  ['Q5_K_M', 5.7],
  ['Q5_K_S', 5.57],
  ['Q5_0', 5.54],
  ['Q4_1', 5.1],
  ['Q4_K_M', 4.89],
  ['Q4_K_S', 4.67],
  ['IQ4_NL', 4.68],
  ['Q4_0', 4.66],
  ['NVFP4', 4.5],
  ['IQ4_XS', 4.46],
  ['Q3_K_L', 4.3],
  ['MXFP4', 4.25],
  ['Q3_K_M', 4],
  ['IQ3_M', 3.76],
  ['IQ3_S', 3.67],
  ['Q3_K_S', 3.64],
  ['IQ3_XS', 3.5],
  ['IQ3_XXS', 3.25],
  ['Q2_K', 3.16],
  ['Q2_K_S', 2.97],
  ['IQ2_M', 2.93],
  ['IQ2_S', 2.74],
  ['IQ2_XS', 2.59],
  ['IQ2_XXS', 2.38],
  ['Q2_0', 2.25],
  ['IQ1_M', 2.15],
  ['TQ2_0', 2.06],
  ['IQ1_S', 2],
  ['TQ1_0', 1.69],
  ['Q1_0', 1.13],
])

/** Null for a name that is not known. */
export const bitsPerWeight = (quantization: string): number | null => bits.get(quantization) ?? null

/**
 * Points of quality lost at so many bits per weight: 0 at 8, 2 at Q4_K_M, 6 at Q3_K_M, 17 at Q2_K. It falls by half
 * with each 0.55 bits, as the loss of perplexity does in the table of llama.cpp's quantize README; that one point of
 * it is one point of MMLU-Pro is our estimate.
 */
export const quantizationLoss = (bitsEach: number): number =>
  bitsEach >= 8 ? 0 : Math.min(60, 900 * 2 ** (-1.8 * bitsEach))
