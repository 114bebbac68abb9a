// What the two generating endpoints share on the way in: sampling, stop, seeds. Pure; wire names in, the engine's
// names out.
import type { InstalledModel } from '#appliance/contracts/models.ts'
import type { ChatRequest, CompletionRequest } from '#appliance/contracts/openai.ts'
import type { Principal } from '#appliance/contracts/principal.ts'
import type { Sampling } from '../engine/engine.ts'

/** Who asks, and how to know that they left. */
export interface Ask {
  readonly principal: Principal
  readonly gone: AbortSignal
  readonly requestId: string
}

type Either = ChatRequest | CompletionRequest

/**
 * Where a request is silent: llama.cpp's own defaults (common/common.h). OpenAI's are temperature 1 and no cut, which
 * makes small models ramble.
 */
const defaults = { temperature: 0.8, topP: 0.95, topK: 40, minP: 0.05 } as const

/**
 * Choice `index` of a request with a seed gets seed + index: different from its siblings, the same every time. The
 * starter was taught one answer to each question: its likeliest words are right, a draw among others is not.
 */
export function samplingOf(
  request: Either,
  index: number,
  { starter }: Pick<InstalledModel, 'starter'>,
): Sampling {
  const seed = request.seed ?? null
  return {
    temperature: request.temperature ?? (starter ? 0 : defaults.temperature),
    topP: request.top_p ?? defaults.topP,
    topK: request.top_k ?? defaults.topK,
    minP: request.min_p ?? defaults.minP,
    frequencyPenalty: request.frequency_penalty ?? 0,
    presencePenalty: request.presence_penalty ?? 0,
    seed: seed === null ? null : (seed + index) % Number.MAX_SAFE_INTEGER,
  }
}

export const stopsOf = ({ stop }: Either): readonly string[] =>
  typeof stop === 'string' ? [stop] : (stop ?? [])
