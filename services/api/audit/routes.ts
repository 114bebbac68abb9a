// The audit log's door: the routes, and the one function through which everything in the api service records. Owns
// nothing itself; wires the store, the counting of floods, pruning.
import {
  type AuditEntry,
  type AuditFilter,
  type AuditRecord,
  auditRoutes,
} from '#appliance/contracts/audit.ts'
import type { App } from '#appliance/ipc/app.ts'
import { errorFields, type Log } from '#appliance/log.ts'
import type { Clock } from '#appliance/timers/timers.ts'
import { createCoalescer } from './coalesce.ts'
import { exportAudit } from './export.ts'
import { createMatcher, wantedBy } from './marks.ts'
import { createPrune, type Prune } from './prune.ts'
import { fromWhere, whoAsks } from './request.ts'
import { createAuditSearch } from './search.ts'
import { openAuditStore } from './store.ts'
import { createVerifier } from './verify.ts'

export interface Audit {
  /**
   * On the disk when it returns. Null: a flood, it was counted and the count will be written. Throws data_full,
   * data_unwritable or data_corrupt: what must be recorded and cannot be should not be done.
   */
  append(record: AuditRecord): AuditEntry | null
  /** In one transaction: all or none; those that were only counted are left out. */
  appendMany(records: readonly AuditRecord[]): AuditEntry[]
  /** The newest one that was done. */
  newest(action: AuditFilter['action']): AuditEntry | null
  prune: Prune
  /** Writes what was counted, ends what is running, closes the file. */
  close(): void
}

/** Throws what openStore throws. */
export function registerAudit(
  app: App,
  { file, clock, log }: { file: string; clock: Clock; log: Log },
): Audit {
  const now = (): Date => clock.now()
  const store = openAuditStore({ file, now, log })
  const search = createAuditSearch(store)
  const closing = new AbortController()
  const verify = createVerifier(store, closing.signal)
  const coalescer = createCoalescer({
    clock,
    write: (record) => {
      try {
        store.append([record])
      } catch (error) {
        // nobody waits for it who could be told
        log.error('refusals could not be recorded', { count: record.details['count'], ...errorFields(error) })
      }
    },
  })
  const appendMany: Audit['appendMany'] = (records) =>
    store.append(records.filter((record) => coalescer.admit(record)))

  app.openapi(auditRoutes.list, (c) => c.json(search(c.req.valid('query')), 200))
  app.openapi(auditRoutes.verify, async (c) => c.json(await verify(), 200))
  app.openapi(auditRoutes.export, (c) => {
    const { format, ...filter } = c.req.valid('query')
    const matches = createMatcher(wantedBy(filter))
    const asked = Object.entries(filter).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value]],
    )
    // first of all: an export that breaks off was one too
    store.append([
      {
        who: whoAsks(c),
        action: 'audit.exported',
        outcome: 'done',
        code: null,
        from: fromWhere(c),
        target: null,
        details: { format, ...Object.fromEntries(asked) },
      },
    ])
    const body = exportAudit({ store, now, closing: closing.signal }, { filter, matches, format })
    const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson'
    const day = now().toISOString().slice(0, 10)
    return c.body(body, 200, {
      'content-type': type,
      'content-disposition': `attachment; filename="audit-${day}.${format}"`,
    })
  })

  return {
    append: (record) => appendMany([record])[0] ?? null,
    appendMany,
    newest: (action) => search({ action, outcome: 'done', limit: 1 }).entries[0] ?? null,
    prune: createPrune({ store, now, closing: closing.signal }),
    close: () => {
      closing.abort()
      coalescer.flush()
      store.close()
    },
  }
}
