// Texts to vectors, L2-normalised. Its context is made at the first request, since most models never embed. Owns that
// context; one input at a time, as node-llama-cpp does it.
import { HobError } from '#appliance/errors.ts'
import type { LlamaEmbeddingContext, LlamaModel } from './binding.ts'
import { ownTokens } from './own-tokens.ts'

interface EmbedderOptions {
  readonly model: LlamaModel
  readonly contextTokens: number
  readonly threads: number
  /** The model was made to give vectors. */
  readonly pooling: boolean
}

/**
 * A model that pools reads an input in one batch, whose buffers grow with it; for a chat model each token of a batch
 * also costs a row of its vocabulary, so that it gets the usual batch and a short context.
 */
const largestContext = { pooling: 8_192, chat: 2_048 } as const
const chatBatch = 512

export function createEmbedder({ model, contextTokens, threads, pooling }: EmbedderOptions) {
  let context: Promise<LlamaEmbeddingContext> | null = null
  const contextSize = Math.min(
    contextTokens,
    model.trainContextSize,
    pooling ? largestContext.pooling : largestContext.chat,
  )

  const open = async (): Promise<LlamaEmbeddingContext> => {
    try {
      return await model.createEmbeddingContext({
        contextSize,
        batchSize: pooling ? contextSize : Math.min(contextSize, chatBatch),
        threads,
        ignoreMemorySafetyChecks: true,
      })
    } catch (cause) {
      context = null
      throw new HobError('embeddings_unsupported', { model: model.filename ?? '' }, { cause })
    }
  }

  return {
    /** Errors: context_length_exceeded, embeddings_unsupported, invalid_request (an empty input, a token that the model has not). */
    async embed(inputs: readonly (string | readonly number[])[], signal: AbortSignal) {
      context ??= open()
      const ready = await context
      const vectors: Float32Array[] = []
      let promptTokens = 0
      for (const [index, input] of inputs.entries()) {
        signal.throwIfAborted()
        const param = `input.${index}`
        const tokens =
          typeof input === 'string' ? model.tokenize(input, false) : ownTokens(model, input, param)
        const length = ready.calculateInputLength(tokens.slice())
        if (tokens.length === 0) {
          throw new HobError('invalid_request', { detail: 'An input is empty.' }, { param })
        }
        if (length >= contextSize) {
          throw new HobError('context_length_exceeded', { prompt: length, context: contextSize })
        }
        const { vector } = await ready.getEmbeddingFor(tokens)
        vectors.push(normalised(vector))
        promptTokens += length
      }
      return { vectors, promptTokens }
    },
  }
}

function normalised(vector: readonly number[]): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
  return Float32Array.from(vector, (value) => (length > 0 ? value / length : 0))
}
