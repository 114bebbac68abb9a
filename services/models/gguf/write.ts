// Writes GGUF v3 files: metadata, then tensors that are produced one after another, so that a file of any size costs
// the memory of its largest tensor. For the starter and for tests; other models are never written here.
import { open, rename, rm } from 'node:fs/promises'
import { valueTypes } from './types.ts'

export type WritableValue =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'uint32' | 'int32' | 'float32'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'int32s'; readonly value: readonly number[] }

export interface WritableTensor {
  readonly name: string
  readonly dimensions: readonly number[]
  /** ggml's number. */
  readonly type: number
  readonly bytes: number
  /** Called once, in order; the bytes may be reused by the next tensor. */
  readonly data: () => Uint8Array
}

const alignment = 32

/** Appears whole or not at all: written beside its place, synced, renamed. */
export async function writeGguf(
  path: string,
  metadata: readonly (readonly [key: string, value: WritableValue])[],
  tensors: readonly WritableTensor[],
): Promise<void> {
  const partial = `${path}.${process.pid}.part`
  const handle = await open(partial, 'w', 0o644)
  try {
    await handle.writeFile(encodeHeader(metadata, tensors))
    for (const tensor of tensors) {
      await handle.writeFile(tensor.data())
      await handle.writeFile(Buffer.alloc(padding(tensor.bytes)))
    }
    await handle.sync()
    await handle.close()
    await rename(partial, path)
  } catch (error) {
    await handle.close().catch(() => undefined)
    await rm(partial, { force: true })
    throw error
  }
}

const padding = (bytes: number): number => (alignment - (bytes % alignment)) % alignment

export function encodeHeader(
  metadata: readonly (readonly [key: string, value: WritableValue])[],
  tensors: readonly WritableTensor[],
): Buffer {
  const parts: Buffer[] = [Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(metadata.length)]
  for (const [key, value] of metadata) parts.push(text(key), ...encodeValue(value))
  let offset = 0
  for (const tensor of tensors) {
    parts.push(text(tensor.name), u32(tensor.dimensions.length), ...tensor.dimensions.map(u64))
    parts.push(u32(tensor.type), u64(offset))
    offset += tensor.bytes + padding(tensor.bytes)
  }
  const header = Buffer.concat(parts)
  return Buffer.concat([header, Buffer.alloc(padding(header.length))])
}

function encodeValue(value: WritableValue): Buffer[] {
  if (value.type === 'string') return [u32(valueTypes.string), text(value.value)]
  if (value.type === 'bool') return [u32(valueTypes.bool), Buffer.from([value.value ? 1 : 0])]
  if (value.type === 'strings') {
    return [...array(valueTypes.string, value.value.length), ...value.value.map(text)]
  }
  if (value.type === 'int32s')
    return [...array(valueTypes.int32, value.value.length), ...value.value.map(i32)]
  const encodeNumber = { uint32: u32, int32: i32, float32: f32 }[value.type]
  return [u32(valueTypes[value.type]), encodeNumber(value.value)]
}

const array = (type: number, length: number): Buffer[] => [u32(valueTypes.array), u32(type), u64(length)]

function u32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32LE(value)
  return buffer
}

function i32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeInt32LE(value)
  return buffer
}

function f32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeFloatLE(value)
  return buffer
}

function u64(value: number): Buffer {
  const buffer = Buffer.alloc(8)
  buffer.writeBigUInt64LE(BigInt(value))
  return buffer
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8')
  return Buffer.concat([u64(bytes.length), bytes])
}
