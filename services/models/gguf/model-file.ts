// What the rest of the service knows of a model file: the typed summary of a GGUF header. Made by describe.ts;
// read by the folder, the choice and the engine's owner.
import type { z } from 'zod'
import type { modelKindSchema } from '#appliance/contracts/models.ts'

export type ModelKind = z.infer<typeof modelKindSchema>

/** One transformer block, as far as memory and speed depend on it. */
export interface LayerShape {
  readonly bytes: number
  /** Of these, the weights of all experts together. */
  readonly expertBytes: number
  /** Bytes of keys and values per token at F16; 0 where the layer keeps none (recurrent, or shares another's). */
  readonly keyValueElements: number
  /** Looks back only so many tokens; null: to the beginning. */
  readonly window: number | null
}

export interface ModelFile {
  readonly version: number
  readonly architecture: string
  readonly name: string | null
  readonly basename: string | null
  readonly kind: ModelKind
  readonly fileBytes: number
  readonly parameters: number
  /** As the publisher names it (Q4_K_M), else the type that most weights have. */
  readonly quantization: string
  /** The type that most weight bytes have; decides whether llama.cpp repacks them on a CPU. */
  readonly dominantType: string
  readonly layers: readonly LayerShape[]
  readonly embeddingLength: number
  readonly feedForwardLength: number
  readonly heads: number
  /** Largest over the layers. */
  readonly keyValueHeads: number
  readonly keyLength: number
  readonly valueLength: number
  readonly slidingWindow: number | null
  /** 0 for a dense model. */
  readonly experts: number
  readonly expertsUsed: number
  readonly trainedContextTokens: number
  readonly vocabularySize: number
  /** Constant memory of recurrent layers for each sequence. */
  readonly stateBytesPerSequence: number
  readonly tensorBytes: number
  readonly embeddingBytes: number
  readonly outputBytes: number
  /** Read from memory for each generated token: everything but looked-up embeddings and idle experts. */
  readonly activeBytes: number
  readonly poolingType: 'none' | 'mean' | 'cls' | 'last' | 'rank' | null
  readonly hasChatTemplate: boolean
  /** Encoder models (BERT) see the whole input at once and keep no cache. */
  readonly causal: boolean
}
