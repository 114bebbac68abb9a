// An invitation: a code, a name, a password, and one is among the people of the box.
import { useEffect, useState } from 'preact/hooks'
import type { Door } from '#appliance/contracts/identity.ts'
import { useApp, useTranslation } from '../app/context.ts'
import { useValue } from '../app/store.ts'
import { useAttempt } from '../chat/actions.ts'
import { ProblemCard } from '../ui/ProblemCard.tsx'
import { useSending, Wait } from '../ui/sending.tsx'
import { AccountFields } from './claim-steps.tsx'
import { bare } from './code.ts'
import { DoorPage, Step } from './DoorPage.tsx'
import { shortestPassword, TextField } from './fields.tsx'
import { RecoveryCodes } from './RecoveryCodes.tsx'

export function Join({ door }: { door: Door }) {
  const { door: keeper, router } = useApp()
  const { t } = useTranslation()
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const finish = (): void => {
    keeper.end()
    router.go('/chat', { replace: true })
  }
  return (
    <DoorPage name={door.name} title={t.join.title}>
      {codes !== null ? (
        <Step title={t.codes.title}>
          <RecoveryCodes codes={codes} box={door.name} person={door.person?.name ?? ''} done={finish} />
        </Step>
      ) : door.person === null ? (
        <Form welcomed={setCodes} />
      ) : (
        <SomebodyElse name={door.person.name} />
      )}
    </DoorPage>
  )
}

function Form({ welcomed }: { welcomed: (codes: readonly string[]) => void }) {
  const { api, code: fromAddress, door, router } = useApp()
  const { t } = useTranslation()
  const scanned = useValue(fromAddress)
  const [fields, setFields] = useState({ code: scanned, name: '', password: '' })
  const { busy, problem, wait, send } = useSending()
  useEffect(() => {
    if (scanned !== '') setFields((now) => ({ ...now, code: scanned }))
  }, [scanned])
  const { code, name, password } = fields
  const whole = bare(code) !== '' && name.trim() !== '' && password.length >= shortestPassword
  const ready = whole && !busy && wait === 0
  const accept = async (): Promise<void> => {
    door.begin('join')
    const done = await send(async () => {
      const account = { name: name.trim(), password }
      welcomed((await api.acceptInvitation(bare(code), account)).recoveryCodes)
    })
    if (done) await door.ask()
    else door.end()
  }
  return (
    <Step title={t.join.title}>
      <p class="muted">{t.join.text}</p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) void accept()
        }}
      >
        <TextField
          label={t.join.code}
          name="code"
          autocomplete="one-time-code"
          code
          maxLength={40}
          value={code}
          change={(value) => setFields({ ...fields, code: value })}
        />
        <AccountFields name={name} password={password} change={(part) => setFields({ ...fields, ...part })} />
        {problem !== null && (
          <ProblemCard problem={problem}>
            <Wait seconds={wait} />
          </ProblemCard>
        )}
        <button type="submit" class="button primary wide" disabled={!ready}>
          {busy ? t.common.working : t.join.action}
        </button>
        <button type="button" class="link-button" onClick={() => router.go('/chat', { replace: true })}>
          {t.join.haveAccount}
        </button>
      </form>
    </Step>
  )
}

/** An invitation is for somebody who is not here yet. */
function SomebodyElse({ name }: { name: string }) {
  const { door, router } = useApp()
  const { t } = useTranslation()
  const attempt = useAttempt()
  return (
    <Step title={t.join.title}>
      <p>{t.join.somebodyElse(name)}</p>
      <button type="button" class="button primary wide" onClick={() => router.go('/chat', { replace: true })}>
        {t.claim.toChat}
      </button>
      <button type="button" class="button wide" onClick={() => void attempt(door.leave)}>
        {t.people.signOut}
      </button>
    </Step>
  )
}
