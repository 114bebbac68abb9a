// The entries, in audit.db: opens it, finds where the chain stands, adds at its end. The one owner of the file and of
// `audit.head` beside it. What was appended is on the disk when the call returns (WAL, synchronous=FULL).
import type { AuditEntry, AuditRecord } from '#appliance/contracts/audit.ts'
import { errorFields, type Log } from '#appliance/log.ts'
import { openStore, type Store, storeError } from '#appliance/store/open.ts'
import { beginning, chainHash, type Link } from './chain.ts'
import { openHeadFile } from './head.ts'
import { marksOf } from './marks.ts'
import { migrations } from './migrations.ts'
import { fit } from './record.ts'
import { columns, type EntryRow, toEntry, toRow } from './rows.ts'
import { createTimes, type Times } from './times.ts'

export interface Anchor extends Link {
  /** How many entries were pruned in all. */
  readonly pruned: number
}

export interface AuditStore {
  readonly db: Store
  readonly times: Times
  /**
   * `alongside` is done in the same transaction. Throws data_full, data_unwritable or data_corrupt; then nothing of it
   * is done.
   */
  append(records: readonly AuditRecord[], alongside?: () => void): AuditEntry[]
  /** The end of the chain, as this process wrote it. */
  head(): Link
  /** The last entry that was pruned; `beginning` when none was. */
  anchor(): Anchor
  entry(seq: number): AuditEntry | undefined
  /** Oldest first, from `from` to `to`, both included, at most `limit`. */
  batch(from: number, to: number, limit: number): AuditEntry[]
  /** What audit.head says agrees with the entries; it may lag behind them. */
  headFileAgrees(): boolean
  close(): void
}

interface Uses {
  file: string
  now: () => Date
  log: Log
}

/** Throws what openStore throws. */
export function openAuditStore({ file, now, log }: Uses): AuditStore {
  const db = openStore({ file, migrations })
  // what is pruned is overwritten
  db.pragma('secure_delete = ON')
  const headFile = openHeadFile(`${file.replace(/\.db$/, '')}.head`)
  const insert = db.prepare<[EntryRow]>(
    `INSERT INTO entries (${columns}) VALUES (${columns.replaceAll(/\w+/g, '@$&')})`,
  )
  const index = db.prepare<[number, string]>('INSERT INTO marks (rowid, words) VALUES (?, ?)')
  const one = db.prepare<[number], EntryRow>(`SELECT ${columns} FROM entries WHERE seq = ?`)
  const newest = db.prepare<[], EntryRow>(`SELECT ${columns} FROM entries ORDER BY seq DESC LIMIT 1`)
  const some = db.prepare<[number, number, number], EntryRow>(
    `SELECT ${columns} FROM entries WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?`,
  )
  const lastAnchor = db.prepare<[], { seq: number; hash: Buffer; pruned: number }>(
    'SELECT seq, hash, pruned FROM anchors ORDER BY seq DESC LIMIT 1',
  )
  const times = createTimes(db)

  const anchor = (): Anchor => {
    const row = lastAnchor.get()
    return row === undefined
      ? { ...beginning, pruned: 0 }
      : { seq: row.seq, hash: row.hash.toString('hex'), pruned: row.pruned }
  }

  const hashAt = (seq: number): string | undefined => {
    const pruned = anchor()
    if (seq === pruned.seq) return pruned.hash
    return one.get(seq)?.hash.toString('hex')
  }

  const newestLink = (): Link => {
    const row = newest.get()
    if (row !== undefined) return { seq: row.seq, hash: row.hash.toString('hex') }
    const { seq, hash } = anchor()
    return { seq, hash }
  }

  /** Lagging is allowed, and so is a head that was pruned since it was written. */
  const agrees = (said: Link | null, last: Link): boolean =>
    said !== null && said.seq <= last.seq && (said.seq < anchor().seq || hashAt(said.seq) === said.hash)

  /**
   * Where to go on. When entries are missing at the end, or when nothing tells whether they are, the next one leaves a
   * gap that stays in the chain for good: going on as if nothing were would hide it.
   */
  const findHead = (): Link => {
    const last = newestLink()
    const said = headFile.read()
    if (said === null && last.seq === 0) return last
    if (agrees(said, last)) return last
    const doubted = said !== null && said.seq > last.seq ? said : { ...beginning, seq: last.seq + 1 }
    log.error('the audit log does not end where audit.head says', {
      last: last.seq,
      said: said?.seq ?? null,
    })
    return doubted
  }

  let head = findHead()
  let lastMs = newest.get()?.at_ms ?? Number.POSITIVE_INFINITY

  const writeHead = (): void => {
    try {
      headFile.write(head)
    } catch (error) {
      // the entry itself is safe; the file lags until the next one
      log.error('audit.head could not be written', errorFields(error))
    }
  }
  writeHead()

  const insertAll = db.transaction((records: readonly AuditRecord[], alongside?: () => void) => {
    alongside?.()
    let link = head
    let previousMs = lastMs
    return records.map((record) => {
      const at = now()
      const entry = { seq: link.seq + 1, at: at.toISOString(), ...fit(record) }
      const whole: AuditEntry = { ...entry, hash: chainHash(link.hash, entry) }
      insert.run(toRow(whole))
      index.run(whole.seq, marksOf(whole))
      if (at.getTime() < previousMs) times.begin(whole.seq)
      previousMs = at.getTime()
      link = whole
      return whole
    })
  })

  return {
    db,
    times,
    append: (records, alongside) => {
      const entries = attempt(file, () => insertAll.immediate(records, alongside))
      const last = entries.at(-1)
      if (last === undefined) return entries
      head = { seq: last.seq, hash: last.hash }
      lastMs = Date.parse(last.at)
      writeHead()
      return entries
    },
    head: () => head,
    anchor,
    entry: (seq) => {
      const row = one.get(seq)
      return row === undefined ? undefined : toEntry(row)
    },
    batch: (from, to, limit) => some.all(from, to, limit).map(toEntry),
    headFileAgrees: () => agrees(headFile.read(), head),
    close: () => {
      headFile.close()
      db.close()
    },
  }
}

function attempt<Result>(file: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw storeError(file, error)
  }
}
