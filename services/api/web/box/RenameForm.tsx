// Another name for the box, another address for its page. Says where the page will be before it moves, and leads there
// whoever came by the old address: the browser takes it for another box, with no session and no passkeys.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { BoxNames } from '#appliance/contracts/network.ts'
import { addressAt } from '../app/box.ts'
import { useApp, useTranslation } from '../app/context.ts'
import { TextField } from '../door/fields.tsx'
import { ProblemCard } from '../ui/ProblemCard.tsx'
import { useSending } from '../ui/sending.tsx'

export function RenameForm({ names, close }: { names: BoxNames; close: () => void }) {
  const { api, box, door, overlays } = useApp()
  const { t } = useTranslation()
  const [name, setName] = useState(names.name)
  const [typed, setLabel] = useState(names.label)
  const { busy, problem, send } = useSending()
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector('input')?.focus(), [])
  const label = typed.trim().toLowerCase()
  const moves = label !== names.label
  const changed = moves || name.trim() !== names.name
  const ready = name.trim() !== '' && label !== '' && changed && !busy
  const address = addressAt(`${label}.local`)

  const agreed = async (): Promise<boolean> => {
    if (!moves) return true
    const used = box.certificate.get().value
    const unnamed = used?.source === 'owner' && !used.names.includes(`${label}.local`)
    const answer = await overlays.ask({
      title: t.names.moveTitle(address),
      text: unnamed ? `${t.names.moveText} ${t.names.moveOwn}` : t.names.moveText,
      action: t.names.move,
    })
    return answer !== null
  }
  const rename = async (): Promise<void> => {
    if (!(await agreed())) return
    const before = names.host
    const done = await send(async () => {
      const now = await api.renameBox({ name: name.trim(), ...(moves ? { label } : {}) })
      box.names.patch(() => now)
      box.certificate.refresh()
      void door.ask()
      if (now.host !== before && window.location.hostname === before)
        window.location.assign(`${addressAt(now.host)}/box`)
    })
    if (!done) return
    overlays.tell(t.names.renamed)
    close()
  }
  return (
    <form
      ref={form}
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        if (ready) void rename()
      }}
    >
      <TextField
        label={t.names.name}
        name="box-name"
        autocomplete="off"
        maxLength={63}
        value={name}
        change={setName}
      />
      <TextField
        label={t.names.label}
        name="box-host"
        autocomplete="off"
        maxLength={63}
        value={typed}
        change={setLabel}
      >
        {t.names.labelHelp(address)}
      </TextField>
      {problem !== null && <ProblemCard problem={problem} />}
      {busy && (
        <p class="muted" role="status">
          {t.names.telling}
        </p>
      )}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={close}>
          {t.common.cancel}
        </button>
        <button type="submit" class="button primary" disabled={!ready}>
          {t.names.rename}
        </button>
      </div>
    </form>
  )
}
