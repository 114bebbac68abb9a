// The log of a box under `npm start`: hob.log and what the supervisor rotated it into. A place in it is named by file and offset, the
// file by its inode, since a rotation gives it another name.
import { watch } from 'node:fs'
import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { LogEntry, LogFilter, LogPage } from '../contracts/system.ts'
import { longestLineBytes, readLines } from '../lines.ts'
import { entryOf, fits, type KeptEntry, type LogReader, takePage } from './reader.ts'

const blockBytes = 64 * 1024
const current = 'hob.log'

interface OpenFile {
  readonly handle: FileHandle
  readonly inode: number
  readonly size: number
}

export function createFileReader({ folder }: { folder: string }): LogReader {
  return {
    page: async ({ before, ...query }) => await inFiles(folder, (files) => pageOf(files, before, query)),
    whole: async function* (filter, signal) {
      const files = await openFiles(folder)
      try {
        for (const { handle, size } of files.reverse())
          yield* fitting(piecesOf(handle, 0, size), filter, signal)
      } finally {
        await closeAll(files)
      }
    },
    follow: async (filter, signal) => {
      const { ino: inode, size: position } = await stat(join(folder, current))
      return fitting(appended(folder, { inode, position }, signal), filter, signal)
    },
  }
}

/** Ends when the signal aborts. */
async function* fitting(
  pieces: AsyncIterable<Uint8Array>,
  filter: LogFilter,
  signal: AbortSignal,
): AsyncGenerator<LogEntry> {
  for await (const line of readLines(pieces)) {
    if (signal.aborted) return
    const entry = parse(line)
    if (fits(entry, filter)) yield entry
  }
}

const parse = (line: string): LogEntry => entryOf(line, '?', 'info', new Date(0))

/** Newest first. Held open, they stay what they are when they are renamed meanwhile. */
async function openFiles(folder: string): Promise<OpenFile[]> {
  const names = (await readdir(folder)).filter((name) => /^hob\.log(\.\d+)?$/.test(name))
  const numberOf = (name: string): number => Number(name.split('.')[2] ?? 0)
  const files: OpenFile[] = []
  for (const name of names.sort((a, b) => numberOf(a) - numberOf(b))) {
    const handle = await open(join(folder, name), 'r')
    const { ino: inode, size } = await handle.stat()
    if (files.some((file) => file.inode === inode)) await handle.close()
    else files.push({ handle, inode, size })
  }
  return files
}

const closeAll = async (files: readonly OpenFile[]): Promise<void> =>
  void (await Promise.all(files.map(({ handle }) => handle.close())))

async function inFiles<Result>(
  folder: string,
  work: (files: OpenFile[]) => Promise<Result>,
): Promise<Result> {
  const files = await openFiles(folder)
  try {
    return await work(files)
  } finally {
    await closeAll(files)
  }
}

async function pageOf(
  files: readonly OpenFile[],
  before: string | undefined,
  query: Parameters<typeof takePage>[1],
): Promise<LogPage> {
  const [, inode, offset] = /^f=([0-9a-f]+);o=([0-9a-f]+)$/.exec(before ?? '') ?? []
  const first = before === undefined ? 0 : files.findIndex((file) => file.inode.toString(16) === inode)
  // what the page was taken from is gone, and all that was older
  if (first === -1) return { entries: [], before: null }
  async function* backwards(): AsyncGenerator<KeptEntry> {
    for (const [index, file] of files.slice(first).entries()) {
      const end = index === 0 && offset !== undefined ? Number.parseInt(offset, 16) : file.size
      for await (const { text, at } of linesBackwards(file.handle, Math.min(end, file.size)))
        yield { entry: parse(text), cursor: `f=${file.inode.toString(16)};o=${at.toString(16)}` }
    }
  }
  return await takePage(backwards(), query)
}

/** Each line with the offset at which it begins; of one that is too long its beginning. */
async function* linesBackwards(
  handle: FileHandle,
  end: number,
): AsyncGenerator<{ text: string; at: number }> {
  let rest = Buffer.alloc(0)
  for (let position = end; position > 0; ) {
    const size = Math.min(blockBytes, position)
    position -= size
    const { buffer } = await handle.read(Buffer.alloc(size), 0, size, position)
    const bytes = Buffer.concat([buffer, rest])
    let stop = bytes.length
    for (
      let newline = bytes.lastIndexOf(0x0a);
      newline >= 0;
      newline = bytes.lastIndexOf(0x0a, newline - 1)
    ) {
      if (stop > newline + 1)
        yield { text: cut(bytes.subarray(newline + 1, stop)), at: position + newline + 1 }
      stop = newline
      if (newline === 0) break
    }
    rest = bytes.subarray(0, Math.min(stop, longestLineBytes))
  }
  if (rest.length > 0) yield { text: cut(rest), at: 0 }
}

const cut = (bytes: Buffer): string => bytes.toString('utf8', 0, Math.min(bytes.length, longestLineBytes))

async function* piecesOf(handle: FileHandle, from: number, to: number): AsyncGenerator<Uint8Array> {
  for (let position = from; position < to; ) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(blockBytes), 0, blockBytes, position)
    if (bytesRead === 0) return
    yield buffer.subarray(0, Math.min(bytesRead, to - position))
    position += bytesRead
  }
}

/** What is written to the log from there on, through its rotations. */
async function* appended(
  folder: string,
  from: { inode: number; position: number },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let changed = Promise.withResolvers<void>()
  const tell = (): void => changed.resolve()
  const watcher = watch(folder, tell)
  signal.addEventListener('abort', tell, { once: true })
  let handle = await open(join(folder, current), 'r')
  try {
    let { ino: inode } = await handle.stat()
    // another file has its name since
    let position = inode === from.inode ? from.position : 0
    while (!signal.aborted) {
      changed = Promise.withResolvers()
      // looked at before the last bytes are read: those of a file that has been renamed are complete
      const now = await inodeOf(join(folder, current))
      for await (const bytes of piecesOf(handle, position, Number.MAX_SAFE_INTEGER)) {
        position += bytes.length
        yield bytes
      }
      if (now !== null && now !== inode) {
        await handle.close()
        handle = await open(join(folder, current), 'r')
        ;({ ino: inode } = await handle.stat())
        position = 0
      } else await changed.promise
    }
  } finally {
    watcher.close()
    signal.removeEventListener('abort', tell)
    await handle.close()
  }
}

/** Null: just being renamed. */
async function inodeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).ino
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
