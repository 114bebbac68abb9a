// Turns a checked header into a ModelFile. The keys are `<architecture>.…` for every architecture, so that new ones
// mostly work unread; what differs (sliding windows, recurrent layers, shared caches) follows llama.cpp's loader.
import { GgufProblem } from './cursor.ts'
import { createKeys, type Keys } from './keys.ts'
import { limits } from './limits.ts'
import type { Metadata } from './metadata.ts'
import type { LayerShape, ModelFile, ModelKind } from './model-file.ts'
import type { TensorInfo } from './tensors.ts'
import { fileTypes } from './types.ts'

const big = 0xffffffff
const poolingNames = ['none', 'mean', 'cls', 'last', 'rank'] as const

export function describe(
  metadata: Metadata,
  tensors: readonly TensorInfo[],
  file: { version: number; fileBytes: number },
): ModelFile {
  const keys = createKeys(metadata)
  const architecture = keys.text('general.architecture')
  if (architecture === null || !/^[a-z0-9][a-z0-9._-]{0,63}$/.test(architecture)) {
    throw new GgufProblem('it does not say its architecture')
  }
  refuseOtherKinds(keys, architecture)
  const key = (name: string): string => `${architecture}.${name}`

  const blocks = keys.required(key('block_count'), limits.layers)
  const embeddingLength = keys.required(key('embedding_length'), 1 << 20)
  const headsPerLayer = keys.perLayer(key('attention.head_count'), blocks, limits.heads)
  if (headsPerLayer === null) throw new GgufProblem(`${key('attention.head_count')} is missing`)
  const heads = Math.max(...headsPerLayer)
  if (heads === 0) throw new GgufProblem(`${key('attention.head_count')} is zero`)
  const kvHeads = keys.perLayer(key('attention.head_count_kv'), blocks, limits.heads) ?? headsPerLayer
  const headLength = Math.floor(embeddingLength / heads)
  const keyLength = keys.count(key('attention.key_length'), 1 << 16) ?? headLength
  const valueLength = keys.count(key('attention.value_length'), 1 << 16) ?? headLength
  const windowed = slidingLayers(keys, architecture, blocks)
  const slidingWindow = keys.count(key('attention.sliding_window'), big) || null
  const keepsOwnCache = blocks - (keys.count(key('attention.shared_kv_layers'), blocks) ?? 0)
  const experts = keys.count(key('expert_count'), 65_536) ?? 0
  const expertsUsed = Math.min(keys.count(key('expert_used_count'), 65_536) ?? 0, experts)
  const causal = keys.flag(key('attention.causal')) ?? !encoders.has(architecture)

  const groups = groupByLayer(tensors, blocks)
  const layers = groups.layers.map((group, index): LayerShape => {
    const sliding = slidingWindow !== null && windowed[index] === true
    const length = sliding
      ? (keys.count(key('attention.key_length_swa'), 1 << 16) ?? keyLength) +
        (keys.count(key('attention.value_length_swa'), 1 << 16) ?? valueLength)
      : keyLength + valueLength
    const own = causal && index < keepsOwnCache && attends(group)
    return {
      bytes: sum(group, (tensor) => tensor.bytes),
      expertBytes: sum(group, (tensor) => (isExpert(tensor) ? tensor.bytes : 0)),
      keyValueElements: own ? cacheElements(keys, key, kvHeads[index] ?? 0, length) : 0,
      window: sliding ? slidingWindow : null,
    }
  })

  const tensorBytes = sum(tensors, (tensor) => tensor.bytes)
  const embeddingBytes = sum(tensors, (tensor) => (isLookedUp(tensor) ? tensor.bytes : 0))
  const output = tensors.find((tensor) => tensor.name === 'output.weight')
  const embedding = tensors.find((tensor) => tensor.name === 'token_embd.weight')
  if (embedding === undefined) throw new GgufProblem('it has no token_embd.weight')
  // Without an output matrix of its own the embedding is read whole for each token.
  const outputBytes = output?.bytes ?? embedding.bytes
  const idleExpertBytes =
    experts === 0 ? 0 : sum(layers, (layer) => layer.expertBytes) * (1 - expertsUsed / experts)
  const pooling = keys.count(key('pooling_type'), 16)
  const hasChatTemplate = keys.text('tokenizer.chat_template') !== null

  return {
    version: file.version,
    fileBytes: file.fileBytes,
    architecture,
    name: keys.text('general.name'),
    basename: keys.text('general.basename'),
    kind: kindOf(pooling, causal, hasChatTemplate),
    parameters: sum(tensors, (tensor) => tensor.elements),
    quantization: quantizationOf(keys, tensors),
    dominantType: dominantType(tensors),
    layers,
    embeddingLength,
    feedForwardLength: Math.max(0, ...(keys.perLayer(key('feed_forward_length'), blocks, big) ?? [])),
    heads,
    keyValueHeads: Math.max(...kvHeads),
    keyLength,
    valueLength,
    slidingWindow,
    experts,
    expertsUsed,
    trainedContextTokens: keys.required(key('context_length'), big),
    vocabularySize: keys.length('tokenizer.ggml.tokens') ?? embedding.dimensions[1] ?? 0,
    stateBytesPerSequence:
      recurrentState(keys, key) * groups.layers.filter((group) => group.some(isRecurrent)).length,
    tensorBytes,
    embeddingBytes,
    outputBytes,
    activeBytes: Math.round(
      tensorBytes - embeddingBytes + (output === undefined ? embedding.bytes : 0) - idleExpertBytes,
    ),
    poolingType: pooling === null ? null : (poolingNames[pooling] ?? null),
    hasChatTemplate,
    causal,
  }
}

/** Files that are GGUF but no language model by themselves. */
function refuseOtherKinds(keys: Keys, architecture: string): void {
  const type = keys.text('general.type')
  if (architecture === 'clip' || type === 'mmproj') {
    throw new GgufProblem('it is the vision part of a model, not a language model')
  }
  if (type === 'adapter') throw new GgufProblem('it is an adapter (LoRA), not a model')
  if (type === 'imatrix') throw new GgufProblem('it is a calibration matrix, not a model')
  const parts = keys.count('split.count', 65_535) ?? 0
  if (parts > 1) throw new GgufProblem(`it is one of ${parts} parts; join them with llama-gguf-split --merge`)
}

const encoders: ReadonlySet<string> = new Set([
  'bert',
  'modern-bert',
  'nomic-bert',
  'nomic-bert-moe',
  'neo-bert',
  'jina-bert-v2',
  'jina-bert-v3',
  'eurobert',
  'gemma-embedding',
])

/** Every n-th layer sees everything, the others a window: llama.cpp's set_swa_pattern, where the file is silent. */
const windowPeriods: ReadonlyMap<string, number> = new Map([
  ['gemma2', 2],
  ['gemma3', 6],
  ['gemma3n', 5],
  ['gemma-embedding', 6],
  ['gpt-oss', 2],
  ['cohere2', 4],
  ['exaone4', 4],
  ['olmo2', 4],
])

function slidingLayers(keys: Keys, architecture: string, layers: number): boolean[] {
  const key = `${architecture}.attention.sliding_window_pattern`
  const flags = keys.layerFlags(key, layers)
  if (flags !== null) return flags
  const inFile = keys.length(key) === null ? keys.count(key, layers * 2) : null
  const period = inFile ?? windowPeriods.get(architecture) ?? 0
  // A window in an unknown pattern is counted as full attention: it may cost more memory than predicted never.
  return Array.from({ length: layers }, (_, layer) => period > 0 && layer % period < period - 1)
}

function groupByLayer(tensors: readonly TensorInfo[], blocks: number): { layers: TensorInfo[][] } {
  const layers = Array.from({ length: blocks }, (): TensorInfo[] => [])
  for (const tensor of tensors) {
    const match = /^blk\.(\d{1,6})\./.exec(tensor.name)
    if (match === null) continue
    const group = layers[Number(match[1])]
    if (group === undefined) throw new GgufProblem(`it claims ${blocks} layers but holds ${tensor.name}`)
    group.push(tensor)
  }
  const empty = layers.findIndex((group) => group.length === 0)
  if (empty !== -1) throw new GgufProblem(`it claims ${blocks} layers but holds nothing for layer ${empty}`)
  return { layers }
}

const isExpert = (tensor: TensorInfo): boolean => tensor.name.includes('_exps.')
const isRecurrent = (tensor: TensorInfo): boolean => tensor.name.includes('.ssm_')
const isLookedUp = (tensor: TensorInfo): boolean =>
  tensor.name === 'token_embd.weight' || tensor.name === 'per_layer_token_embd.weight'

/** Recurrent layers of hybrid models may carry a fused `attn_qkv` too, but no keys of their own. */
function attends(group: readonly TensorInfo[]): boolean {
  const has = (part: string): boolean => group.some((tensor) => tensor.name.includes(`.${part}.`))
  return has('attn_k') || has('attn_kv_a_mqa') || (has('attn_qkv') && !group.some(isRecurrent))
}

/** Multi-head latent attention (DeepSeek) caches one compressed row for all heads. */
function cacheElements(keys: Keys, key: (name: string) => string, kvHeads: number, length: number): number {
  const rank = keys.count(key('attention.kv_lora_rank'), 65_536)
  if (rank === null || rank === 0 || kvHeads !== 1) return kvHeads * length
  return rank + (keys.count(key('rope.dimension_count'), 65_536) ?? 0)
}

/** F32 elements of convolution and state of one recurrent layer, in bytes (llama.cpp n_embd_r + n_embd_s). */
function recurrentState(keys: Keys, key: (name: string) => string): number {
  const read = (name: string): number => keys.count(key(`ssm.${name}`), 1 << 24) ?? 0
  const inner = read('inner_size')
  const state = read('state_size')
  const convolution = Math.max(read('conv_kernel') - 1, 0) * (inner + 2 * read('group_count') * state)
  return 4 * (convolution + inner * state)
}

function kindOf(pooling: number | null, causal: boolean, hasChatTemplate: boolean): ModelKind {
  if (!causal || (pooling !== null && pooling !== 0)) return 'embedding'
  return hasChatTemplate ? 'chat' : 'completion'
}

function dominantType(tensors: readonly TensorInfo[]): string {
  const byType = new Map<string, number>()
  for (const { type, bytes } of tensors) byType.set(type.name, (byType.get(type.name) ?? 0) + bytes)
  return [...byType].reduce((one, other) => (other[1] > one[1] ? other : one))[0]
}

function quantizationOf(keys: Keys, tensors: readonly TensorInfo[]): string {
  const value = keys.count('general.file_type', big)
  return (value === null ? undefined : fileTypes.get(value)) ?? dominantType(tensors)
}

const sum = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((total, item) => total + of(item), 0)
