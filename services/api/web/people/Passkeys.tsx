// The person's passkeys: which there are, one more with a name of its own, one less.
import { useState } from 'preact/hooks'
import type { Passkey } from '#appliance/contracts/identity.ts'
import { useApp, useTranslation } from '../app/context.ts'
import { useResource } from '../app/resource.ts'
import { useAttempt } from '../chat/actions.ts'
import { TextField } from '../door/fields.tsx'
import { passkeysPossible } from '../door/passkeys-possible.ts'
import { ProblemCard } from '../ui/ProblemCard.tsx'
import { Section, Shown } from '../ui/Section.tsx'
import { useSending } from '../ui/sending.tsx'

export function Passkeys() {
  const { api, door } = useApp()
  const { t } = useTranslation()
  const passkeys = useResource(api.passkeys)
  const changed = (): void => {
    passkeys.refresh()
    void door.ask()
  }
  return (
    <Section id="passkeys" title={t.people.passkeys}>
      <p class="muted">{t.people.passkeysText}</p>
      <Shown resource={passkeys} what={t.people.loading}>
        {(all) =>
          all.length === 0 ? null : (
            <ul class="rows">
              {all.map((passkey) => (
                <Row key={passkey.id} passkey={passkey} removed={changed} />
              ))}
            </ul>
          )
        }
      </Shown>
      {passkeysPossible() ? <Add added={changed} /> : <p class="muted small">{t.people.passkeysNot}</p>}
    </Section>
  )
}

function Row({ passkey, removed }: { passkey: Passkey; removed: () => void }) {
  const { api, overlays } = useApp()
  const { t, format } = useTranslation()
  const attempt = useAttempt()
  const { id, name, createdAt, lastUsedAt } = passkey
  const now = Date.now()
  const remove = async (): Promise<void> => {
    const answer = await overlays.ask({
      title: t.people.passkeyRemove,
      text: t.people.passkeyRemoveText(name),
      action: t.people.remove,
      destroys: true,
    })
    if (answer !== null && (await attempt(() => api.removePasskey(id)))) removed()
  }
  return (
    <li class="row">
      <div class="row-text">
        <p class="row-title">{name}</p>
        <p class="muted small">
          {t.people.since(format.when(createdAt, now))} ·{' '}
          {lastUsedAt === null ? t.people.neverUsed : t.people.used(format.when(lastUsedAt, now))}
        </p>
      </div>
      <button
        type="button"
        class="button"
        aria-label={`${t.people.remove}: ${name}`}
        onClick={() => void remove()}
      >
        {t.people.remove}
      </button>
    </li>
  )
}

function Add({ added }: { added: () => void }) {
  const { api, overlays } = useApp()
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const { busy, problem, send } = useSending()
  const ready = name.trim() !== '' && !busy
  const add = async (): Promise<void> => {
    const done = await send(async () => {
      const { createPasskey } = await import('../door/passkey.ts')
      const { id, options } = await api.passkeyOptions()
      await api.addPasskey(id, name.trim(), await createPasskey(options))
    })
    if (!done) return
    setName('')
    overlays.tell(t.people.passkeyAdded)
    added()
  }
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        if (ready) void add()
      }}
    >
      <TextField
        label={t.people.passkeyName}
        name="passkey-name"
        autocomplete="off"
        maxLength={60}
        value={name}
        change={setName}
      />
      {problem !== null && <ProblemCard problem={problem} />}
      <div class="actions">
        <button type="submit" class="button" disabled={!ready}>
          {t.people.passkeyAdd}
        </button>
      </div>
    </form>
  )
}
