// Opens and migrates a service's SQLite file; owns no tables. WAL, synchronous=FULL: what was acknowledged survives a
// power cut (NORMAL lost commits in 10 of 20 simulated ones). The one door to better-sqlite3 and sqlite-vec.
import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import * as sqliteVec from 'sqlite-vec'
import { HobError } from '../errors.ts'

export type Store = Database.Database

/** Step N brings a file from version N to N+1; steps only add, so that the last release can still read it. */
export type Migrations = readonly ((store: Store) => void)[]

interface OpenOptions {
  file: string
  migrations: Migrations
  /** Loads sqlite-vec's vec0 tables and distance functions. */
  vectors?: boolean
}

/** Throws data_newer, data_corrupt, data_full or data_unwritable; a copy `FILE.vN` is kept before a migration. */
export function openStore({ file, migrations, vectors = false }: OpenOptions): Store {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const existed = existsSync(file)
  const store = guard(file, () => {
    const opened = new Database(file)
    opened.pragma('journal_mode = WAL')
    opened.pragma('synchronous = FULL')
    opened.pragma('foreign_keys = ON')
    opened.pragma('busy_timeout = 2000')
    return opened
  })
  if (vectors) sqliteVec.load(store)
  const found = Number(store.pragma('user_version', { simple: true }))
  const known = migrations.length
  if (found > known) {
    store.close()
    throw new HobError('data_newer', { file, found, known })
  }
  if (found < known) {
    guard(file, () => {
      if (existed) {
        store.pragma('wal_checkpoint(TRUNCATE)')
        copyFileSync(file, `${file}.v${found}`)
      }
      store.transaction(() => {
        for (const step of migrations.slice(found)) step(store)
        store.pragma(`user_version = ${known}`)
      })()
    })
  }
  return store
}

function guard<Result>(file: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw storeError(file, error)
  }
}

/** SQLite's and the system's codes as ours; others pass unchanged. */
export function storeError(file: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const detail = error instanceof Error ? error.message : String(error)
  if (code === 'SQLITE_FULL' || code === 'ENOSPC')
    return new HobError('data_full', { folder: dirname(file), need: 64 * 1024 * 1024 }, { cause: error })
  if (code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB')
    return new HobError('data_corrupt', { file, detail }, { cause: error })
  if (
    ['SQLITE_CANTOPEN', 'SQLITE_READONLY', 'SQLITE_PERM', 'EACCES', 'EROFS'].some((known) =>
      code.startsWith(known),
    )
  ) {
    return new HobError('data_unwritable', { folder: dirname(file), detail }, { cause: error })
  }
  return error
}
