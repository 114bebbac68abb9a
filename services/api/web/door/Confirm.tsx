// Who are you, once more: asked before something dangerous, when signing in was a while ago.
import { useEffect, useRef, useState } from 'preact/hooks'
import { useApp, useTranslation } from '../app/context.ts'
import { useValue } from '../app/store.ts'
import { Modal } from '../ui/Dialog.tsx'
import { ProblemCard } from '../ui/ProblemCard.tsx'
import { useSending, Wait } from '../ui/sending.tsx'
import { PasswordField } from './fields.tsx'
import { usePerson } from './may.ts'
import { confirmWithPasskey, passkeysPossible } from './passkeys-possible.ts'

export function Confirm() {
  const { overlays } = useApp()
  const answer = useValue(overlays.confirming)
  return answer === null ? null : <Question answer={answer} />
}

function Question({ answer }: { answer: (confirmed: boolean) => void }) {
  const { api, door } = useApp()
  const { t } = useTranslation()
  const person = usePerson()
  const [password, setPassword] = useState('')
  const { busy, problem, wait, send } = useSending()
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector<HTMLElement>('[type=password]')?.focus(), [])
  const ready = password !== '' && !busy && wait === 0
  const confirm = async (run: () => Promise<unknown>): Promise<void> => {
    if (await send(run)) answer(true)
    void door.ask()
  }
  return (
    <Modal label={t.confirm.title} onClose={() => answer(false)}>
      <form
        ref={form}
        class="dialog-body"
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) void confirm(() => api.confirmWho(password))
        }}
      >
        <h2>{t.confirm.title}</h2>
        <p class="muted">{t.confirm.text}</p>
        {/* Tells the password manager whose password is wanted. */}
        <input
          class="offscreen"
          type="text"
          name="username"
          autocomplete="username"
          readOnly
          tabIndex={-1}
          aria-hidden="true"
          value={person?.name ?? ''}
        />
        <PasswordField label={t.door.password} value={password} change={setPassword} />
        {problem !== null && (
          <ProblemCard problem={problem}>
            <Wait seconds={wait} />
          </ProblemCard>
        )}
        <div class="dialog-actions">
          {passkeysPossible() && person !== null && person.passkeys > 0 && (
            <button
              type="button"
              class="button"
              disabled={busy}
              onClick={() => void confirm(() => confirmWithPasskey(api))}
            >
              {t.door.usePasskey}
            </button>
          )}
          <button type="button" class="button" onClick={() => answer(false)}>
            {t.common.cancel}
          </button>
          <button type="submit" class="button primary" disabled={!ready}>
            {t.confirm.action}
          </button>
        </div>
      </form>
    </Modal>
  )
}
