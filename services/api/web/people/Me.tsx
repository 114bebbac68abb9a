// The person who is signed in: the password, and what else opens the door for them.
import { useState } from 'preact/hooks'
import type { Person } from '#appliance/contracts/identity.ts'
import { useApp, useTranslation } from '../app/context.ts'
import { useAttempt } from '../chat/actions.ts'
import { PasswordField, shortestPassword } from '../door/fields.tsx'
import { RecoveryCodes } from '../door/RecoveryCodes.tsx'
import { ProblemCard } from '../ui/ProblemCard.tsx'
import { Section } from '../ui/Section.tsx'
import { useSending, Wait } from '../ui/sending.tsx'
import { Devices } from './Devices.tsx'
import { Passkeys } from './Passkeys.tsx'

export function Me({ person }: { person: Person }) {
  return (
    <>
      <Who person={person} />
      <Password person={person} />
      <Passkeys />
      <Recovery person={person} />
      <Devices />
    </>
  )
}

function Who({ person: { name, role, expiresAt } }: { person: Person }) {
  const { door } = useApp()
  const { t, format } = useTranslation()
  const attempt = useAttempt()
  return (
    <section class="card section who" aria-label={t.people.signedIn(name)}>
      <span class="initial" aria-hidden="true">
        {Array.from(name)[0]?.toUpperCase() ?? ''}
      </span>
      <div class="row-text">
        <p class="profile-name">{name}</p>
        <p class="row-title">
          <span class="tag">{t.people.roles[role]}</span>
          {expiresAt !== null && <span class="tag">{t.people.until(format.day(expiresAt))}</span>}
        </p>
        <p class="muted small">{t.people.roleTexts[role]}</p>
      </div>
      <button type="button" class="button" onClick={() => void attempt(door.leave)}>
        {t.people.signOut}
      </button>
    </section>
  )
}

function Password({ person }: { person: Person }) {
  const { api, overlays } = useApp()
  const { t } = useTranslation()
  const [password, setPassword] = useState('')
  const { busy, problem, wait, send } = useSending()
  const ready = password.length >= shortestPassword && !busy && wait === 0
  const change = async (): Promise<void> => {
    if (!(await send(() => api.changePassword(password)))) return
    setPassword('')
    overlays.tell(t.people.passwordChanged)
  }
  return (
    <Section id="password" title={t.people.password}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) void change()
        }}
      >
        <p class="muted">{t.people.passwordText}</p>
        {/* Tells the password manager whose password it is. */}
        <input
          class="offscreen"
          type="text"
          name="username"
          autocomplete="username"
          readOnly
          tabIndex={-1}
          aria-hidden="true"
          value={person.name}
        />
        <PasswordField label={t.door.newPassword} fresh value={password} change={setPassword} />
        {problem !== null && (
          <ProblemCard problem={problem}>
            <Wait seconds={wait} />
          </ProblemCard>
        )}
        <div class="actions">
          <button type="submit" class="button" disabled={!ready}>
            {t.people.passwordChange}
          </button>
        </div>
      </form>
    </Section>
  )
}

function Recovery({ person }: { person: Person }) {
  const { api, door, overlays } = useApp()
  const { t } = useTranslation()
  const attempt = useAttempt()
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const make = async (): Promise<void> => {
    const answer = await overlays.ask({
      title: t.people.recoveryAsk,
      text: t.people.recoveryAskText,
      action: t.people.recoveryMake,
    })
    if (answer !== null) await attempt(async () => setCodes(await api.makeRecoveryCodes()))
  }
  return (
    <Section id="recovery" title={t.people.recovery}>
      {codes === null ? (
        <>
          <p class="muted">{t.people.recoveryText}</p>
          <div class="actions">
            <button type="button" class="button" onClick={() => void make()}>
              {t.people.recoveryMake}
            </button>
          </div>
        </>
      ) : (
        <RecoveryCodes
          codes={codes}
          box={door.state.get().door?.name ?? ''}
          person={person.name}
          done={() => setCodes(null)}
        />
      )}
    </Section>
  )
}
