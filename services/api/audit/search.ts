// Finds entries by any combination of filters, newest first. Asks the index for what the filters name and the clock's
// runs for the time; reads only the entries that it returns. Keeps no state.
import type { AuditEntry, AuditFilter } from '#appliance/contracts/audit.ts'
import { matchExpression, wantedBy } from './marks.ts'
import type { AuditStore } from './store.ts'
import type { Span } from './times.ts'

export interface AuditQuery extends AuditFilter {
  /** Only entries with a smaller seq. */
  readonly before?: number | undefined
  readonly limit: number
}

export interface Found {
  readonly entries: AuditEntry[]
  /** There are older ones that match. */
  readonly more: boolean
}

/** Newest first; the entries that are kept and were written in that time. */
export function spansOf(store: AuditStore, { since, until }: AuditFilter, last: number): Span[] {
  return store.times.spans({
    sinceMs: since === undefined ? undefined : Date.parse(since),
    untilMs: until === undefined ? undefined : Date.parse(until),
    first: store.anchor().seq + 1,
    last,
  })
}

/** Throws invalid_request for a text without words, or with too many. */
export function createAuditSearch(store: AuditStore): (query: AuditQuery) => Found {
  const byIndex = store.db.prepare<[string, number, number], { seq: number }>(
    'SELECT rowid AS seq FROM marks WHERE marks MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC',
  )
  const bySeq = store.db.prepare<[number, number], { seq: number }>(
    'SELECT seq FROM entries WHERE seq BETWEEN ? AND ? ORDER BY seq DESC',
  )

  return (query) => {
    const expression = matchExpression(wantedBy(query))
    const last = Math.min(store.head().seq, (query.before ?? Number.POSITIVE_INFINITY) - 1)
    const spans = spansOf(store, query, last)
    const [newest] = spans
    const oldest = spans.at(-1)
    if (newest === undefined || oldest === undefined) return { entries: [], more: false }

    // one walk over all spans: asking the index for each would read its lists as often
    const rows =
      expression === null
        ? bySeq.iterate(oldest.from, newest.to)
        : byIndex.iterate(expression, oldest.from, newest.to)
    const found: number[] = []
    let span = 0
    for (const { seq } of rows) {
      while (seq < (spans[span]?.from ?? 0)) span++
      if (seq > (spans[span]?.to ?? 0)) continue
      found.push(seq)
      if (found.length > query.limit) break
    }
    const entries = found.slice(0, query.limit).flatMap((seq) => store.entry(seq) ?? [])
    return { entries, more: found.length > query.limit }
  }
}
