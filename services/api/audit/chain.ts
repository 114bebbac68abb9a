// The chain: an entry's hash is SHA-256 over the hash before it (32 bytes) and the entry without its hash, as the
// canonical JSON of RFC 8785 in UTF-8. README.md says it for those who check an export. Keeps no state.
import { createHash } from 'node:crypto'
import type { AuditEntry } from '#appliance/contracts/audit.ts'

type UnchainedEntry = Omit<AuditEntry, 'hash'>

/** Where a chain stands: the last number and its hash. */
export interface Link {
  readonly seq: number
  readonly hash: string
}

/** What the very first entry continues. */
export const beginning: Link = { seq: 0, hash: '0'.repeat(64) }

/** In hex. Of the entry alone, whatever else the object carries: its text is well-formed, its numbers are finite. */
export function chainHash(
  previous: string,
  { seq, at, who, action, outcome, code, from, target, details }: UnchainedEntry,
): string {
  const covered = canonicalJson({ seq, at, who, action, outcome, code, from, target, details })
  return createHash('sha256').update(Buffer.from(previous, 'hex')).update(covered).digest('hex')
}

type Json = string | number | boolean | null | { readonly [key: string]: Json }

/** RFC 8785 for what has no lists: keys by UTF-16 units, no spaces, numbers and strings as ECMAScript writes them. */
function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`
}
