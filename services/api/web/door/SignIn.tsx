// Name and password, or a passkey; what to do when the password is lost. Stands over the place where a session ended.
import { useState } from 'preact/hooks'
import type { Door } from '#appliance/contracts/identity.ts'
import { useApp, useTranslation } from '../app/context.ts'
import { useStore } from '../app/store.ts'
import { ProblemCard } from '../ui/ProblemCard.tsx'
import { useSending, Wait } from '../ui/sending.tsx'
import { DoorPage, Step } from './DoorPage.tsx'
import { PasswordField, TextField } from './fields.tsx'
import { passkeysPossible, signInWithPasskey } from './passkeys-possible.ts'
import { Recover } from './Recover.tsx'

/** `taken`: whoever stands here came to claim it. */
export function SignIn({ door, taken }: { door: Door; taken: boolean }) {
  const { t } = useTranslation()
  const { door: keeper } = useApp()
  const last = useStore(keeper.state, (now) => now.last)
  const [name, setName] = useState(last?.name ?? '')
  const [lost, setLost] = useState(false)
  return (
    <DoorPage name={door.name} title={lost ? t.door.lostTitle : t.door.signIn} fire="idle">
      {lost ? (
        <Recover name={name} setName={setName} back={() => setLost(false)} />
      ) : (
        <Step title={t.door.signIn}>
          {last !== null && <p class="muted">{t.door.ended}</p>}
          {last === null && taken && <p class="muted">{t.claim.taken}</p>}
          <Form name={name} setName={setName} />
          <button type="button" class="link-button" onClick={() => setLost(true)}>
            {t.door.lost}
          </button>
        </Step>
      )}
    </DoorPage>
  )
}

function Form({ name, setName }: { name: string; setName: (name: string) => void }) {
  const { api, door } = useApp()
  const { t } = useTranslation()
  const [password, setPassword] = useState('')
  const { busy, problem, wait, send } = useSending()
  const ready = name.trim() !== '' && password !== '' && !busy && wait === 0
  const signIn = async (): Promise<void> => {
    if (await send(() => api.signIn({ name: name.trim(), password }))) await door.ask()
  }
  const withPasskey = async (): Promise<void> => {
    if (await send(() => signInWithPasskey(api))) await door.ask()
  }
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        if (ready) void signIn()
      }}
    >
      <TextField label={t.door.name} name="username" autocomplete="username" value={name} change={setName} />
      <PasswordField label={t.door.password} value={password} change={setPassword} />
      {problem !== null && (
        <ProblemCard problem={problem}>
          <Wait seconds={wait} />
        </ProblemCard>
      )}
      <button type="submit" class="button primary wide" disabled={!ready}>
        {busy ? t.door.signingIn : t.door.signIn}
      </button>
      {passkeysPossible() && (
        <button type="button" class="button wide" disabled={busy} onClick={() => void withPasskey()}>
          {t.door.usePasskey}
        </button>
      )}
    </form>
  )
}
