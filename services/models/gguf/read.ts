// Opens a GGUF file and says what it is, or why it cannot be used. Reads the header only, through a small window;
// what a file claims is checked before it is believed. Public face of this folder.
import { constants, open } from 'node:fs/promises'
import { basename } from 'node:path'
import { HobError } from '#appliance/errors.ts'
import { boundedCount, type Cursor, createCursor, GgufProblem } from './cursor.ts'
import { describe } from './describe.ts'
import { limits } from './limits.ts'
import { readMetadata } from './metadata.ts'
import type { ModelFile } from './model-file.ts'
import { checkPlacement, readTensors } from './tensors.ts'

/** Throws HobError model_file_invalid, with what is wrong in plain words. `file` is what the person knows it by. */
export async function readModelFile(path: string, file: string = basename(path)): Promise<ModelFile> {
  try {
    return await read(path)
  } catch (cause) {
    if (cause instanceof GgufProblem) {
      throw new HobError('model_file_invalid', { file, detail: cause.message }, { cause })
    }
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : null
    if (code === null) throw cause
    throw new HobError('model_file_invalid', { file, detail: `it cannot be read (${code})` }, { cause })
  }
}

async function read(path: string): Promise<ModelFile> {
  // Not waiting for a writer, should it be a named pipe.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const status = await handle.stat()
    if (!status.isFile()) throw new GgufProblem('it is not a regular file')
    if (status.size < 32) throw new GgufProblem(`it has only ${status.size} bytes`)
    const cursor = createCursor(handle, status.size, limits.headerBytes)
    const { version, tensorCount, entryCount } = await readPreamble(cursor)
    const metadata = await readMetadata(cursor, entryCount)
    const tensors = await readTensors(cursor, tensorCount)
    const alignment = metadata.get('general.alignment') ?? 32
    if (typeof alignment !== 'number' || !isAlignment(alignment)) {
      throw new GgufProblem(`its alignment is ${JSON.stringify(alignment)}, not a power of two up to 65536`)
    }
    const dataStart = Math.ceil(cursor.position() / alignment) * alignment
    checkPlacement(tensors, { alignment, dataStart, fileBytes: status.size })
    return describe(metadata, tensors, { version, fileBytes: status.size })
  } finally {
    await handle.close()
  }
}

const isAlignment = (value: number): boolean =>
  Number.isInteger(value) && value >= 8 && value <= 65_536 && (value & (value - 1)) === 0

async function readPreamble(
  cursor: Cursor,
): Promise<{ version: number; tensorCount: number; entryCount: number }> {
  await cursor.ensure(24)
  const magic = cursor.u32()
  if (magic === 0x47475546) throw new GgufProblem('it is written for big-endian machines')
  if (magic !== 0x46554747) throw new GgufProblem('it does not begin with GGUF')
  const version = cursor.u32()
  if (version === 0x02000000 || version === 0x03000000) {
    throw new GgufProblem('it is written for big-endian machines')
  }
  if (version !== 2 && version !== 3) throw new GgufProblem(`it is of version ${version}; 2 and 3 are known`)
  const tensorCount = boundedCount(cursor.u64(), limits.tensors, 'tensors')
  const entryCount = boundedCount(cursor.u64(), limits.metadataEntries, 'metadata entries')
  if (tensorCount === 0) throw new GgufProblem('it holds no tensors')
  return { version, tensorCount, entryCount }
}
