// The record: newest first, narrowed down, a sentence for each entry, kept as a file, checked.
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Person } from '#appliance/contracts/identity.ts'
import { useApp, useTranslation } from '../app/context.ts'
import { useResource } from '../app/resource.ts'
import { useValue } from '../app/store.ts'
import { Icon } from '../ui/Icon.tsx'
import { ProblemCard } from '../ui/ProblemCard.tsx'
import { Section } from '../ui/Section.tsx'
import { Select } from '../ui/Select.tsx'
import { AuditKeep } from './AuditKeep.tsx'
import { AuditRow } from './AuditRow.tsx'
import { type AuditTime, auditAreas, auditTimes, namesIn } from './audit.ts'
import { type AuditQuestion, useAudit } from './useAudit.ts'

const outcomes = ['done', 'refused', 'failed'] as const

export function Audit() {
  const { api } = useApp()
  const { t } = useTranslation()
  const [question, setQuestion] = useState<AuditQuestion>({
    person: '',
    action: '',
    outcome: '',
    time: 'all',
    text: '',
  })
  const { entries, more, problem, again, older } = useAudit(question)
  const people = useResource(api.people)
  const everybody = useValue(people).value
  useEffect(() => people.want(), [people])
  const names = useMemo(() => {
    const here = (everybody ?? []).map(({ id, name }) => [id, name] as const)
    return new Map([...namesIn(entries ?? []), ...here])
  }, [everybody, entries])
  return (
    <>
      <p class="muted page-text">{t.audit.text}</p>
      <Filters
        question={question}
        people={everybody}
        change={(part) => setQuestion((now) => ({ ...now, ...part }))}
      />
      <Section id="audit" title={t.audit.list}>
        {problem !== null && <ProblemCard problem={problem} onRetry={again} />}
        {entries === null ? (
          problem === null && <p class="muted">{t.common.loading(t.audit.loading)}</p>
        ) : (
          <ol class="rows audit" aria-label={t.audit.title}>
            {entries.map((entry) => (
              <AuditRow key={entry.seq} entry={entry} names={names} />
            ))}
          </ol>
        )}
        {entries?.length === 0 && (
          <p class="muted" role="status">
            {t.audit.none}
          </p>
        )}
        {more && (
          <button type="button" class="button wide" onClick={older}>
            {t.audit.more}
          </button>
        )}
      </Section>
      <AuditKeep />
    </>
  )
}

interface FiltersProps {
  question: AuditQuestion
  people: readonly Person[] | null
  change: (part: Partial<AuditQuestion>) => void
}

function Filters({ question, people, change }: FiltersProps) {
  const { t } = useTranslation()
  const everybody: readonly (readonly [string, string])[] = [
    ['', t.audit.everybody],
    ...(people ?? []).map(({ id, name }) => [id, name] as const),
  ]
  return (
    <div class="filters" role="search" aria-label={t.audit.filters}>
      <label class="search-field">
        <Icon name="search" size={18} />
        <span class="offscreen">{t.audit.find}</span>
        <input
          type="search"
          placeholder={t.audit.find}
          maxLength={200}
          value={question.text}
          onInput={(event) => change({ text: event.currentTarget.value })}
        />
      </label>
      <Select
        label={t.audit.person}
        value={question.person}
        options={everybody}
        change={(person) => change({ person })}
      />
      <Select
        label={t.audit.action}
        value={question.action}
        options={[
          ['', t.audit.anything],
          ...auditAreas.map((area) => [`${area}.*`, t.audit.areas[area]] as const),
        ]}
        change={(action) => change({ action })}
      />
      <Select
        label={t.audit.outcome}
        value={question.outcome}
        options={[['', t.audit.anyOutcome], ...outcomes.map((one) => [one, t.audit.outcomes[one]] as const)]}
        change={(outcome) => change({ outcome })}
      />
      <Select<AuditTime>
        label={t.audit.time}
        value={question.time}
        options={auditTimes.map((one) => [one, t.audit.times[one]] as const)}
        change={(time) => change({ time })}
      />
    </div>
  )
}
