// Retention: the oldest entries go, the chain still verifies. What is pruned is signed off first, in one transaction:
// an anchor (the last one's seq and hash, how many in all) and an entry that says so. The deletion follows in slices;
// one that a crash cut off is finished by the next call.
import { byTheBox } from './record.ts'
import { type Breathe, createBreath } from './slices.ts'
import type { AuditStore } from './store.ts'

const dayMs = 86_400_000
/** The longest six months: March to August. */
export const retentionDays = 184

const deletedAtOnce = 100
/** Pages of FTS5's index that one step of a merge writes. */
const mergedAtOnce = 50

interface Uses {
  store: AuditStore
  now: () => Date
  closing: AbortSignal
}

/**
 * How many were pruned. Throws data_full and the like. When the signal aborts or the log closes, it resolves, and what
 * is not deleted yet is left to the next call.
 */
export type Prune = (before?: Date, signal?: AbortSignal) => Promise<number>

/**
 * Prunes from the oldest up to the first entry that is not older than `before` (by default retentionDays ago): after a
 * clock that was wrong for a while nothing is taken out of the middle.
 */
export function createPrune({ store, now, closing }: Uses): Prune {
  const { db, times } = store
  const atMost = db.prepare<[number], { seq: number }>(
    'SELECT seq FROM entries WHERE seq <= ? ORDER BY seq DESC LIMIT 1',
  )
  const insertAnchor = db.prepare<[number, Buffer, number]>(
    'INSERT INTO anchors (seq, hash, pruned) VALUES (?, ?, ?)',
  )
  const old = db.prepare<[number, number], { seq: number }>(
    'SELECT seq FROM entries WHERE seq <= ? ORDER BY seq LIMIT ?',
  )
  const erase = db.prepare<[number]>('DELETE FROM entries WHERE seq = ?')
  const unindex = db.prepare<[number]>('DELETE FROM marks WHERE rowid = ?')
  const merge = db.prepare<[number]>("INSERT INTO marks (marks, rank) VALUES ('merge', ?)")

  /** The last one to go, or null. */
  const lastOld = (before: Date): number | null => {
    const anchor = store.anchor()
    const bounds = { sinceMs: undefined, first: anchor.seq + 1, last: store.head().seq }
    let through = anchor.seq
    for (const { from, to } of times.spans({ ...bounds, untilMs: before.getTime() }).toReversed()) {
      if (from !== through + 1) break
      through = to
    }
    const last = atMost.get(through)?.seq ?? 0
    return last > anchor.seq ? last : null
  }

  const signOff = (through: number, before: Date): number => {
    const anchor = store.anchor()
    const hash = store.entry(through)?.hash
    if (hash === undefined) return 0
    const count = through - anchor.seq
    const details = { through, hash, count, before: before.toISOString() }
    store.append([byTheBox('audit.pruned', details)], () => {
      insertAnchor.run(through, Buffer.from(hash, 'hex'), anchor.pruned + count)
      times.forgetBefore(through + 1)
    })
    return count
  }

  /** Deletes what an anchor covers; tells whether there was anything. */
  const deleteOld = async (breathe: Breathe): Promise<boolean> => {
    let deleted = false
    for (;;) {
      const rows = old.all(store.anchor().seq, deletedAtOnce)
      db.transaction(() => {
        for (const { seq } of rows) {
          erase.run(seq)
          unindex.run(seq)
        }
      }).immediate()
      deleted ||= rows.length > 0
      if (rows.length < deletedAtOnce) return deleted
      await breathe()
    }
  }

  /** FTS5 keeps the words of what was deleted until its segments are merged; a negative number begins with all. */
  const forgetWords = async (breathe: Breathe): Promise<void> => {
    let pages = -mergedAtOnce
    for (;;) {
      // the documented sign that there is nothing left to merge (https://www.sqlite.org/fts5.html §6.6)
      const before = changes(db)
      merge.run(pages)
      if (changes(db) - before < 2) return
      pages = mergedAtOnce
      await breathe()
    }
  }

  return async (before = new Date(now().getTime() - retentionDays * dayMs), signal) => {
    const stopping = signal === undefined ? closing : AbortSignal.any([closing, signal])
    const through = lastOld(before)
    const count = through === null ? 0 : signOff(through, before)
    const breathe = createBreath(stopping)
    try {
      if (await deleteOld(breathe)) {
        await forgetWords(breathe)
        db.pragma('wal_checkpoint(TRUNCATE)')
      }
    } catch (error) {
      if (!stopping.aborted) throw error
    }
    return count
  }
}

const changes = (db: AuditStore['db']): number =>
  db.prepare<[], { n: number }>('SELECT total_changes() AS n').get()?.n ?? 0
