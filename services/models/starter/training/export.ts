// Puts trained weights and tokenizer into a GGUF of the llama architecture, as llama.cpp reads it.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { encode, encodedBytes, type WeightType, weightTypes } from '../../gguf/encode.ts'
import { type WritableTensor, type WritableValue, writeGguf } from '../../gguf/write.ts'
import { chatTemplate, specials, tags } from '../template.ts'
import { contextTokens, type Shape } from './plan.ts'
import type { Tokenizer } from './tokenizer.ts'

/** llama.cpp's token types. */
const tokenTypes = { normal: 1, control: 3, userDefined: 4, unused: 5 } as const

const indexSchema = z.record(z.string(), z.object({ shape: z.array(z.number()), offset: z.number() }))

/** `folder` holds what train.py wrote. Norms stay F32, as llama.cpp keeps them. */
export async function exportGguf(
  path: string,
  {
    folder,
    shape,
    tokenizer,
    type,
  }: { folder: string; shape: Shape; tokenizer: Pick<Tokenizer, 'tokens' | 'merges'>; type: WeightType },
): Promise<void> {
  const index = indexSchema.parse(JSON.parse(await readFile(join(folder, 'weights.json'), 'utf8')))
  const all = await readFile(join(folder, 'weights.f32'))
  const tensors = Object.entries(index).map(([name, { shape: size, offset }]): WritableTensor => {
    const own: WeightType = size.length === 1 ? 'F32' : type
    const elements = size.reduce((product, side) => product * side, 1)
    const read = new Float32Array(new Uint8Array(all.subarray(offset, offset + elements * 4)).buffer)
    const values = /\.attn_[qk]$/.test(name) ? neighbours(read, size[1] ?? 0, shape.headLength) : read
    return {
      name: `${name}.weight`,
      dimensions: [...size].reverse(),
      type: weightTypes[own].id,
      bytes: encodedBytes(elements, own),
      data: () => encode(values, own),
    }
  })
  await writeGguf(path, metadata(shape, tokenizer, type), tensors)
}

/** Rows of each head from halves (0, 32, 1, 33, … of 64 apart) to neighbours, as llama.cpp rotates them. */
function neighbours(rows: Float32Array, length: number, head: number): Float32Array {
  const result = new Float32Array(rows.length)
  for (let row = 0; row * length < rows.length; row++) {
    const within = row % head
    const from = row - within + Math.floor(within / 2) + (within % 2) * (head / 2)
    result.set(rows.subarray(from * length, (from + 1) * length), row * length)
  }
  return result
}

function metadata(
  shape: Shape,
  { tokens, merges }: Pick<Tokenizer, 'tokens' | 'merges'>,
  type: WeightType,
): (readonly [string, WritableValue])[] {
  const uint32 = (value: number): WritableValue => ({ type: 'uint32', value })
  const string = (value: string): WritableValue => ({ type: 'string', value })
  const idOf = (token: string): number => tokens.indexOf(token)
  const controls: readonly string[] = Object.values(specials)
  const own: readonly string[] = tags
  const kinds = tokens.map((token) =>
    controls.includes(token)
      ? tokenTypes.control
      : own.includes(token)
        ? tokenTypes.userDefined
        : tokenTypes.normal,
  )
  const unused = Array.from({ length: shape.vocabulary - tokens.length }, (_, index) => `[unused ${index}]`)
  return [
    ['general.architecture', string('llama')],
    ['general.name', string('Hob starter')],
    ['general.description', string('Answers about the box it ships with until a bigger model is added.')],
    ['general.license', string('Apache-2.0')],
    ['general.file_type', uint32(weightTypes[type].fileType)],
    ['llama.context_length', uint32(contextTokens)],
    ['llama.embedding_length', uint32(shape.embedding)],
    ['llama.block_count', uint32(shape.layers)],
    ['llama.feed_forward_length', uint32(shape.feedForward)],
    ['llama.attention.head_count', uint32(shape.heads)],
    ['llama.attention.head_count_kv', uint32(shape.kvHeads)],
    ['llama.attention.layer_norm_rms_epsilon', { type: 'float32', value: 1e-5 }],
    ['llama.rope.dimension_count', uint32(shape.headLength)],
    ['llama.rope.freq_base', { type: 'float32', value: shape.ropeBase }],
    ['llama.vocab_size', uint32(shape.vocabulary)],
    ['tokenizer.ggml.model', string('gpt2')],
    ['tokenizer.ggml.pre', string('gpt-2')],
    ['tokenizer.ggml.tokens', { type: 'strings', value: [...tokens, ...unused] }],
    [
      'tokenizer.ggml.token_type',
      { type: 'int32s', value: [...kinds, ...unused.map(() => tokenTypes.unused)] },
    ],
    ['tokenizer.ggml.merges', { type: 'strings', value: merges }],
    ['tokenizer.ggml.bos_token_id', uint32(idOf(specials.endOfText))],
    ['tokenizer.ggml.eos_token_id', uint32(idOf(specials.endOfTurn))],
    ['tokenizer.ggml.padding_token_id', uint32(idOf(specials.endOfText))],
    ['tokenizer.ggml.add_bos_token', { type: 'bool', value: false }],
    ['tokenizer.chat_template', string(chatTemplate)],
  ]
}
