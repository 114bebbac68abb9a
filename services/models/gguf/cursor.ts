// Reads a file forwards through one small window, so that a header of any length costs the same memory. Owns the
// window; the file handle stays its caller's. Used by this folder only.
import type { FileHandle } from 'node:fs/promises'

const windowBytes = 256 * 1024

/** Thrown by the parts of this folder; read.ts turns it into model_file_invalid. */
export class GgufProblem extends Error {}

export interface Cursor {
  /** Where the next byte stands in the file. */
  position(): number
  /** Returns nothing when so many bytes are at hand already, which is nearly always: then nothing is awaited. */
  ensure(bytes: number): Promise<void> | undefined
  skip(bytes: number): void
  u8(): number
  i8(): number
  u16(): number
  i16(): number
  u32(): number
  i32(): number
  u64(): bigint
  i64(): bigint
  f32(): number
  f64(): number
  /** The next bytes as text; at most as many as were ensured. */
  text(bytes: number): string
}

export function createCursor(handle: FileHandle, fileBytes: number, maxBytes: number): Cursor {
  let window = Buffer.alloc(0)
  /** Of the window's first byte in the file. */
  let start = 0
  let at = 0

  async function fill(bytes: number): Promise<void> {
    const position = start + at
    if (position + bytes > fileBytes) throw new GgufProblem('the file ends in the middle of its header')
    if (position + bytes > maxBytes) throw new GgufProblem(`its header is longer than ${maxBytes} bytes`)
    const next = Buffer.alloc(Math.min(Math.max(bytes, windowBytes), fileBytes - position))
    let filled = 0
    while (filled < next.length) {
      const { bytesRead } = await handle.read(next, filled, next.length - filled, position + filled)
      if (bytesRead === 0) throw new GgufProblem('the file became shorter while it was read')
      filled += bytesRead
    }
    window = next
    start = position
    at = 0
  }

  const take = (bytes: number): number => {
    at += bytes
    return at - bytes
  }

  return {
    position: () => start + at,
    ensure: (bytes) => (at + bytes <= window.length ? undefined : fill(bytes)),
    skip(bytes) {
      at += bytes
      if (start + at > fileBytes) throw new GgufProblem('the file ends in the middle of its header')
      if (start + at > maxBytes) throw new GgufProblem(`its header is longer than ${maxBytes} bytes`)
    },
    u8: () => window.readUInt8(take(1)),
    i8: () => window.readInt8(take(1)),
    u16: () => window.readUInt16LE(take(2)),
    i16: () => window.readInt16LE(take(2)),
    u32: () => window.readUInt32LE(take(4)),
    i32: () => window.readInt32LE(take(4)),
    u64: () => window.readBigUInt64LE(take(8)),
    i64: () => window.readBigInt64LE(take(8)),
    f32: () => window.readFloatLE(take(4)),
    f64: () => window.readDoubleLE(take(8)),
    text: (bytes) => window.toString('utf8', take(bytes), at),
  }
}

/** A count or length that the file claims, or a problem that says which one is not believable. */
export function boundedCount(value: bigint, limit: number, what: string): number {
  if (value < 0n || value > BigInt(limit)) {
    throw new GgufProblem(`it claims ${value} ${what}; at most ${limit} are believed`)
  }
  return Number(value)
}
