// From moments to numbers: which entries were written between two moments. Entries are in the order of their numbers,
// and the clock may have gone back (a dead battery, a time server). Owns the table `clock_runs`: within a run the
// clock did not go back, so the ends of a span are found by halving.
import type { Store } from '#appliance/store/open.ts'

/** Both ends belong to it. */
export interface Span {
  readonly from: number
  readonly to: number
}

export interface Times {
  /** For an entry before whose moment the clock stood later, or that is the first; in its transaction. */
  begin(seq: number): void
  /** Newest first, from the oldest that is kept (`first`) to `last`. */
  spans(bounds: {
    sinceMs: number | undefined
    untilMs: number | undefined
    first: number
    last: number
  }): Span[]
  /** Forgets the runs that ended before this entry. */
  forgetBefore(seq: number): void
}

export function createTimes(store: Store): Times {
  const insert = store.prepare<[number]>('INSERT OR IGNORE INTO clock_runs (first_seq) VALUES (?)')
  const runs = store.prepare<[], { first_seq: number }>(
    'SELECT first_seq FROM clock_runs ORDER BY first_seq DESC',
  )
  const forget = store.prepare<[number]>(
    'DELETE FROM clock_runs WHERE first_seq < (SELECT max(first_seq) FROM clock_runs WHERE first_seq <= ?)',
  )
  const atOrAfter = store.prepare<[number], { at_ms: number }>(
    'SELECT at_ms FROM entries WHERE seq >= ? ORDER BY seq LIMIT 1',
  )

  /** The first number in the span whose entry was written at this moment or later; `to + 1` when none was. */
  const firstAt = (ms: number, { from, to }: Span): number => {
    let low = from
    let high = to + 1
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if ((atOrAfter.get(middle)?.at_ms ?? Number.POSITIVE_INFINITY) >= ms) high = middle
      else low = middle + 1
    }
    return low
  }

  return {
    begin: (seq) => void insert.run(seq),
    spans: ({ sinceMs, untilMs, first, last }) => {
      if (sinceMs === undefined && untilMs === undefined) return [{ from: first, to: last }]
      const found: Span[] = []
      let to = last
      for (const { first_seq } of runs.all()) {
        const run = { from: Math.max(first, first_seq), to }
        to = Math.min(last, first_seq - 1)
        if (run.from > run.to) continue
        const span = {
          from: sinceMs === undefined ? run.from : firstAt(sinceMs, run),
          to: untilMs === undefined ? run.to : firstAt(untilMs, run) - 1,
        }
        if (span.from <= span.to) found.push(span)
        if (first_seq <= first) break
      }
      return found
    },
    forgetBefore: (seq) => void forget.run(seq),
  }
}
