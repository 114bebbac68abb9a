// Ten codes that are shown this one time: copied, kept as a file or printed, and only then gone on from.
import { useState } from 'preact/hooks'
import { useTranslation } from '../app/context.ts'
import { useCopy } from '../ui/Copy.tsx'
import { save } from '../ui/save.ts'

interface Props {
  codes: readonly string[]
  box: string
  person: string
  done: () => void
}

export function RecoveryCodes({ codes, box, person, done }: Props) {
  const { t, format } = useTranslation()
  const copy = useCopy()
  const [kept, setKept] = useState(false)
  const heading = t.codes.heading(box, person)
  const file = [heading, format.dateTime(new Date().toISOString()), '', ...codes, '', t.codes.text, ''].join(
    '\r\n',
  )
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        if (kept) done()
      }}
    >
      <p class="muted">{t.codes.text}</p>
      <div class="codes-sheet">
        <p class="codes-heading">{heading}</p>
        <ol class="codes" aria-label={t.codes.title}>
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ol>
      </div>
      <div class="actions codes-actions">
        <button type="button" class="button" onClick={() => void copy(codes.join('\n'))}>
          {t.common.copy}
        </button>
        <button
          type="button"
          class="button"
          onClick={() => save(new Blob([file], { type: 'text/plain' }), t.codes.file)}
        >
          {t.codes.download}
        </button>
        <button type="button" class="button" onClick={() => window.print()}>
          {t.codes.print}
        </button>
      </div>
      <label class="check">
        <input type="checkbox" checked={kept} onChange={(event) => setKept(event.currentTarget.checked)} />
        {t.codes.kept}
      </label>
      <button type="submit" class="button primary wide" disabled={!kept}>
        {t.common.next}
      </button>
    </form>
  )
}
