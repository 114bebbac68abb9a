// The narrow interface between the models service and whatever generates tokens. One engine holds one loaded model
// in a disposable process; the child on node-llama-cpp and the scripted fake of the tests both implement it and pass
// the same suite. Nothing outside services/models may use it.
import type { LlamaDevice } from '#appliance/contracts/hardware.ts'
import type { Plan } from '#appliance/contracts/models.ts'
import type { Message, Tool } from '#appliance/contracts/openai.ts'

/** What is to be generated from. The chat template is the model file's own and runs inside the disposable process. */
export type Prompt =
  | {
      readonly kind: 'chat'
      readonly messages: readonly Message[]
      readonly tools: readonly Tool[]
      /** Begins the answer with this text, e.g. the opening of a tool call that was forced. */
      readonly prefill?: string
      /** Off: a thinking model is told to answer at once, where its template can say so. */
      readonly thinking: boolean
    }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'infill'; readonly prefix: string; readonly suffix: string }
  | { readonly kind: 'tokens'; readonly tokens: readonly number[] }

export interface Sampling {
  /** 0 is greedy. */
  readonly temperature: number
  readonly topP: number
  readonly topK: number
  readonly minP: number
  readonly frequencyPenalty: number
  readonly presencePenalty: number
  /** The same seed, prompt and model give the same tokens; null draws one. */
  readonly seed: number | null
}

/** The likeliest token each time: for examinations and tests, whose answers must not vary. */
export const greedy: Sampling = {
  temperature: 0,
  topP: 1,
  topK: 0,
  minP: 0,
  frequencyPenalty: 0,
  presencePenalty: 0,
  seed: 1,
}

/** What the answer is held to, from its first token or once `after` has been generated. */
export interface Constraint {
  readonly kind: 'json' | 'schema'
  readonly schema?: Readonly<Record<string, unknown>>
}

export interface GenerateRequest {
  readonly prompt: Prompt
  readonly sampling: Sampling
  readonly maxTokens: number
  /** End-of-turn is not chosen before so many tokens. */
  readonly minTokens: number
  readonly stop: readonly string[]
  /** Holds the whole answer to a grammar. */
  readonly constraint: Constraint | null
  /**
   * Tool calls: when the model writes `open`, what follows is held to one of the tools' schemas until the JSON value
   * is complete. null: the model has no tools.
   */
  readonly tools: { readonly choice: 'auto' | 'required'; readonly names: readonly string[] } | null
  /** How many alternatives to report with each token; null: no log-probabilities. */
  readonly topLogprobs: number | null
  /** Whose cached prompt may be continued: never another person's. */
  readonly cacheKey: string
}

export interface Logprob {
  readonly token: string
  readonly bytes: readonly number[]
  readonly logprob: number
  readonly top: readonly {
    readonly token: string
    readonly bytes: readonly number[]
    readonly logprob: number
  }[]
}

export type GenerateEvent =
  /** The prompt was read; comes once, before the first text. */
  | { readonly type: 'prompt'; readonly promptTokens: number; readonly cachedTokens: number }
  /** `tokens` were generated; the text is whole characters only, and may be empty. */
  | {
      readonly type: 'text'
      readonly text: string
      readonly tokens: number
      readonly logprobs?: readonly Logprob[]
    }
  | { readonly type: 'reasoning'; readonly text: string; readonly tokens: number }
  /** A tool call begins (name), grows (arguments) and ends with the next event of another kind or index. */
  | {
      readonly type: 'tool'
      readonly index: number
      readonly name?: string
      readonly arguments?: string
      readonly tokens: number
    }
  | {
      readonly type: 'end'
      readonly reason: 'stop' | 'length' | 'tool_calls'
      readonly completionTokens: number
      readonly firstTokenMs: number
      readonly tokensPerSecond: number
    }

export interface LoadedModel {
  readonly plan: Plan
  /** Really obtained; may be rounded up to a multiple of 256. */
  readonly contextTokens: number
  readonly embeds: boolean
  readonly chats: boolean
  /** Until llama.cpp was open on its backend: the same for every model. */
  readonly openMs: number
  /** From there until the model could be asked. */
  readonly loadMs: number
}

export interface EngineStats {
  readonly residentBytes: number
  /** Tokens generated since the start. */
  readonly generatedTokens: number
  /** Prompt tokens read since the start, cached ones not counted. */
  readonly promptTokens: number
  readonly activeSequences: number
}

/**
 * Errors leave as HobError: model_load_failed, model_file_invalid, context_length_exceeded, chat_unsupported,
 * embeddings_unsupported, schema_unsupported, engine_crashed, engine_timeout. After engine_crashed the engine is gone;
 * its owner makes another.
 */
export interface Engine {
  /** Loads once; `onProgress` gets 0 to 1. */
  load(
    file: string,
    plan: Plan,
    onProgress: (fraction: number) => void,
    signal: AbortSignal,
  ): Promise<LoadedModel>
  /**
   * At most plan.sequences at once. Aborting the signal ends generation within one token and prompt reading within
   * one slice; the iterator then ends without an `end` event.
   */
  generate(request: GenerateRequest, signal: AbortSignal): AsyncIterable<GenerateEvent>
  embed(
    inputs: readonly (string | readonly number[])[],
    signal: AbortSignal,
  ): Promise<{ vectors: Float32Array[]; promptTokens: number }>
  stats(): Promise<EngineStats>
  /** Resolves when the process behind it has ended; safe to call twice. */
  dispose(): Promise<void>
  /** Resolves when the engine died by itself, with why. */
  readonly died: Promise<{ readonly reason: string }>
}

/** Makes engines; the only thing that main.ts has to know of node-llama-cpp's child. */
export interface EngineFactory {
  create(): Engine
  /** What llama.cpp sees on this machine, asked in a disposable process. */
  devices(signal: AbortSignal): Promise<{ version: string; devices: LlamaDevice[] }>
}
