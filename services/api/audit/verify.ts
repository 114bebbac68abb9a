// Checks the whole chain: every entry's hash, that none is missing between the last pruned one and the end, that the
// end is where it was, that pruning was recorded. In slices; several callers share one walk.
import type { AuditEntry, AuditVerify } from '#appliance/contracts/audit.ts'
import { chainHash, type Link } from './chain.ts'
import { createBreath } from './slices.ts'
import type { AuditStore } from './store.ts'

/** About a millisecond's work. */
const batchRows = 100

interface Walk {
  /** The last pruned entry: where the chain now begins. */
  from: Link
  /** The last one that holds. */
  last: Link
  brokenAt: number | null
  /** What the newest entry about pruning says was pruned last. */
  recorded: string
}

/** Throws shutting_down. */
export function createVerifier(store: AuditStore, closing: AbortSignal): () => Promise<AuditVerify> {
  let running: Promise<AuditVerify> | undefined
  return () => {
    running ??= verify(store, closing).finally(() => {
      running = undefined
    })
    return running
  }
}

async function verify(store: AuditStore, closing: AbortSignal): Promise<AuditVerify> {
  const breathe = createBreath(closing)
  const anchor = store.anchor()
  const walk: Walk = { from: anchor, last: anchor, brokenAt: null, recorded: '' }
  while (advance(store, walk)) await breathe()
  walk.brokenAt ??= brokenEnd(store, walk)
  const { from, last, brokenAt } = walk
  const entries = last.seq - from.seq
  return {
    ok: brokenAt === null,
    entries,
    first: entries === 0 ? null : from.seq + 1,
    last: entries === 0 ? null : last.seq,
    brokenAt,
    prunedBefore: from.seq + 1,
  }
}

/** Checks the next batch; false at the end and at a break. Follows what is appended and pruned meanwhile. */
function advance(store: AuditStore, walk: Walk): boolean {
  const anchor = store.anchor()
  if (anchor.seq > walk.from.seq) {
    walk.from = anchor
    if (anchor.seq > walk.last.seq) walk.last = anchor
  }
  const batch = store.batch(walk.last.seq + 1, Number.MAX_SAFE_INTEGER, batchRows)
  for (const entry of batch) {
    const { last } = walk
    if (entry.seq !== last.seq + 1 || chainHash(last.hash, entry) !== entry.hash) {
      walk.brokenAt = last.seq + 1
      return false
    }
    if (entry.action === 'audit.pruned') walk.recorded = pruningOf(entry.details)
    walk.last = { seq: entry.seq, hash: entry.hash }
  }
  return batch.length === batchRows
}

function brokenEnd(store: AuditStore, { from, last, recorded }: Walk): number | null {
  const head = store.head()
  if (last.seq !== head.seq || last.hash !== head.hash || !store.headFileAgrees()) return last.seq + 1
  // taken away at the beginning, and an anchor made up for it
  if (from.seq > 0 && recorded !== pruningOf({ through: from.seq, hash: from.hash })) return from.seq
  return null
}

const pruningOf = (details: AuditEntry['details']): string => `${details['through']} ${details['hash']}`
