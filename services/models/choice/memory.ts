// Predicts what a plan will hold in memory. The constants were fitted to measured processes: README.md has the table.
// Pure; all figures in bytes.
import type { Plan } from '#appliance/contracts/models.ts'
import type { Subject } from './subject.ts'

export interface MemoryShape {
  readonly contextTokens: number
  readonly sequences: number
  readonly keyValueType: Plan['keyValueType']
  readonly gpuLayers: number
}

export interface PredictedMemory {
  readonly weightBytes: number
  readonly keyValueBytes: number
  readonly computeBytes: number
  readonly processBytes: number
  /** Of the total, what lies on the accelerator. */
  readonly deviceBytes: number
  readonly totalBytes: number
}

/** A Node process with node-llama-cpp's addon and a loaded model of no size. */
const processBaseBytes = 110_000_000
/** The tokenizer's tables and the header's copy in JavaScript. */
const bytesPerVocabularyToken = 800
/** Prompt tokens that are read at once: llama.cpp's default, which the engine keeps. */
const batchTokens = 512
const computeBaseBytes = 4_000_000
/** A context on a device has buffers of its own and the driver's. */
const deviceBaseBytes = 150_000_000

/** Q8_0 stores 32 numbers in 34 bytes. */
const bytesPerElement = { f16: 2, q8_0: 34 / 32 } as const

export function predictMemory(subject: Subject, shape: MemoryShape): PredictedMemory {
  const layers = subject.layers
  const onDevice = Math.min(shape.gpuLayers, layers.length)
  // The last layers go to the device first, as llama.cpp places them.
  const deviceLayers = onDevice === 0 ? [] : layers.slice(-onDevice)
  const full = onDevice === layers.length && onDevice > 0
  const keyValueBytes =
    sum(layers.map((layer) => cacheBytes(layer, shape))) + subject.stateBytesPerSequence * shape.sequences
  const deviceKeyValue = sum(deviceLayers.map((layer) => cacheBytes(layer, shape)))
  const computeBytes = computeBaseBytes + batchBytes(subject) + (onDevice > 0 ? deviceBaseBytes : 0)
  const deviceWeights = full
    ? subject.weightBytes - subject.lookedUpBytes
    : sum(deviceLayers.map((layer) => layer.bytes))
  const processBytes = processBaseBytes + bytesPerVocabularyToken * subject.vocabularySize
  return {
    weightBytes: subject.weightBytes,
    keyValueBytes: Math.ceil(keyValueBytes),
    computeBytes: Math.ceil(computeBytes),
    processBytes: Math.ceil(processBytes),
    deviceBytes: onDevice === 0 ? 0 : Math.ceil(deviceWeights + deviceKeyValue + computeBytes),
    totalBytes: Math.ceil(subject.weightBytes + keyValueBytes + computeBytes + processBytes),
  }
}

/** A sliding window keeps its tokens and one batch, in steps of 256 (llama.cpp's llama-kv-cache-iswa). */
function cacheBytes(layer: Subject['layers'][number], shape: MemoryShape): number {
  const step = (tokens: number): number => Math.ceil(tokens / 256) * 256
  const whole = step(shape.contextTokens)
  const cells = layer.window === null ? whole : Math.min(whole, step(layer.window + batchTokens))
  return layer.keyValueElements * bytesPerElement[shape.keyValueType] * cells * shape.sequences
}

/** Activations of one batch in F32: some rows as wide as the embedding, some as the feed-forward, and the logits. */
const batchBytes = (subject: Subject): number =>
  batchTokens * 4 * (4 * subject.embeddingLength + 3 * subject.feedForwardLength) +
  subject.vocabularySize * 4 * 8

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
