// The one door to node-llama-cpp: no other file imports it, and only llama-child.ts and the files in this folder may
// import this one, since importing it loads about 30 MB of native code. It also holds the three places where the
// library's public face does not reach what its code can do (3.22.1); each has a test that fails if an update moves it.
import { type EvaluationPriority, type LlamaModel, type Token, TokenBias } from 'node-llama-cpp'

export type {
  CustomBatchingPrioritizationStrategy,
  EvaluationPriority,
  Llama,
  LlamaContextSequence,
  LlamaEmbeddingContext,
  LlamaModel,
  SequenceEvaluateOptions,
  Token,
} from 'node-llama-cpp'
export { getLlama, LlamaGrammarEvaluationState, LlamaLogLevel } from 'node-llama-cpp'

/** A batch item carries no sequence number, but its priority comes back unchanged; the type stops at 5, the code at nothing. */
export const priorityOf = (sequence: number): EvaluationPriority => sequence as EvaluationPriority

/** The library's numbers are tokens only by name. */
export const asTokens = (numbers: readonly number[]): Token[] => numbers.slice() as Token[]

/** Every token that ends an answer; reading a vocabulary of 150,000 takes about 0.1 s, so ask when needed. */
export function endTokens(model: LlamaModel): Token[] {
  const found: Token[] = []
  for (const token of model.iterateAllTokens()) if (model.isEogToken(token)) found.push(token)
  return found
}

/** A bias that keeps the model from ending: TokenBias itself leaves end-of-generation tokens out on purpose. */
export function forbidTokens(model: LlamaModel, tokens: readonly Token[]): TokenBias {
  const bias = new TokenBias(model.tokenizer)
  const biases: unknown = Reflect.get(bias, '_biases')
  if (!(biases instanceof Map)) throw new TypeError('node-llama-cpp’s TokenBias no longer keeps a map')
  for (const token of tokens) biases.set(token, Number.NEGATIVE_INFINITY)
  return bias
}
