// Reads the key-value part of a GGUF header. Large arrays (the tokenizer's) are walked over and only counted.
import { boundedCount, type Cursor, GgufProblem } from './cursor.ts'
import { limits } from './limits.ts'
import { valueTypes } from './types.ts'

export interface ArrayValue {
  readonly length: number
  readonly ofStrings: boolean
  /** Null when it was too long to keep, or of strings. */
  readonly values: readonly (number | boolean)[] | null
}

/** A string that was too long to keep is null. */
export type MetadataValue = string | number | boolean | null | ArrayValue
export type Metadata = ReadonlyMap<string, MetadataValue>

export async function readMetadata(cursor: Cursor, entries: number): Promise<Metadata> {
  const metadata = new Map<string, MetadataValue>()
  for (let entry = 0; entry < entries; entry++) {
    const key = await readKey(cursor)
    if (metadata.has(key)) throw new GgufProblem(`the key ${key} stands in it twice`)
    await cursor.ensure(4)
    const type = cursor.u32()
    metadata.set(
      key,
      type === valueTypes.array ? await readArray(cursor, key) : await readOne(cursor, type, key),
    )
  }
  return metadata
}

async function readKey(cursor: Cursor): Promise<string> {
  const key = await readString(cursor, limits.keyBytes, limits.keyBytes, 'bytes in a key')
  if (key === null || key === '') throw new GgufProblem('a metadata key is empty')
  return printable(key)
}

/** Keys and names end up in messages and logs. */
export function printable(text: string): string {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code < 32 || code === 127 || code === 0xfffd)
      throw new GgufProblem('a name holds unprintable characters')
  }
  return text
}

/** Null when it is longer than `kept`. */
export async function readString(
  cursor: Cursor,
  limit: number,
  kept: number,
  what: string,
): Promise<string | null> {
  await cursor.ensure(8)
  const bytes = boundedCount(cursor.u64(), limit, what)
  if (bytes > kept) {
    cursor.skip(bytes)
    return null
  }
  await cursor.ensure(bytes)
  return cursor.text(bytes)
}

const widths: ReadonlyMap<number, number> = new Map([
  [valueTypes.uint8, 1],
  [valueTypes.int8, 1],
  [valueTypes.uint16, 2],
  [valueTypes.int16, 2],
  [valueTypes.uint32, 4],
  [valueTypes.int32, 4],
  [valueTypes.float32, 4],
  [valueTypes.bool, 1],
  [valueTypes.uint64, 8],
  [valueTypes.int64, 8],
  [valueTypes.float64, 8],
])

function readScalar(cursor: Cursor, type: number, key: string): number | boolean {
  switch (type) {
    case valueTypes.uint8:
      return cursor.u8()
    case valueTypes.int8:
      return cursor.i8()
    case valueTypes.uint16:
      return cursor.u16()
    case valueTypes.int16:
      return cursor.i16()
    case valueTypes.uint32:
      return cursor.u32()
    case valueTypes.int32:
      return cursor.i32()
    case valueTypes.float32:
      return cursor.f32()
    case valueTypes.bool:
      return cursor.u8() !== 0
    case valueTypes.uint64:
      return Number(cursor.u64())
    case valueTypes.int64:
      return Number(cursor.i64())
    case valueTypes.float64:
      return cursor.f64()
    default:
      throw new GgufProblem(`the key ${key} has the unknown value type ${type}`)
  }
}

async function readOne(cursor: Cursor, type: number, key: string): Promise<MetadataValue> {
  if (type === valueTypes.string) {
    const template = key === 'tokenizer.chat_template'
    const limit = template ? limits.templateBytes : limits.stringBytes
    return readString(cursor, limit, template ? limit : limits.keptStringBytes, `bytes in ${key}`)
  }
  const width = widths.get(type)
  if (width === undefined) throw new GgufProblem(`the key ${key} has the unknown value type ${type}`)
  await cursor.ensure(width)
  return readScalar(cursor, type, key)
}

async function readArray(cursor: Cursor, key: string): Promise<ArrayValue> {
  await cursor.ensure(12)
  const type = cursor.u32()
  const length = boundedCount(cursor.u64(), limits.arrayItems, `items in ${key}`)
  if (type === valueTypes.string) {
    for (let item = 0; item < length; item++) {
      // Awaiting only when the window is spent keeps half a million tokens below 100 ms.
      const more = cursor.ensure(8)
      if (more !== undefined) await more
      cursor.skip(boundedCount(cursor.u64(), limits.stringBytes, `bytes in an item of ${key}`))
    }
    return { length, ofStrings: true, values: null }
  }
  if (type === valueTypes.array) throw new GgufProblem(`the key ${key} holds arrays in an array`)
  const width = widths.get(type)
  if (width === undefined) throw new GgufProblem(`the key ${key} holds items of the unknown type ${type}`)
  if (length > limits.keptArrayItems) {
    cursor.skip(width * length)
    return { length, ofStrings: false, values: null }
  }
  await cursor.ensure(width * length)
  const values = Array.from({ length }, () => readScalar(cursor, type, key))
  return { length, ofStrings: false, values }
}
