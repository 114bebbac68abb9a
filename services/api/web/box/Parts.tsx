// Ways from the box to its people and programs, and to the care of the machine, with a reminder; what a role may not open is not shown.
import { useEffect } from 'preact/hooks'
import { useApp, useTranslation } from '../app/context.ts'
import { useResource } from '../app/resource.ts'
import { machineParts, peopleParts } from '../app/router.ts'
import { useValue } from '../app/store.ts'
import { mayOpen, usePerson } from '../door/may.ts'
import { Icon, type IconName } from '../ui/Icon.tsx'
import { Section } from '../ui/Section.tsx'
import type { MachinePart, PeoplePart } from './parts.ts'

const icons = { me: 'person', people: 'people', programs: 'key', audit: 'record' } as const satisfies Record<
  PeoplePart,
  IconName
>
const machineIcons = {
  system: 'box',
  network: 'network',
  power: 'power',
  logs: 'lines',
  support: 'parcel',
} as const satisfies Record<MachinePart, IconName>

export function Parts() {
  const { t } = useTranslation()
  const person = usePerson()
  if (person === null) return null
  return (
    <nav class="parts" aria-label={t.people.places}>
      {peopleParts
        .filter((part) => mayOpen(person.role, part))
        .map((part) => (
          <a key={part} class="card part" href={`/box/${part}`}>
            <Icon name={icons[part]} size={22} />
            <span class="part-title">{part === 'me' ? person.name : t.people.parts[part]}</span>
            <span class="muted small">{t.people.partTexts[part]}</span>
          </a>
        ))}
    </nav>
  )
}

export function MachineParts() {
  const { t } = useTranslation()
  const person = usePerson()
  const shown = machineParts.filter((part) => person !== null && mayOpen(person.role, part))
  if (shown.length === 0) return null
  return (
    <Section id="machine-parts" title={t.machine.title}>
      <nav class="part-rows" aria-labelledby="machine-parts">
        {shown.map((part) => (
          <a key={part} class="part-row" href={`/box/${part}`}>
            <Icon name={machineIcons[part]} size={22} />
            <span class="part-title">{t.machine.parts[part]}</span>
            <span class="muted small">{part === 'system' ? <SystemText /> : t.machine.partTexts[part]}</span>
            <Icon name="onward" size={18} />
          </a>
        ))}
      </nav>
    </Section>
  )
}

/** Reminds, until somebody made one. */
function SystemText() {
  const { api } = useApp()
  const { t } = useTranslation()
  const wants = useResource(api.wantsRecoveryKey)
  const { value } = useValue(wants)
  useEffect(() => wants.want(), [wants])
  return <>{value === true ? t.encryption.reminder : t.machine.partTexts.system}</>
}
