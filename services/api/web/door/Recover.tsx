// A lost password: a new one with a recovery code (or with the code that an owner gave), and the other ways in words.
import { useState } from 'preact/hooks'
import { useApp, useTranslation } from '../app/context.ts'
import { ProblemCard } from '../ui/ProblemCard.tsx'
import { useSending, Wait } from '../ui/sending.tsx'
import { Step } from './DoorPage.tsx'
import { PasswordField, shortestPassword, TextField } from './fields.tsx'

interface Props {
  name: string
  setName: (name: string) => void
  back: () => void
}

export function Recover({ name, setName, back }: Props) {
  const { api, door } = useApp()
  const { t } = useTranslation()
  const [code, setCode] = useState('')
  const [password, setPassword] = useState('')
  const { busy, problem, wait, send } = useSending()
  const whole = name.trim() !== '' && code.trim() !== '' && password.length >= shortestPassword
  const ready = whole && !busy && wait === 0
  const recover = async (): Promise<void> => {
    if (await send(() => api.recover({ name: name.trim(), code, password }))) await door.ask()
  }
  return (
    <Step title={t.door.lostTitle}>
      <p class="muted">{t.door.lostText}</p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) void recover()
        }}
      >
        <TextField
          label={t.door.name}
          name="username"
          autocomplete="username"
          value={name}
          change={setName}
        />
        <TextField
          label={t.door.recoveryCode}
          name="code"
          autocomplete="one-time-code"
          code
          maxLength={40}
          value={code}
          change={setCode}
        />
        <PasswordField label={t.door.newPassword} fresh value={password} change={setPassword} />
        {problem !== null && (
          <ProblemCard problem={problem}>
            <Wait seconds={wait} />
          </ProblemCard>
        )}
        <button type="submit" class="button primary wide" disabled={!ready}>
          {t.door.setPassword}
        </button>
      </form>
      <section class="door-ways">
        <h2>{t.door.otherWays}</h2>
        <ul class="reasons">
          {t.door.ways.map((way) => (
            <li key={way}>{way}</li>
          ))}
        </ul>
      </section>
      <button type="button" class="link-button" onClick={back}>
        {t.door.backToSignIn}
      </button>
    </Step>
  )
}
