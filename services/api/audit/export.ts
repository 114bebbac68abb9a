// The log as a file: the entries of the table itself, oldest first, in pieces of bounded size as fast as the reader
// takes them, with the same filters as the search. Without a filter the lines can be verified by whoever has them.
import type { AuditEntry, AuditExportHead, AuditFilter } from '#appliance/contracts/audit.ts'
import { HobError } from '#appliance/errors.ts'
import { csvHead, csvLine } from './csv.ts'
import { spansOf } from './search.ts'
import { createBreath } from './slices.ts'
import type { AuditStore } from './store.ts'

/** A piece holds at most so many entries: about 20 KB, 150 KB of the largest possible ones. */
const batchRows = 50

interface Uses {
  store: AuditStore
  now: () => Date
  closing: AbortSignal
}

interface Asked {
  filter: AuditFilter
  /** What the filter says of a single entry, but for the time. */
  matches: (entry: AuditEntry) => boolean
  format: 'ndjson' | 'csv'
}

/** Holds what the log contains at the call. */
export function exportAudit(uses: Uses, asked: Asked): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const left = new AbortController()
  const closing = AbortSignal.any([uses.closing, left.signal])
  const pieces = piecesOf({ ...uses, closing }, asked)
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { value, done } = await pieces.next()
        if (done === true) controller.close()
        else controller.enqueue(encoder.encode(value))
      },
      cancel: () => left.abort(),
    },
    { highWaterMark: 1 },
  )
}

function piecesOf(uses: Uses, { filter, matches, format }: Asked): AsyncGenerator<string, undefined> {
  const { store } = uses
  const spans = spansOf(store, filter, store.head().seq).toReversed()
  const head = format === 'csv' ? csvHead : `${JSON.stringify(headOf(uses, filter))}\n`
  const line = format === 'csv' ? csvLine : (entry: object) => `${JSON.stringify(entry)}\n`
  const began = store.anchor().seq

  async function* pieces(): AsyncGenerator<string, undefined> {
    yield head
    const breathe = createBreath(uses.closing)
    for (const { from, to } of spans) {
      for (let next = from; next <= to; ) {
        const { seq: pruned } = store.anchor()
        if (pruned !== began && pruned >= next) throw new HobError('audit_export_overtaken')
        const batch = store.batch(next, to, batchRows)
        const piece = batch.filter(matches).map(line).join('')
        if (piece !== '') yield piece
        const last = batch.at(-1)
        if (last === undefined) break
        next = last.seq + 1
        await breathe()
      }
    }
  }
  return pieces()
}

function headOf({ store, now }: Uses, filter: AuditFilter): AuditExportHead {
  const anchor = store.anchor()
  const { seq, hash } = store.head()
  return {
    format: 'hob-audit-1',
    exportedAt: now().toISOString(),
    filter,
    chain: { first: anchor.seq + 1, last: seq, hash, prunedBefore: anchor.seq + 1, prunedHash: anchor.hash },
  }
}
