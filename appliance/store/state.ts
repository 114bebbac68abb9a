// Whether a service's SQLite files can be read at this moment, seen from outside of their owner: each is opened anew,
// read-only. Owns nothing.
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import Database from 'better-sqlite3'
import type { DatabaseState } from '../contracts/health.ts'

/** Of every `*.db` in the folder, by name. Takes the time of reading their first pages. */
export function storeStates(folder: string): DatabaseState[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.db'))
    .sort()
    .map((file) => ({ name: basename(file, '.db'), ...stateOf(join(folder, file)) }))
}

function stateOf(file: string): Omit<DatabaseState, 'name'> {
  try {
    const store = new Database(file, { readonly: true, fileMustExist: true, timeout: 200 })
    try {
      // reads the header and every table's definition
      store.prepare('SELECT count(*) FROM sqlite_schema').get()
      const [pages, size] = [
        store.pragma('page_count', { simple: true }),
        store.pragma('page_size', { simple: true }),
      ]
      return { state: 'ok', bytes: Number(pages) * Number(size) }
    } finally {
      store.close()
    }
  } catch {
    // whatever it was: whoever owns the file meets it too, and says so in the log
    return { state: 'failed', bytes: null }
  }
}
