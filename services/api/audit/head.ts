// `audit.head`, the file beside audit.db that says where the chain ended: one line, `SEQ HASH`, written in place after
// each commit. It tells when the newest entries were taken away. Not flushed each time: after a power cut it may lag
// behind the database, never run ahead of it.
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { storeError } from '#appliance/store/open.ts'
import type { Link } from './chain.ts'

export interface HeadFile {
  /** What the file says; null when it is not there or not a head. */
  read(): Link | null
  /** Throws data_full or data_unwritable. */
  write(link: Link): void
  close(): void
}

/** One width for all, so that writing over never leaves a rest; shorter than a disk's sector, so it is not torn. */
const lineBytes = 82
const lineOf = ({ seq, hash }: Link): string => `${String(seq).padStart(16, '0')} ${hash}\n`

export function openHeadFile(file: string): HeadFile {
  let descriptor: number | undefined

  const open = (): number => {
    const isNew = !existsSync(file)
    const opened = openSync(file, isNew ? 'w' : 'r+', 0o600)
    if (isNew) syncFolder(dirname(file))
    // what somebody else put behind the line would stay there
    else if (fstatSync(opened).size > lineBytes) ftruncateSync(opened, lineBytes)
    return opened
  }

  return {
    read: () => {
      if (!existsSync(file)) return null
      const match = /^(\d{16}) ([0-9a-f]{64})\n$/.exec(readFileSync(file, 'latin1'))
      return match?.[1] === undefined || match[2] === undefined
        ? null
        : { seq: Number(match[1]), hash: match[2] }
    },
    write: (link) => {
      try {
        descriptor ??= open()
        writeSync(descriptor, lineOf(link), 0)
      } catch (error) {
        throw storeError(file, error)
      }
    },
    close: () => {
      if (descriptor === undefined) return
      fsyncSync(descriptor)
      closeSync(descriptor)
      descriptor = undefined
    },
  }
}

/** So that the file itself is there after a power cut. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}
