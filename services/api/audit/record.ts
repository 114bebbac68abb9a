// Makes what a caller tells fit for the log: an entry is never refused for being too long. Text is cut, control
// characters become U+FFFD (a user agent must not move a terminal's cursor), names of secrets lose their values.
import { type AuditAction, type AuditRecord, auditLimits } from '#appliance/contracts/audit.ts'

type Details = AuditRecord['details']

/** Stands in the details where some had to go. */
const cutMark = 'cut'
/** Callers give none; this is the wall behind them. */
const secretName =
  /password|passphrase|secret|authorization|cookie|credential|bearer|private_?key|(api|session|claim|recovery)_?(key|code|token)/i

/** What nobody asked for. */
export const byTheBox = (action: AuditAction, details: Details): AuditRecord => ({
  who: { person: null, name: null, by: 'service', id: null },
  action,
  outcome: 'done',
  code: null,
  from: { address: null, agent: null },
  target: null,
  details,
})

export const fit = (record: AuditRecord): AuditRecord => ({
  who: {
    person: clip(record.who.person, auditLimits.id),
    name: clip(record.who.name, auditLimits.name),
    by: record.who.by,
    id: clip(record.who.id, auditLimits.id),
  },
  action: record.action,
  outcome: record.outcome,
  code: clip(record.code, auditLimits.code),
  from: {
    address: clip(record.from.address, auditLimits.address),
    agent: clip(record.from.agent, auditLimits.agent),
  },
  target: clip(record.target, auditLimits.target),
  details: fitDetails(record.details),
})

const clip = (value: string | null, limit: number): string | null =>
  value === null ? null : cut(value, limit)

const cut = (value: string, limit: number): string =>
  value
    .slice(0, limit)
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')

/** The first ones, as many as there is room for; the mark itself has its room. */
function fitDetails(details: Details): Details {
  const kept: Details = {}
  const members = Object.entries(details)
  let left = auditLimits.detailsBytes - `{"${cutMark}":true}`.length
  for (const [name, value] of members) {
    const key = cut(name, auditLimits.detailsKey)
    const fitted = secretName.test(key) ? '[withheld]' : fitValue(value)
    const bytes = Buffer.byteLength(JSON.stringify({ [key]: fitted })) - 1
    if (bytes > left || Object.keys(kept).length === auditLimits.detailsKeys - 1) {
      kept[cutMark] = true
      break
    }
    left -= bytes
    kept[key] = fitted
  }
  return kept
}

/** JSON knows no infinity. */
const fitValue = (value: Details[string]): Details[string] =>
  typeof value === 'string'
    ? cut(value, auditLimits.detailsBytes)
    : typeof value === 'number' && !Number.isFinite(value)
      ? null
      : value
