// Adds up the tokens of one request as OpenAI counts them: a prompt once, however many choices it has. Owns the sums
// of one request.
import type { Usage } from '#appliance/contracts/openai.ts'
import type { GenerateEvent } from '../engine/engine.ts'

export interface UsageCount {
  note(index: number, event: GenerateEvent): void
  value(): Usage
}

/** `choicesPerPrompt` sequences in a row share one prompt. */
export function countUsage(choicesPerPrompt: number): UsageCount {
  let prompt = 0
  let cached = 0
  let completion = 0
  return {
    note: (index, event) => {
      if (event.type === 'prompt' && index % choicesPerPrompt === 0) {
        prompt += event.promptTokens
        cached += event.cachedTokens
      } else if (event.type === 'end') completion += event.completionTokens
    },
    value: () => ({
      prompt_tokens: prompt,
      completion_tokens: completion,
      total_tokens: prompt + completion,
      prompt_tokens_details: { cached_tokens: cached },
    }),
  }
}
