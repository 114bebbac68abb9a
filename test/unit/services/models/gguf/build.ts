// Small GGUF files for the tests, with every part open to damage.
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { encodeHeader, type WritableTensor, type WritableValue } from '#services/models/gguf/write.ts'

export type Entry = readonly [string, WritableValue]

export const uint32 = (value: number): WritableValue => ({ type: 'uint32', value })
export const string = (value: string): WritableValue => ({ type: 'string', value })

export const entries: readonly Entry[] = [
  ['general.architecture', string('llama')],
  ['general.name', string('Tiny')],
  ['llama.block_count', uint32(2)],
  ['llama.context_length', uint32(2048)],
  ['llama.embedding_length', uint32(64)],
  ['llama.attention.head_count', uint32(4)],
  ['llama.attention.head_count_kv', uint32(2)],
]

export function tensor(name: string, dimensions: readonly number[] = [64], type = 0): WritableTensor {
  const bytes = dimensions.reduce((product, dimension) => product * dimension, 1) * (type === 0 ? 4 : 2)
  return { name, dimensions, type, bytes, data: () => new Uint8Array(bytes) }
}

export const tensors: readonly WritableTensor[] = [
  tensor('token_embd.weight', [64, 10]),
  tensor('blk.0.attn_k.weight'),
  tensor('blk.1.attn_k.weight'),
  tensor('output.weight', [64, 10]),
]

export function buildFile(
  metadata: readonly Entry[] = entries,
  parts: readonly WritableTensor[] = tensors,
): Buffer {
  const data = parts.map((part) => Buffer.alloc(Math.ceil(part.bytes / 32) * 32))
  return Buffer.concat([encodeHeader(metadata, parts), ...data])
}

/** The metadata with some entries replaced, or added at the end. */
export function withEntries(...changes: readonly Entry[]): Entry[] {
  const changed = new Map(changes)
  const kept = entries.map(([key, value]): Entry => [key, changed.get(key) ?? value])
  return [...kept, ...changes.filter(([key]) => !entries.some(([known]) => known === key))]
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hob-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export async function saveFile(bytes: Uint8Array): Promise<string> {
  const path = join(await temporaryFolder(), 'model.gguf')
  await writeFile(path, bytes)
  return path
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
