// What only a box that has its machine to itself can tell or do. Where it runs as a program on somebody's computer it
// says so: no failure, and nothing to try again.
import type { ComponentChildren } from 'preact'
import { useTranslation } from '../app/context.ts'
import type { Resource } from '../app/resource.ts'
import { useStore } from '../app/store.ts'
import { Icon } from '../ui/Icon.tsx'
import { Shown } from '../ui/Section.tsx'

interface Props<Value> {
  resource: Resource<Value>
  what: string
  children: (value: Value) => ComponentChildren
}

export function Managed<Value>({ resource, what, children }: Props<Value>) {
  const program = useStore(resource, ({ problem }) => problem?.code === 'not_managed')
  if (program) return <Program />
  return (
    <Shown resource={resource} what={what}>
      {children}
    </Shown>
  )
}

export function Program() {
  const { t } = useTranslation()
  return (
    <div class="program" role="note">
      <Icon name="screen" size={32} />
      <div>
        <p class="asks-title">{t.machine.program}</p>
        <p class="muted">{t.machine.programText}</p>
      </div>
    </div>
  )
}
