// One entry of the record: a sentence, when and from where, and the rest for who wants to know.
import type { AuditEntry } from '#appliance/contracts/audit.ts'
import { useTranslation } from '../app/context.ts'
import { type AuditNames, sentenceOf } from './audit.ts'

export function AuditRow({ entry, names }: { entry: AuditEntry; names: AuditNames }) {
  const translation = useTranslation()
  const { t, format } = translation
  const { at, outcome, from } = entry
  return (
    <li class="row audit-row">
      <details>
        <summary>
          <span class="audit-text">
            <span>{sentenceOf(entry, names, translation)}</span>
            <span class="muted small audit-facts">
              {outcome !== 'done' && <span class="tag tag-bad">{t.audit.outcomes[outcome]}</span>}
              <time dateTime={at}>{format.dateTime(at)}</time>
              {from.address !== null && <span>{from.address}</span>}
            </span>
          </span>
        </summary>
        <Facts entry={entry} />
      </details>
    </li>
  )
}

function Facts({ entry: { seq, who, code, from, target, details, hash } }: { entry: AuditEntry }) {
  const { t, format, problem } = useTranslation()
  const why = code === null ? null : problem({ code, message: code, remedy: '' }).message
  const facts: (readonly [string, string | null])[] = [
    [t.audit.facts.number, format.number(seq)],
    [t.audit.facts.by, t.audit.ways[who.by]],
    [t.audit.facts.code, why],
    [t.audit.facts.target, target],
    [t.audit.facts.agent, from.agent],
    ...Object.entries(details).map(([name, value]) => [name, String(value)] as const),
    [t.audit.facts.hash, hash],
  ]
  return (
    <dl class="facts small">
      {facts.map(([name, value]) =>
        value === null || value === '' ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  )
}
