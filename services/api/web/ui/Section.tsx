// A titled part of a place, and the states of what it shows: reading, failed, there.
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { useTranslation } from '../app/context.ts'
import type { Resource } from '../app/resource.ts'
import { useValue } from '../app/store.ts'
import { ProblemCard } from './ProblemCard.tsx'

interface SectionProps {
  id: string
  title: string
  aside?: ComponentChildren
  children: ComponentChildren
}

export function Section({ id, title, aside, children }: SectionProps) {
  return (
    <section class="card section" aria-labelledby={id}>
      <header class="section-head">
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  )
}

interface ShownProps<Value> {
  resource: Resource<Value>
  /** What is being read, for the sentence that says so. */
  what: string
  children: (value: Value) => ComponentChildren
}

/** An older value goes on being shown when a new reading fails: the banner tells about the link. */
export function Shown<Value>({ resource, what, children }: ShownProps<Value>) {
  const { t } = useTranslation()
  const { value, problem } = useValue(resource)
  useEffect(() => resource.want(), [resource])
  if (value !== null) return <>{children(value)}</>
  if (problem !== null) return <ProblemCard problem={problem} onRetry={resource.want} />
  return <p class="muted">{t.common.loading(what)}</p>
}
