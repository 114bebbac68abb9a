// A new token: what it is for, what it may do (never more than its person), and how long it is good for.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Token } from '#appliance/contracts/identity.ts'
import { useApp, useTranslation } from '../app/context.ts'
import type { Scope } from '../door/calls.ts'
import { TextField } from '../door/fields.tsx'
import { may, scopeNames, usePerson } from '../door/may.ts'
import { Choices } from '../ui/Choices.tsx'
import { ProblemCard } from '../ui/ProblemCard.tsx'
import { useSending } from '../ui/sending.tsx'
import { dayIn, endOf } from './RoleFields.tsx'

const expiries = ['month', 'quarter', 'year', 'never'] as const
type Expiry = (typeof expiries)[number]
const days: Readonly<Record<Exclude<Expiry, 'never'>, number>> = { month: 30, quarter: 90, year: 365 }

/** What a chat client needs, and no more. */
const usual: readonly Scope[] = ['chat', 'models:read']

interface Props {
  made: (token: Token & { token: string }) => void
  close: () => void
}

export function MakeToken({ made, close }: Props) {
  const { api } = useApp()
  const { t } = useTranslation()
  const role = usePerson()?.role ?? 'guest'
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState(usual)
  const [expiry, setExpiry] = useState<Expiry>('quarter')
  const { busy, problem, send } = useSending()
  const form = useRef<HTMLFormElement>(null)
  const ready = name.trim() !== '' && scopes.length > 0 && !busy
  useEffect(() => form.current?.querySelector('input')?.focus(), [])
  const make = (): Promise<boolean> =>
    send(async () => {
      const expiresAt = expiry === 'never' ? null : endOf(dayIn(days[expiry]))
      made(await api.makeToken({ name: name.trim(), scopes, expiresAt }))
    })
  return (
    <form
      ref={form}
      class="form row-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (ready) void make()
      }}
    >
      <TextField
        label={t.tokens.name}
        name="token-name"
        autocomplete="off"
        maxLength={60}
        placeholder={t.tokens.namePlaceholder}
        value={name}
        change={setName}
      />
      <fieldset class="choices">
        <legend>{t.tokens.scopes}</legend>
        {scopeNames
          .filter((scope) => may(role, scope))
          .map((scope) => (
            <label key={scope} class="check">
              <input
                type="checkbox"
                checked={scopes.includes(scope)}
                onChange={(event) => {
                  const others = scopes.filter((one) => one !== scope)
                  setScopes(event.currentTarget.checked ? [...others, scope] : others)
                }}
              />
              {t.tokens.scopeTexts[scope]}
            </label>
          ))}
      </fieldset>
      <Choices
        label={t.tokens.expiry}
        name="expiry"
        options={expiries.map((one) => [one, t.tokens.expiries[one]])}
        value={expiry}
        change={setExpiry}
      />
      {problem !== null && <ProblemCard problem={problem} />}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={close}>
          {t.common.cancel}
        </button>
        <button type="submit" class="button primary" disabled={!ready}>
          {t.tokens.make}
        </button>
      </div>
    </form>
  )
}
