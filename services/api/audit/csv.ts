// Entries as lines of a table (RFC 4180). A cell that a spreadsheet would take for a formula begins with an apostrophe
// (OWASP, "CSV injection"): names and user agents are other people's words.
import type { AuditEntry } from '#appliance/contracts/audit.ts'

const cells: Readonly<Record<string, (entry: AuditEntry) => string | number | null>> = {
  seq: ({ seq }) => seq,
  at: ({ at }) => at,
  person: ({ who }) => who.person,
  name: ({ who }) => who.name,
  by: ({ who }) => who.by,
  id: ({ who }) => who.id,
  action: ({ action }) => action,
  outcome: ({ outcome }) => outcome,
  code: ({ code }) => code,
  address: ({ from }) => from.address,
  agent: ({ from }) => from.agent,
  target: ({ target }) => target,
  details: ({ details }) => JSON.stringify(details),
  hash: ({ hash }) => hash,
}

export const csvHead = `${Object.keys(cells).join(',')}\r\n`

export const csvLine = (entry: AuditEntry): string =>
  `${Object.values(cells)
    .map((cell) => quoted(cell(entry)))
    .join(',')}\r\n`

function quoted(value: string | number | null): string {
  if (value === null || typeof value === 'number') return String(value ?? '')
  const harmless = /^[\s\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(value) ? `'${value}` : value
  return `"${harmless.replaceAll('"', '""')}"`
}
