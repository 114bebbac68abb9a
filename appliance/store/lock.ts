// Holds a data folder for one box: SQLite's exclusive lock is the kernel's (fcntl), so it ends with the process that
// holds it, however that ends. Used by the supervisor.
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { HobError } from '../errors.ts'
import { storeError } from './open.ts'

/** Throws data_in_use when another box runs on the folder. Returns the release. */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'lock.db')
  try {
    const lock = new Database(file, { timeout: 0 })
    lock.pragma('locking_mode = EXCLUSIVE')
    lock.exec('BEGIN EXCLUSIVE')
    return () => lock.close()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY') {
      throw new HobError('data_in_use', { folder }, { cause: error })
    }
    throw storeError(file, error)
  }
}
