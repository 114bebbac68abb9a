// Ways from the box to its people and programs; what a role may not open is not shown.
import { useTranslation } from '../app/context.ts'
import { boxParts } from '../app/router.ts'
import { mayOpen, usePerson } from '../door/may.ts'
import { Icon, type IconName } from '../ui/Icon.tsx'

const icons = { me: 'person', people: 'people', programs: 'key', audit: 'record' } as const satisfies Record<
  (typeof boxParts)[number],
  IconName
>

export function Parts() {
  const { t } = useTranslation()
  const person = usePerson()
  if (person === null) return null
  return (
    <nav class="parts" aria-label={t.people.places}>
      {boxParts
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
