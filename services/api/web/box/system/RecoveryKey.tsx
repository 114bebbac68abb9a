// The key that opens the disk where the TPM does not, this one time: copied or printed, and only then gone on from. It is kept in no
// storage of the browser.
import { useEffect, useRef, useState } from 'preact/hooks'
import { useApp, useTranslation } from '../../app/context.ts'
import { useCopy } from '../../ui/Copy.tsx'

export function RecoveryKey({ value, done }: { value: string; done: () => void }) {
  const { door } = useApp()
  const { t } = useTranslation()
  const copy = useCopy()
  const [kept, setKept] = useState(false)
  const sheet = useRef<HTMLDivElement>(null)
  // the button that was pressed is gone
  useEffect(() => sheet.current?.focus(), [])
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        if (kept) done()
      }}
    >
      <p class="muted">{t.encryption.keyText}</p>
      <div ref={sheet} class="codes-sheet" role="group" aria-label={t.encryption.key} tabIndex={-1}>
        <p class="codes-heading">{t.encryption.heading(door.state.get().door?.name ?? '')}</p>
        <code class="disk-key">{value}</code>
      </div>
      <div class="actions codes-actions">
        <button type="button" class="button" onClick={() => void copy(value)}>
          {t.common.copy}
        </button>
        <button type="button" class="button" onClick={() => window.print()}>
          {t.codes.print}
        </button>
      </div>
      <label class="check">
        <input type="checkbox" checked={kept} onChange={(event) => setKept(event.currentTarget.checked)} />
        {t.encryption.kept}
      </label>
      <button type="submit" class="button primary wide" disabled={!kept}>
        {t.encryption.done}
      </button>
    </form>
  )
}
