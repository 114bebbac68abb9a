// A secret that is shown this one time: copied, printed or kept in another way, and only then gone on from. It is in no storage of the
// browser.
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { useTranslation } from '../app/context.ts'
import { useCopy } from './Copy.tsx'

interface Props {
  text: string
  /** What the copy has. */
  secret: string
  /** The sheet, as it is printed. */
  children: ComponentChildren
  /** Another way to keep it. */
  more?: ComponentChildren
  kept: string
  next: string
  done: () => void
}

export function ShownOnce({ text, secret, children, more, kept, next, done }: Props) {
  const { t } = useTranslation()
  const copy = useCopy()
  const [isKept, setKept] = useState(false)
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        if (isKept) done()
      }}
    >
      <p class="muted">{text}</p>
      {children}
      <div class="actions codes-actions">
        <button type="button" class="button" onClick={() => void copy(secret)}>
          {t.common.copy}
        </button>
        {more}
        <button type="button" class="button" onClick={() => window.print()}>
          {t.codes.print}
        </button>
      </div>
      <label class="check">
        <input type="checkbox" checked={isKept} onChange={(event) => setKept(event.currentTarget.checked)} />
        {kept}
      </label>
      <button type="submit" class="button primary wide" disabled={!isKept}>
        {next}
      </button>
    </form>
  )
}
