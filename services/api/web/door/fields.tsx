// The fields of the door: a name, a code, a password that can be looked at, with what password managers need to know.
import type { ComponentChildren } from 'preact'
import { useId, useState } from 'preact/hooks'
import { useTranslation } from '../app/context.ts'

interface FieldProps {
  label: string
  name: string
  autocomplete: string
  value: string
  change: (value: string) => void
  maxLength?: number
  /** Codes: capitals in a plain hand, no corrections. */
  code?: boolean
  placeholder?: string
  children?: ComponentChildren
}

export function TextField({
  label,
  name,
  autocomplete,
  value,
  change,
  maxLength = 200,
  ...more
}: FieldProps) {
  const { code = false, placeholder, children } = more
  const id = useId()
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      <input
        id={id}
        name={name}
        class={code ? 'mono code-input' : undefined}
        autocomplete={autocomplete}
        autocapitalize={code ? 'characters' : 'off'}
        spellcheck={false}
        maxLength={maxLength}
        placeholder={placeholder}
        aria-describedby={children === undefined ? undefined : `${id}-help`}
        value={value}
        onInput={(event) => change(event.currentTarget.value)}
      />
      {children !== undefined && (
        <div class="muted small" id={`${id}-help`}>
          {children}
        </div>
      )}
    </div>
  )
}

interface PasswordProps {
  label: string
  value: string
  change: (value: string) => void
  /** One that is being thought up: tells how long it is. */
  fresh?: boolean
  /** Of something else than this box: no password manager should offer or keep it. */
  foreign?: boolean
}

export const shortestPassword = 8
const goodPassword = 12
const bestPassword = 20

export function PasswordField({ label, value, change, fresh = false, foreign = false }: PasswordProps) {
  const { t } = useTranslation()
  const id = useId()
  const [shown, setShown] = useState(false)
  const kind = shown ? ({ type: 'text' } as const) : ({ type: 'password' } as const)
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      <div class="field-row">
        <input
          id={id}
          name={foreign ? 'secret' : fresh ? 'new-password' : 'password'}
          {...kind}
          autocomplete={foreign ? 'off' : fresh ? 'new-password' : 'current-password'}
          autocapitalize="off"
          spellcheck={false}
          maxLength={200}
          aria-describedby={fresh ? `${id}-help` : undefined}
          value={value}
          onInput={(event) => change(event.currentTarget.value)}
        />
        <button
          type="button"
          class="button"
          aria-pressed={shown}
          aria-controls={id}
          aria-label={shown ? t.door.hidePassword : t.door.showPassword}
          onClick={() => setShown(!shown)}
        >
          {shown ? t.door.hide : t.door.show}
        </button>
      </div>
      {fresh && <Length id={`${id}-help`} length={value.length} />}
    </div>
  )
}

/** Length is all that is counted: no rule about digits and signs makes a password better than two more words do. */
function Length({ id, length }: { id: string; length: number }) {
  const { t } = useTranslation()
  const words =
    length < shortestPassword
      ? t.door.passwordShort(shortestPassword - length)
      : length < goodPassword
        ? t.door.passwordEnough
        : t.door.passwordGood
  return (
    <div class="strength">
      <progress
        class={length < shortestPassword ? 'quiet-progress' : 'ink-progress'}
        max={bestPassword}
        value={Math.min(length, bestPassword)}
        aria-label={t.door.passwordLength}
      />
      <p class="muted small" id={id}>
        {words}
      </p>
    </div>
  )
}
