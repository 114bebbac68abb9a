// Reads hob.conf from a stick that may have been made by anybody: a plain file of that name, of a few KiB, or nothing.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { HobError } from '../errors.ts'

const mostBytes = 4_096

const refused = (detail: string): HobError => new HobError('stick_invalid', { detail })

/** Throws stick_invalid. */
export function readStick(folder: string): string {
  const file = open(join(folder, 'hob.conf'))
  try {
    const { size, ...stat } = fstatSync(file)
    if (!isPlain(stat.mode)) throw refused('hob.conf is no plain file')
    if (size > mostBytes) throw refused(`hob.conf is larger than ${mostBytes} bytes`)
    // a file system that lies about the size gives no more than this
    const bytes = Buffer.alloc(mostBytes)
    return decode(bytes.subarray(0, readSync(file, bytes, 0, mostBytes, 0)))
  } finally {
    closeSync(file)
  }
}

/** Follows no link; a pipe that nobody writes to is not waited for. */
function open(path: string): number {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
  try {
    return openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'ELOOP') throw refused('hob.conf is a link')
    if (code === 'ENOENT') throw refused('it has no file named hob.conf')
    throw refused(`hob.conf cannot be opened (${String(code)})`)
  }
}

const isPlain = (mode: number): boolean => (mode & constants.S_IFMT) === constants.S_IFREG

/** A byte order mark is no part of the text. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw refused('hob.conf is not text in UTF-8')
  }
}
