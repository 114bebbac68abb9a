// A certificate of the owner's own: the chain and its key, as files or pasted. The key goes to the box and is kept nowhere here.
import { useId, useState } from 'preact/hooks'
import { useApp, useTranslation } from '../app/context.ts'
import { ProblemCard } from '../ui/ProblemCard.tsx'
import { useSending } from '../ui/sending.tsx'

/** As many characters as the box takes. */
const longest = 65_536

export function OwnCertificateForm({ close }: { close: () => void }) {
  const { api, box, overlays } = useApp()
  const { t } = useTranslation()
  const [chain, setChain] = useState('')
  const [key, setKey] = useState('')
  const { busy, problem, send } = useSending()
  const ready = chain.trim() !== '' && key.trim() !== '' && !busy
  const use = async (): Promise<void> => {
    const done = await send(async () => {
      const now = await api.useCertificate({ key, chain })
      box.certificate.patch(() => now)
    })
    if (!done) return
    overlays.tell(t.certificate.used)
    close()
  }
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        if (ready) void use()
      }}
    >
      <p class="muted">{t.certificate.bringText}</p>
      <Pem label={t.certificate.chain} name="chain" value={chain} change={setChain} />
      <Pem label={t.certificate.key} name="key" value={key} change={setKey} />
      {problem !== null && <ProblemCard problem={problem} />}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={close}>
          {t.common.cancel}
        </button>
        <button type="submit" class="button primary" disabled={!ready}>
          {t.certificate.use}
        </button>
      </div>
    </form>
  )
}

interface PemProps {
  label: string
  name: string
  value: string
  change: (value: string) => void
}

function Pem({ label, name, value, change }: PemProps) {
  const { t } = useTranslation()
  const id = useId()
  const read = async (file: File | undefined): Promise<void> => {
    // what is longer is no such file: the box would refuse it, and the field need not show a film
    if (file !== undefined) change(await file.slice(0, longest).text())
  }
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      <textarea
        id={id}
        name={name}
        class="mono small"
        rows={4}
        maxLength={longest}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        placeholder={t.certificate.paste}
        value={value}
        onInput={(event) => change(event.currentTarget.value)}
      />
      <input
        type="file"
        accept=".pem,.crt,.cer,.key"
        aria-label={t.certificate.file(label)}
        onChange={(event) => void read(event.currentTarget.files?.[0])}
      />
    </div>
  )
}
