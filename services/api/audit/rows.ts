// What stands in the table `entries`, and how it becomes what the contract says. Used by this folder alone.
import type { AuditEntry } from '#appliance/contracts/audit.ts'

export interface EntryRow {
  readonly seq: number
  readonly at_ms: number
  readonly person: string | null
  readonly name: string | null
  readonly by: AuditEntry['who']['by']
  readonly by_id: string | null
  readonly action: AuditEntry['action']
  readonly outcome: AuditEntry['outcome']
  readonly code: string | null
  readonly address: string | null
  readonly agent: string | null
  readonly target: string | null
  readonly details: string
  readonly hash: Buffer
}

export const columns =
  'seq, at_ms, person, name, by, by_id, action, outcome, code, address, agent, target, details, hash'

export const toRow = (entry: AuditEntry): EntryRow => ({
  seq: entry.seq,
  at_ms: Date.parse(entry.at),
  person: entry.who.person,
  name: entry.who.name,
  by: entry.who.by,
  by_id: entry.who.id,
  action: entry.action,
  outcome: entry.outcome,
  code: entry.code,
  address: entry.from.address,
  agent: entry.from.agent,
  target: entry.target,
  details: JSON.stringify(entry.details),
  hash: Buffer.from(entry.hash, 'hex'),
})

export const toEntry = (row: EntryRow): AuditEntry => ({
  seq: row.seq,
  at: isoOf(row.at_ms),
  who: { person: row.person, name: row.name, by: row.by, id: row.by_id },
  action: row.action,
  outcome: row.outcome,
  code: row.code,
  from: { address: row.address, agent: row.agent },
  target: row.target,
  details: detailsOf(row.details),
  hash: row.hash.toString('hex'),
})

/** A row that somebody changed must still be shown, and be found broken. */
const isoOf = (ms: number): string =>
  Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : '1970-01-01T00:00:00.000Z'

function detailsOf(text: string): AuditEntry['details'] {
  try {
    return JSON.parse(text) as AuditEntry['details']
  } catch {
    // verify finds it: nothing that was written reads like this
    return { unreadable: true }
  }
}
