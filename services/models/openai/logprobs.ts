// Log-probabilities in the two shapes that OpenAI has for them. Pure.
import type { ChatCompletion, Completion } from '#appliance/contracts/openai.ts'
import type { Logprob } from '../engine/engine.ts'

type ChatLogprobs = NonNullable<ChatCompletion['choices'][number]['logprobs']>
type CompletionLogprobs = NonNullable<Completion['choices'][number]['logprobs']>

export const chatLogprobs = (logprobs: readonly Logprob[]): ChatLogprobs => ({
  content: logprobs.map(({ token, logprob, bytes, top }) => ({
    token,
    logprob,
    bytes: [...bytes],
    top_logprobs: top.map((other) => ({
      token: other.token,
      logprob: other.logprob,
      bytes: [...other.bytes],
    })),
  })),
  refusal: null,
})

/** `offset`: how many characters of the answer stand before the first of them. */
export function completionLogprobs(logprobs: readonly Logprob[], offset: number): CompletionLogprobs {
  let next = offset
  return {
    tokens: logprobs.map(({ token }) => token),
    token_logprobs: logprobs.map(({ logprob }) => logprob),
    top_logprobs: logprobs.map(({ top }) =>
      Object.fromEntries(top.map(({ token, logprob }) => [token, logprob])),
    ),
    text_offset: logprobs.map(({ token }) => {
      const at = next
      next += token.length
      return at
    }),
  }
}
