// From a request's sampling options to node-llama-cpp's, and from its probabilities to log-probabilities. Pure but
// for the drawing of a seed.
import { randomInt } from 'node:crypto'
import type { Logprob, Sampling } from '../engine.ts'
import type { SequenceEvaluateOptions, Token } from './binding.ts'
import type { Vocabulary } from './text.ts'

/** llama.cpp looks back so far for repetitions; a longer window makes every token dearer. */
const penaltyWindow = 1_024

/** OpenAI's stand-in for a probability of zero: JSON has no −∞. */
const impossible = -9_999

export function toEvaluateOptions(sampling: Sampling, generated: readonly Token[]): SequenceEvaluateOptions {
  const penalties = sampling.frequencyPenalty !== 0 || sampling.presencePenalty !== 0
  return {
    temperature: sampling.temperature,
    topK: sampling.topK,
    topP: sampling.topP,
    minP: sampling.minP,
    seed: toSeed(sampling.seed),
    ...(penalties
      ? {
          repeatPenalty: {
            punishTokens: () => generated.slice(-penaltyWindow),
            maxPunishTokens: penaltyWindow,
            penalty: 1,
            frequencyPenalty: sampling.frequencyPenalty,
            presencePenalty: sampling.presencePenalty,
          },
        }
      : {}),
  }
}

/** 32 bits are what llama.cpp takes, and its highest value means "draw one". */
export function toSeed(seed: number | null): number {
  if (seed === null) return randomInt(0xffff_ffff)
  const folded = (seed % 0x1_0000_0000) ^ Math.floor(seed / 0x1_0000_0000)
  return (folded >>> 0) % 0xffff_ffff
}

/**
 * node-llama-cpp reports the distribution that it drew from: after temperature and after top-k, top-p and min-p took
 * candidates away. The temperature is undone here; what was taken away stays so, and has no log-probability.
 */
export function toLogprob(
  chosen: Token,
  probabilities: ReadonlyMap<Token, number>,
  temperature: number,
  topCount: number,
  vocabulary: Vocabulary,
): Logprob {
  const scale = temperature > 0 ? temperature : 1
  let total = 0
  for (const probability of probabilities.values()) if (probability > 0) total += probability ** scale
  const logarithm = (probability: number | undefined): number =>
    probability === undefined || probability <= 0
      ? impossible
      : Math.min(0, scale * Math.log(probability) - Math.log(total))
  const describe = (token: Token) => ({
    token: vocabulary.label(token),
    bytes: [...vocabulary.bytes(token)],
    logprob: logarithm(probabilities.get(token)),
  })
  const top: Token[] = []
  // Most probable first already: the addon sorts them.
  for (const token of probabilities.keys()) {
    if (top.length >= topCount) break
    top.push(token)
  }
  return { ...describe(chosen), top: top.map(describe) }
}
