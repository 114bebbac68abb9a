// Keeps the log of everything that runs under `npm start`: appends lines to hob.log, rotates it by size, deletes what
// is too old. A full disk never stops the box: lines are dropped, counted, and the gap is told when there is room.
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

export interface LogFiles {
  append(line: string): void
  /** Deletes rotated files whose last line is older. */
  deleteOlderThan(date: Date): void
  close(): void
}

/** hob.log, hob.log.1 … hob.log.(files − 1); the highest is the oldest. */
export function openLogFiles({
  folder,
  maxBytes = 20_000_000,
  files = 5,
}: {
  folder: string
  maxBytes?: number
  files?: number
}): LogFiles {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const current = join(folder, 'hob.log')
  const numbered = (n: number): string => `${current}.${n}`
  let descriptor = openSync(current, 'a', 0o600)
  let size = fstatSync(descriptor).size
  let dropped = 0

  const rotate = (): void => {
    closeSync(descriptor)
    rmSync(numbered(files - 1), { force: true })
    for (let n = files - 2; n >= 1; n--) if (existsSync(numbered(n))) renameSync(numbered(n), numbered(n + 1))
    renameSync(current, numbered(1))
    descriptor = openSync(current, 'a', 0o600)
    size = 0
  }

  const write = (line: string): void => {
    if (size > 0 && size + line.length > maxBytes) rotate()
    size += writeSync(descriptor, line)
  }

  return {
    append: (line) => {
      try {
        if (dropped > 0) {
          write(
            `${JSON.stringify({ time: new Date().toISOString(), level: 'warn', service: 'supervisor', message: 'log lines were lost: the disk was full', lost: dropped })}\n`,
          )
          dropped = 0
        }
        write(line)
      } catch {
        // nowhere to report to but here: the line is counted and told once there is room again
        dropped++
      }
    },
    deleteOlderThan: (date) => {
      for (const name of readdirSync(folder)) {
        const file = join(folder, name)
        if (/^hob\.log\.\d+$/.test(name) && statSync(file).mtime < date) rmSync(file, { force: true })
      }
    },
    close: () => closeSync(descriptor),
  }
}
