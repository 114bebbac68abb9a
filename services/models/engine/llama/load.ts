// Loads one model by its plan and puts the parts together that generate and embed with it. Everything is held until
// the process ends: a child holds one model, and is thrown away with it.

import type { Plan } from '#appliance/contracts/models.ts'
import { HobError } from '#appliance/errors.ts'
import { errorFields, type Log } from '#appliance/log.ts'
import type { LoadedModel } from '../engine.ts'
import { createBatching } from './batching.ts'
import { getLlama, type Llama, LlamaLogLevel, type LlamaModel } from './binding.ts'
import { createSequencePool } from './cache.ts'
import { createEmbedder } from './embed.ts'
import type { GenerateParts } from './generate.ts'
import { createPace } from './pace.ts'
import { createPromptReader } from './prompt.ts'
import { createVocabulary } from './text.ts'

export interface Loaded {
  readonly summary: LoadedModel
  /** null: the file is an embedding model. */
  readonly generation: GenerateParts | null
  /** null: the architecture gives no embeddings. */
  readonly embedder: ReturnType<typeof createEmbedder> | null
}

interface LoadOptions {
  readonly file: string
  readonly plan: Plan
  readonly log: Log
  readonly onProgress: (fraction: number) => void
  readonly signal: AbortSignal
}

/** Never compiles and never downloads: what is not installed is not there. */
export const openLlama = (backend: Plan['backend'], threads: number, log: Log): Promise<Llama> =>
  getLlama({
    gpu: backend === 'cpu' ? false : backend,
    build: 'never',
    skipDownload: true,
    maxThreads: threads,
    logLevel: LlamaLogLevel.error,
    logger: (_level, message) => log.warn('llama.cpp', { text: message.trim().slice(0, 500) }),
  })

/** Errors: model_load_failed, model_file_invalid. */
export async function load({ file, plan, log, onProgress, signal }: LoadOptions): Promise<Loaded> {
  const startedAt = performance.now()
  const llama = await opened(plan, log)
  const openedAt = performance.now()
  let model: LlamaModel
  try {
    model = await llama.loadModel({
      modelPath: file,
      gpuLayers: plan.backend === 'cpu' ? 0 : plan.gpuLayers,
      useMmap: plan.useMmap,
      // The plan was made from live memory; a second opinion here would refuse what fits.
      ignoreMemorySafetyChecks: true,
      onLoadProgress: onProgress,
      loadSignal: signal,
    })
  } catch (cause) {
    signal.throwIfAborted()
    log.error('the model file was refused', { model: plan.model, ...errorFields(cause) })
    throw new HobError('model_file_invalid', { file: plan.model, detail: reasonOf(cause) }, { cause })
  }
  const embeddingOnly = isEmbeddingOnly(model)
  const embeds = !(model.fileInsights.hasEncoder && model.fileInsights.hasDecoder)
  try {
    const generation = embeddingOnly ? null : await prepareGeneration(llama, model, plan, signal)
    const contextTokens = generation?.contextTokens ?? Math.min(plan.contextTokens, model.trainContextSize)
    return {
      summary: {
        plan,
        contextTokens,
        embeds,
        chats: generation !== null,
        openMs: openedAt - startedAt,
        loadMs: performance.now() - openedAt,
      },
      generation,
      embedder: embeds
        ? createEmbedder({ model, contextTokens, threads: plan.threads, pooling: embeddingOnly })
        : null,
    }
  } catch (cause) {
    signal.throwIfAborted()
    log.error('no context for the model', { model: plan.model, ...errorFields(cause) })
    throw new HobError('model_load_failed', { model: plan.model, detail: reasonOf(cause) }, { cause })
  }
}

async function opened(plan: Plan, log: Log): Promise<Llama> {
  try {
    return await openLlama(plan.backend, plan.threads, log)
  } catch (cause) {
    const detail = `llama.cpp does not start on ${plan.backend}: ${reasonOf(cause)}`
    throw new HobError('model_load_failed', { model: plan.model, detail }, { cause })
  }
}

async function prepareGeneration(
  llama: Llama,
  model: LlamaModel,
  plan: Plan,
  signal: AbortSignal,
): Promise<GenerateParts> {
  const batching = createBatching()
  const cacheType = plan.keyValueType === 'q8_0' ? 'Q8_0' : 'F16'
  const context = await model.createContext({
    sequences: plan.sequences,
    contextSize: plan.contextTokens,
    threads: plan.threads,
    flashAttention: 'auto',
    experimentalKvCacheKeyType: cacheType,
    experimentalKvCacheValueType: cacheType,
    batching: { itemPrioritizationStrategy: batching.strategy },
    failedCreationRemedy: false,
    ignoreMemorySafetyChecks: true,
    createSignal: signal,
  })
  // Only models with a window or a state of their own take checkpoints, in memory that no plan counts: few.
  const checkpoints = { max: 2, maxMemory: 256 * 1024 * 1024 }
  const sequences = Array.from({ length: plan.sequences }, () => context.getSequence({ checkpoints }))
  const prompts = createPromptReader(model, plan.model)
  return {
    llama,
    model,
    contextTokens: context.contextSize,
    pool: createSequencePool(sequences, (task) => batching.alone(task)),
    batching,
    pace: createPace(),
    prompts,
    vocabulary: createVocabulary(model, [
      prompts.chat.toolFormat.open,
      '[ARGS]',
      '</tool_call>',
      '<think>',
      '</think>',
    ]),
    count: { generatedTokens: 0, promptTokens: 0 },
  }
}

/** llama.cpp's own sign: a file that says how its vectors are pooled was made to give vectors. */
function isEmbeddingOnly(model: LlamaModel): boolean {
  const pooling: unknown = model.fileInfo.architectureMetadata.pooling_type
  return typeof pooling === 'number' && pooling > 0
}

const reasonOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).slice(0, 300)
