// Everybody who may come in, for owners: what each may do, until when, a way back in, and out for good.
import { useState } from 'preact/hooks'
import type { Person } from '#appliance/contracts/identity.ts'
import { useApp, useTranslation } from '../app/context.ts'
import { useResource } from '../app/resource.ts'
import { useAttempt } from '../chat/actions.ts'
import { CopyButton } from '../ui/Copy.tsx'
import { Menu } from '../ui/Menu.tsx'
import { ProblemCard } from '../ui/ProblemCard.tsx'
import { Section, Shown } from '../ui/Section.tsx'
import { useSending } from '../ui/sending.tsx'
import { DayField, dayIn, dayOf, endOf, RoleChoice } from './RoleFields.tsx'

export function People({ me }: { me: Person }) {
  const { api } = useApp()
  const { t } = useTranslation()
  const people = useResource(api.people)
  return (
    <Section id="people" title={t.people.listed}>
      <Shown resource={people} what={t.people.loading}>
        {(all) => (
          <ul class="rows">
            {all.map((person) => (
              <Row key={person.id} person={person} own={person.id === me.id} changed={people.refresh} />
            ))}
          </ul>
        )}
      </Shown>
    </Section>
  )
}

interface RowProps {
  person: Person
  own: boolean
  changed: () => void
}

function Row({ person, own, changed }: RowProps) {
  const { api, overlays } = useApp()
  const { t } = useTranslation()
  const attempt = useAttempt()
  const [changing, setChanging] = useState(false)
  const [code, setCode] = useState<{ code: string; expiresAt: string } | null>(null)
  const { id, name, role } = person
  const reset = async (): Promise<void> => {
    const answer = await overlays.ask({
      title: t.people.resetTitle(name),
      text: t.people.resetText(name),
      action: t.people.resetMake,
    })
    if (answer !== null) await attempt(async () => setCode(await api.resetPerson(id)))
  }
  const remove = async (): Promise<void> => {
    const answer = await overlays.ask({
      title: t.people.removeTitle(name),
      text: t.people.removeText(name),
      action: t.people.remove,
      destroys: true,
    })
    if (answer === null || !(await attempt(() => api.removePerson(id)))) return
    overlays.tell(t.people.removed(name))
    changed()
  }
  const others = own
    ? []
    : [
        { label: t.people.reset, icon: 'key', run: () => void reset() } as const,
        { label: t.people.remove, icon: 'trash', destroys: true, run: () => void remove() } as const,
      ]
  return (
    <li class="row row-tight">
      <div class="row-text">
        <p class="row-title">
          {name}
          <span class="tag">{t.people.roles[role]}</span>
          {own && <span class="tag tag-alive">{t.people.you}</span>}
        </p>
        <Facts person={person} />
      </div>
      <Menu
        label={t.people.change(name)}
        items={[{ label: t.people.roleAndEnd, icon: 'edit', run: () => setChanging(true) }, ...others]}
      />
      {changing && <Change person={person} close={() => setChanging(false)} changed={changed} />}
      {code !== null && <Code name={name} {...code} />}
    </li>
  )
}

function Facts({ person: { lastSeenAt, expiresAt, passkeys } }: { person: Person }) {
  const { t, format } = useTranslation()
  const now = Date.now()
  const facts = [lastSeenAt === null ? t.people.neverSeen : t.people.seen(format.when(lastSeenAt, now))]
  if (passkeys > 0) facts.push(t.people.passkeyCount(passkeys))
  if (expiresAt !== null) {
    const over = Date.parse(expiresAt) < now
    facts.push((over ? t.people.ended : t.people.until)(format.day(expiresAt)))
  }
  return <p class="muted small">{facts.join(' · ')}</p>
}

function Change({ person, close, changed }: Omit<RowProps, 'own'> & { close: () => void }) {
  const { api, overlays } = useApp()
  const { t } = useTranslation()
  const [role, setRole] = useState(person.role)
  const [day, setDay] = useState(person.expiresAt === null ? '' : dayOf(new Date(person.expiresAt)))
  const { busy, problem, send } = useSending()
  const ends = role === 'guest' || day !== ''
  const save = async (): Promise<void> => {
    if (!(await send(() => api.changePerson(person.id, { role, expiresAt: endOf(day) })))) return
    overlays.tell(t.people.saved)
    close()
    changed()
  }
  return (
    <form
      class="form row-form"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <RoleChoice
        value={role}
        change={(next) => {
          setRole(next)
          if (next === 'guest' && day === '') setDay(dayIn(7))
        }}
      />
      {ends && <DayField label={t.people.endDate} value={day} change={setDay} />}
      {problem !== null && <ProblemCard problem={problem} />}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={close}>
          {t.common.cancel}
        </button>
        <button type="submit" class="button primary" disabled={busy}>
          {t.common.save}
        </button>
      </div>
    </form>
  )
}

function Code({ name, code, expiresAt }: { name: string; code: string; expiresAt: string }) {
  const { t, format } = useTranslation()
  return (
    <div class="row-form secret" role="status">
      <p>{t.people.resetDone(name, format.dateTime(expiresAt))}</p>
      <p class="secret-line">
        <code>{code}</code>
        <CopyButton text={code} label={`${t.common.copy}: ${t.people.resetCode}`} />
      </p>
    </div>
  )
}
