// Writes the self-test model: a llama-architecture GGUF of a few megabytes that says one fixed text and fills any
// JSON schema, byte for byte the same from the same code. Everything can be tried with it before there is a real
// model, and with no network. Public face of this folder.
import { join } from 'node:path'
import { encode, encodedBytes, type WeightType, weightTypes } from '#services/models/gguf/encode.ts'
import { type WritableTensor, type WritableValue, writeGguf } from '#services/models/gguf/write.ts'
import { planSuccessors } from './successors.ts'
import { chatTemplate } from './template.ts'
import { buildVocabulary, type Vocabulary } from './vocabulary.ts'
import { createWeights, meaningLength, type Weights } from './weights.ts'

export interface SelfTestOptions {
  /** embedding: texts to vectors instead of a chat; pools by the mean. */
  readonly kind?: 'chat' | 'embedding'
  readonly layers?: number
  /** A multiple of 64, at least 256. */
  readonly embedding?: number
  readonly feedForward?: number
  readonly contextTokens?: number
  /** Padded with unused tokens up to here. */
  readonly vocabulary?: number
  readonly type?: WeightType
}

interface Shape {
  readonly kind: 'chat' | 'embedding'
  readonly layers: number
  readonly embedding: number
  readonly feedForward: number
  readonly contextTokens: number
  readonly type: WeightType
}

const headLength = 64

export const selfTestFile = (kind: 'chat' | 'embedding' = 'chat'): string =>
  kind === 'chat' ? 'hob-selftest.gguf' : 'hob-selftest-embed.gguf'

/** Writes it under its own name into `folder` and returns the path. */
export async function writeSelfTest(folder: string, options: SelfTestOptions = {}): Promise<string> {
  const path = join(folder, selfTestFile(options.kind))
  await writeSelfTestAs(path, options)
  return path
}

export async function writeSelfTestAs(path: string, options: SelfTestOptions = {}): Promise<void> {
  const { embedding = 256, kind = 'chat', layers = 2, contextTokens = 8192, type = 'F16' } = options
  const shape: Shape = {
    kind,
    layers,
    embedding,
    contextTokens,
    type,
    feedForward: options.feedForward ?? embedding * 2,
  }
  const vocabulary = buildVocabulary(options.vocabulary)
  if (embedding % headLength !== 0 || embedding < meaningLength(vocabulary) + headLength) {
    throw new RangeError(`an embedding length of ${embedding} cannot carry the self-test`)
  }
  const weights = createWeights(vocabulary, planSuccessors(vocabulary), {
    length: embedding,
    textureOnly: kind === 'embedding',
  })
  await writeGguf(path, metadata(shape, vocabulary), tensors(shape, vocabulary, weights))
}

const keyValueHeads = (heads: number): number => (heads % 2 === 0 ? heads / 2 : heads)

function metadata(shape: Shape, vocabulary: Vocabulary): (readonly [string, WritableValue])[] {
  const uint32 = (value: number): WritableValue => ({ type: 'uint32', value })
  const string = (value: string): WritableValue => ({ type: 'string', value })
  const chat = shape.kind === 'chat'
  const heads = shape.embedding / headLength
  return [
    ['general.architecture', string('llama')],
    ['general.name', string(`Hob self-test${chat ? '' : ' embedding'} (not a real model)`)],
    ['general.description', string('Written by Hob itself to try the machinery; it repeats one fixed text.')],
    ['general.license', string('Apache-2.0')],
    ['general.file_type', uint32(weightTypes[shape.type].fileType)],
    ['llama.context_length', uint32(shape.contextTokens)],
    ['llama.embedding_length', uint32(shape.embedding)],
    ['llama.block_count', uint32(shape.layers)],
    ['llama.feed_forward_length', uint32(shape.feedForward)],
    ['llama.attention.head_count', uint32(heads)],
    ['llama.attention.head_count_kv', uint32(keyValueHeads(heads))],
    ['llama.attention.layer_norm_rms_epsilon', { type: 'float32', value: 1e-5 }],
    ['llama.rope.dimension_count', uint32(headLength)],
    ['llama.rope.freq_base', { type: 'float32', value: 10_000 }],
    ['llama.vocab_size', uint32(vocabulary.tokens.length)],
    ...(chat ? [] : [['llama.pooling_type', uint32(1)] as const]),
    ['tokenizer.ggml.model', string('gpt2')],
    ['tokenizer.ggml.pre', string('gpt-2')],
    ['tokenizer.ggml.tokens', { type: 'strings', value: vocabulary.tokens }],
    ['tokenizer.ggml.token_type', { type: 'int32s', value: vocabulary.kinds }],
    ['tokenizer.ggml.merges', { type: 'strings', value: vocabulary.merges }],
    ['tokenizer.ggml.bos_token_id', uint32(vocabulary.endOfText)],
    ['tokenizer.ggml.eos_token_id', uint32(vocabulary.endOfTurn)],
    ['tokenizer.ggml.padding_token_id', uint32(vocabulary.endOfText)],
    ['tokenizer.ggml.fim_pre_token_id', uint32(vocabulary.infill.prefix)],
    ['tokenizer.ggml.fim_suf_token_id', uint32(vocabulary.infill.suffix)],
    ['tokenizer.ggml.fim_mid_token_id', uint32(vocabulary.infill.middle)],
    ['tokenizer.ggml.add_bos_token', { type: 'bool', value: false }],
    ...(chat ? [['tokenizer.chat_template', string(chatTemplate)] as const] : []),
  ]
}

function tensors(shape: Shape, vocabulary: Vocabulary, weights: Weights): WritableTensor[] {
  const { embedding, feedForward } = shape
  const keyValue = keyValueHeads(embedding / headLength) * headLength
  const muted = shape.kind === 'chat' ? meaningLength(vocabulary) : 0
  const matrix = (
    name: string,
    inputs: number,
    outputs: number,
    make: () => Float32Array,
  ): WritableTensor => ({
    name: `${name}.weight`,
    dimensions: [inputs, outputs],
    type: weightTypes[shape.type].id,
    bytes: encodedBytes(inputs * outputs, shape.type),
    data: () => encode(make(), shape.type),
  })
  const norm = (name: string): WritableTensor => ({
    name: `${name}.weight`,
    dimensions: [embedding],
    type: weightTypes.F32.id,
    bytes: embedding * 4,
    data: () => encode(new Float32Array(embedding).fill(1), 'F32'),
  })
  const dense = (name: string, inputs: number, outputs: number): WritableTensor =>
    matrix(name, inputs, outputs, () => weights.random(inputs, outputs))
  // What a layer adds is a fiftieth of what is there, and nothing where the meaning stands.
  const quiet = (name: string, inputs: number): WritableTensor =>
    matrix(name, inputs, embedding, () => weights.random(inputs, embedding, { gain: 0.02, muted }))

  const layers = Array.from({ length: shape.layers }, (_, layer) => {
    const name = (part: string): string => `blk.${layer}.${part}`
    return [
      norm(name('attn_norm')),
      dense(name('attn_q'), embedding, embedding),
      dense(name('attn_k'), embedding, keyValue),
      dense(name('attn_v'), embedding, keyValue),
      quiet(name('attn_output'), embedding),
      norm(name('ffn_norm')),
      dense(name('ffn_gate'), embedding, feedForward),
      dense(name('ffn_up'), embedding, feedForward),
      quiet(name('ffn_down'), feedForward),
    ]
  })
  const size = vocabulary.tokens.length
  return [
    matrix('token_embd', embedding, size, () => weights.embedding()),
    ...layers.flat(),
    norm('output_norm'),
    matrix('output', embedding, size, () => weights.output()),
  ]
}
