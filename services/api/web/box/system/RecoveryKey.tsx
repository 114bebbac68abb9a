// The key that opens the disk where the TPM does not, this one time.
import { useEffect, useRef } from 'preact/hooks'
import { useApp, useTranslation } from '../../app/context.ts'
import { ShownOnce } from '../../ui/ShownOnce.tsx'

export function RecoveryKey({ value, done }: { value: string; done: () => void }) {
  const { door } = useApp()
  const { t } = useTranslation()
  const sheet = useRef<HTMLDivElement>(null)
  // the button that was pressed is gone
  useEffect(() => sheet.current?.focus(), [])
  const { keyText: text, kept, done: next } = t.encryption
  return (
    <ShownOnce text={text} secret={value} kept={kept} next={next} done={done}>
      <div ref={sheet} class="codes-sheet" role="group" aria-label={t.encryption.key} tabIndex={-1}>
        <p class="codes-heading">{t.encryption.heading(door.state.get().door?.name ?? '')}</p>
        <code class="disk-key">{value}</code>
      </div>
    </ShownOnce>
  )
}
