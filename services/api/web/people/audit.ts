// The record as the page reads it: how it is narrowed down, and the sentence for an entry.
import type { AuditAction, AuditEntry } from '#appliance/contracts/audit.ts'
import type { Translation } from '../i18n/index.ts'

/** Empty: not asked for. */
export interface AuditFilter {
  readonly person: string
  /** An action, or all of an area: `session.*`. */
  readonly action: string
  readonly outcome: '' | AuditEntry['outcome']
  readonly since: string
  readonly until: string
  readonly text: string
  readonly before: number | ''
}

type AreaOf<Action> = Action extends `${infer Area}.${string}` ? Area : never
type Area = AreaOf<AuditAction>

export const auditAreas = [
  'session',
  'person',
  'invitation',
  'password',
  'recovery',
  'passkey',
  'token',
  'model',
  'box',
  'certificate',
  'claim',
  'request',
  'audit',
] as const satisfies readonly Area[]

export const auditTimes = ['all', 'day', 'week', 'month'] as const
export type AuditTime = (typeof auditTimes)[number]
const dayMs = 86_400_000
const spans: Readonly<Record<Exclude<AuditTime, 'all'>, number>> = {
  day: dayMs,
  week: 7 * dayMs,
  month: 30 * dayMs,
}

/** Since when, for a span that ends now. */
export const sinceOf = (time: AuditTime, now: number): string =>
  time === 'all' ? '' : new Date(now - spans[time]).toISOString()

/** Names by the ids of people, tokens and passkeys. */
export type AuditNames = ReadonlyMap<string, string>

const nameIn = ({ details }: Pick<AuditEntry, 'details'>): string | null => {
  const name = details['name']
  return typeof name === 'string' ? name : null
}

/** What the entries themselves tell of names: later entries about the same thing give its id alone. */
export function namesIn(entries: readonly AuditEntry[]): AuditNames {
  const names = new Map<string, string>()
  for (const { who } of entries) if (who.person !== null && who.name !== null) names.set(who.person, who.name)
  for (const entry of entries) {
    const name = nameIn(entry)
    if (entry.target !== null && name !== null) names.set(entry.target, name)
  }
  return names
}

/** A box that was updated while the page was open may record other actions. */
type OfAnyBox = Omit<AuditEntry, 'action'> & { readonly action: string }

/** Of these the target has a name of its own; of all others it is an id, which says nothing to a person. */
const plainTargets = /^(model|box|certificate|request|audit)\./

function targetOf(entry: OfAnyBox, names: AuditNames): string {
  const { action, target, who } = entry
  if (target === null || target === who.person) return ''
  return nameIn(entry) ?? names.get(target) ?? (plainTargets.test(action) ? target : '')
}

export function whoOf({ who }: Pick<AuditEntry, 'who'>, { t }: Translation): string {
  if (who.name !== null) return who.name
  return who.by === 'socket' || who.by === 'service' ? t.audit.box : t.audit.nobody
}

/** What happened, in one sentence; what a newer box records goes by its own name. */
export function sentenceOf(entry: OfAnyBox, names: AuditNames, translation: Translation): string {
  const { t } = translation
  const { action, outcome } = entry
  const target = targetOf(entry, names)
  const who = whoOf(entry, translation)
  const pair = Object.hasOwn(t.audit.sentences, action) ? t.audit.sentences[action] : undefined
  const sentence =
    pair === undefined ? t.audit.other(who, action) : pair[outcome === 'done' ? 0 : 1](who, target)
  return sentence.charAt(0).toUpperCase() + sentence.slice(1)
}
