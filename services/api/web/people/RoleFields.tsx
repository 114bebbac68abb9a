// A role, as words with what each may do, and the day until which somebody may come in.
import { useId } from 'preact/hooks'
import { useTranslation } from '../app/context.ts'
import type { Role } from '../door/calls.ts'
import { roleNames } from '../door/may.ts'

export function RoleChoice({ value, change }: { value: Role; change: (role: Role) => void }) {
  const { t } = useTranslation()
  const name = useId()
  return (
    <fieldset class="options">
      <legend class="offscreen">{t.people.role}</legend>
      {roleNames.map((role) => (
        <label key={role} class={role === value ? 'option option-on' : 'option'}>
          <input type="radio" name={name} checked={role === value} onChange={() => change(role)} />
          <span>
            <span class="option-title">{t.people.roles[role]}</span>
            <span class="muted small">{t.people.roleTexts[role]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}

const two = (value: number): string => String(value).padStart(2, '0')

/** What a date field reads, of this browser's calendar. */
export const dayOf = (date: Date): string =>
  `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`

export const dayIn = (days: number): string => dayOf(new Date(Date.now() + days * 86_400_000))

/** The end of that day here; null for none, or for what is no day. */
export function endOf(day: string): string | null {
  const end = new Date(`${day}T23:59:59`)
  return day === '' || Number.isNaN(end.getTime()) ? null : end.toISOString()
}

export function DayField({
  label,
  value,
  change,
}: {
  label: string
  value: string
  change: (day: string) => void
}) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="date"
        min={dayIn(0)}
        value={value}
        onInput={(event) => change(event.currentTarget.value)}
      />
    </label>
  )
}
