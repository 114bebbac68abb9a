// What lies behind the box's first cards: the person oneself, the household, programs, the record. Loaded when opened.
import { useTranslation } from '../app/context.ts'
import type { PeoplePart } from '../box/parts.ts'
import { mayOpen, usePerson } from '../door/may.ts'
import { Icon } from '../ui/Icon.tsx'
import { Lost } from '../ui/Lost.tsx'
import { Audit } from './Audit.tsx'
import { Examples } from './Examples.tsx'
import { Invitations } from './Invitations.tsx'
import { Me } from './Me.tsx'
import { People } from './People.tsx'
import { Tokens } from './Tokens.tsx'

export function PeoplePlace({ part }: { part: PeoplePart }) {
  const { t } = useTranslation()
  const person = usePerson()
  if (person === null || !mayOpen(person.role, part)) return <Lost />
  return (
    <div class="page" key={part}>
      <header class="page-head">
        <a class="icon-button" href="/box" aria-label={t.box.title} title={t.box.title}>
          <Icon name="back" />
        </a>
        <h1>{t.people.parts[part]}</h1>
      </header>
      {part === 'me' && <Me person={person} />}
      {part === 'people' && (
        <>
          <People me={person} />
          <Invitations />
        </>
      )}
      {part === 'programs' && <Programs />}
      {part === 'audit' && <Audit />}
    </div>
  )
}

function Programs() {
  return <Tokens>{(token) => <Examples token={token} />}</Tokens>
}
