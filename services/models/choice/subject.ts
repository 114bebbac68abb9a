// One model file as memory and speed see it, whether it is here (from its header) or only in the catalogue. Pure.
import { familyOf } from '../catalogue/match.ts'
import { qualityOf } from '../catalogue/quality.ts'
import { bitsPerWeight } from '../catalogue/quantizations.ts'
import type { Catalogue, Family } from '../catalogue/schema.ts'
import type { LayerShape, ModelKind } from '../gguf/model-file.ts'
import type { InstalledFile } from './inputs.ts'

export interface Subject {
  readonly id: string
  readonly installed: boolean
  readonly starter: boolean
  readonly kind: ModelKind
  readonly quantization: string
  readonly bitsPerWeight: number
  readonly quality: number
  readonly mixtureOfExperts: boolean
  /** llama.cpp makes a second copy of such weights on a CPU, so mapping the file would hold both. */
  readonly repacked: boolean
  readonly weightBytes: number
  /** Stays in the system's memory when all layers are on an accelerator. */
  readonly lookedUpBytes: number
  readonly activeBytes: number
  readonly layers: readonly LayerShape[]
  readonly stateBytesPerSequence: number
  readonly embeddingLength: number
  readonly feedForwardLength: number
  readonly vocabularySize: number
  readonly trainedContextTokens: number
}

/** ggml-cpu's repack buffer takes these types on x86-64 or Arm (ggml/src/ggml-cpu/repack.cpp). */
const repackedTypes: ReadonlySet<string> = new Set([
  'Q4_0',
  'Q4_K',
  'Q2_K',
  'IQ4_NL',
  'Q8_0',
  'Q5_K',
  'Q6_K',
  'MXFP4',
])

export function subjectOfFile({ model, file }: InstalledFile, catalogue: Catalogue): Subject {
  const bits = (file.tensorBytes * 8) / Math.max(file.parameters, 1)
  const family = familyOf(catalogue, file, model.file)
  return {
    id: model.id,
    installed: true,
    starter: model.starter,
    kind: file.kind,
    quantization: file.quantization,
    bitsPerWeight: bits,
    quality: model.starter
      ? 0
      : qualityOf({
          family,
          parameters: file.parameters,
          activeParameters: (file.activeBytes * 8) / bits,
          quantization: file.quantization,
          bitsPerWeight: bits,
        }),
    mixtureOfExperts: file.experts > 0,
    repacked: repackedTypes.has(file.dominantType),
    weightBytes: file.tensorBytes,
    lookedUpBytes: file.embeddingBytes,
    activeBytes: file.activeBytes,
    layers: file.layers,
    stateBytesPerSequence: file.stateBytesPerSequence,
    embeddingLength: file.embeddingLength,
    feedForwardLength: file.feedForwardLength,
    vocabularySize: file.vocabularySize,
    trainedContextTokens: file.trainedContextTokens,
  }
}

export function subjectsOfFamily(family: Family): Subject[] {
  return family.published.flatMap(({ quantization, bytes }) => {
    const known = bitsPerWeight(quantization)
    if (known === null) return []
    const weightBytes = bytes ?? Math.round((family.parameters * known) / 8)
    const bits = (weightBytes * 8) / family.parameters
    const lookedUpBytes = Math.round((family.vocabularySize * family.embeddingLength * bits) / 8)
    const activeParameters = family.activeParameters ?? family.parameters
    return {
      id: `${family.id} ${quantization}`,
      installed: false,
      starter: false,
      kind: family.kind,
      quantization,
      bitsPerWeight: known,
      quality: qualityOf({
        family,
        parameters: family.parameters,
        activeParameters,
        quantization,
        bitsPerWeight: known,
      }),
      mixtureOfExperts: family.mixtureOfExperts,
      repacked: true,
      weightBytes,
      lookedUpBytes,
      activeBytes: Math.round((activeParameters * bits) / 8),
      layers: layersOf(family, weightBytes - lookedUpBytes),
      stateBytesPerSequence: 0,
      embeddingLength: family.embeddingLength,
      feedForwardLength: family.feedForwardLength,
      vocabularySize: family.vocabularySize,
      trainedContextTokens: family.trainedContextTokens,
    }
  })
}

/** As many layers as the family has, equally large; those with a cache first. */
function layersOf(family: Family, bytes: number): LayerShape[] {
  const each = Math.floor(bytes / family.layers)
  const caching = family.attention.flatMap((group) =>
    Array.from({ length: group.layers }, () => ({
      bytes: each,
      expertBytes: 0,
      keyValueElements: 2 * group.kvHeads * group.headLength,
      window: group.window,
    })),
  )
  const plain = { bytes: each, expertBytes: 0, keyValueElements: 0, window: null }
  return [...caching, ...Array.from({ length: Math.max(0, family.layers - caching.length) }, () => plain)]
}
