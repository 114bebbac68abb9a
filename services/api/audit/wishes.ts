// Records what became of the models that somebody asked for: a download is refused, fails or ends long after its request
// was answered. Owns who asked for each one that runs; the models service tells how it goes.
import type { Context } from 'hono'
import type { AuditRecord } from '#appliance/contracts/audit.ts'
import type { Download } from '#appliance/contracts/models.ts'
import type { AppEnv } from '#appliance/ipc/app.ts'
import { fromWhere, whoAsks } from './request.ts'
import type { Audit } from './routes.ts'

export interface Wishes {
  /** Somebody asked for it just now. */
  asked(c: Context<AppEnv>, download: Download): void
  /** How it goes, as often as that is told. */
  told(download: Download): void
}

/** As many as the models service lists. */
const mostEnded = 100

export function createWishes({ audit }: { audit: Pick<Audit, 'append'> }): Wishes {
  const askedBy = new Map<string, Pick<AuditRecord, 'who' | 'from'>>()
  /** What ended before its request was answered is told first. */
  const ended = new Map<string, Download>()

  const write = (by: Pick<AuditRecord, 'who' | 'from'>, { state, error, model, file, source }: Download) => {
    if (state === 'cancelled') return
    audit.append({
      ...by,
      action: 'model.added',
      outcome: state === 'done' ? 'done' : error?.code === 'url_not_allowed' ? 'refused' : 'failed',
      code: error?.code ?? null,
      target: model ?? file,
      details: { source },
    })
  }

  const told = (download: Download): void => {
    const { id, state } = download
    if (state === 'running' || state === 'verifying') return
    const by = askedBy.get(id)
    if (by !== undefined) {
      askedBy.delete(id)
      return write(by, download)
    }
    ended.set(id, download)
    for (const oldest of ended.keys()) if (ended.size > mostEnded) ended.delete(oldest)
  }

  return {
    told,
    asked: (c, { id }) => {
      askedBy.set(id, { who: whoAsks(c), from: fromWhere(c) })
      const before = ended.get(id)
      ended.delete(id)
      if (before !== undefined) told(before)
    },
  }
}
