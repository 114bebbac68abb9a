// Brings a file of this machine into a part file: shares its blocks where the file system can (nothing is copied then),
// else copies with progress. The source is only read.
import { constants, createReadStream } from 'node:fs'
import { copyFile, stat } from 'node:fs/promises'
import { HobError } from '#appliance/errors.ts'
import type { Part } from './part.ts'

export interface CopyOptions {
  readonly part: Part
  readonly source: string
  readonly maxBytes: number
  readonly signal: AbortSignal
  readonly onProgress: (receivedBytes: number, totalBytes: number | null) => void
  readonly checkSpace: (moreBytes: number) => Promise<void>
}

export async function copyInto(options: CopyOptions): Promise<void> {
  const { part, source, signal, onProgress } = options
  const { size } = await stat(source)
  if (size > options.maxBytes) throw new HobError('download_too_large', { limit: options.maxBytes })
  await part.remove()
  const cloned = await copyFile(source, part.path, constants.COPYFILE_FICLONE_FORCE).then(
    () => true,
    () => false,
  )
  if (cloned) {
    onProgress(size, size)
    return
  }
  await options.checkSpace(size)
  const handle = await part.open('anew')
  let copied = 0
  try {
    onProgress(0, size)
    for await (const piece of createReadStream(source, { signal, highWaterMark: 1 << 20 })) {
      await handle.writeFile(piece)
      copied += piece.length
      onProgress(copied, size)
    }
  } finally {
    await handle.close()
  }
}
