// Numbers that a client calls tokens, checked against the vocabulary: llama.cpp fails on one that it does not have, in the middle
// of a batch. Used wherever a prompt or an input may come as numbers.
import { HobError } from '#appliance/errors.ts'
import { asTokens, type LlamaModel, type Token } from './binding.ts'

/** Throws invalid_request about `param`. */
export function ownTokens(model: LlamaModel, numbers: readonly number[], param: string): Token[] {
  const size = model.fileInfo.metadata.tokenizer?.ggml?.tokens?.length ?? 0
  const wrong = numbers.find((token) => !Number.isInteger(token) || token < 0 || token >= size)
  if (wrong !== undefined) {
    const detail = `${wrong} is not a token of this model, which has ${size}.`
    throw new HobError('invalid_request', { detail }, { param })
  }
  return asTokens(numbers)
}
