// Whether the disk is encrypted and what opens it, in words, and why not where it is not; a recovery key, and a reminder until there is one.
import { useState } from 'preact/hooks'
import type { Encryption as EncryptionState } from '#appliance/contracts/system.ts'
import { useApp, useTranslation } from '../../app/context.ts'
import { useResource } from '../../app/resource.ts'
import { Icon, type IconName } from '../../ui/Icon.tsx'
import { ProblemCard } from '../../ui/ProblemCard.tsx'
import { Section } from '../../ui/Section.tsx'
import { useSending } from '../../ui/sending.tsx'
import { Managed } from '../Managed.tsx'
import { RecoveryKey } from './RecoveryKey.tsx'

export function Encryption() {
  const { api } = useApp()
  const { t } = useTranslation()
  const encryption = useResource(api.encryption)
  return (
    <Section id="encryption" title={t.encryption.title}>
      <Managed resource={encryption} what={t.encryption.loading}>
        {(now) => (
          <>
            <Words now={now} />
            {now.state === 'encrypted' && now.byTpm && (
              <Recovery hasOne={now.recoveryKey} made={encryption.refresh} />
            )}
          </>
        )}
      </Managed>
    </Section>
  )
}

function Words({ now }: { now: EncryptionState }) {
  const { t } = useTranslation()
  const [icon, title, text] = words()
  function words(): [IconName, string, string] {
    const { encryption } = t
    switch (now.state) {
      case 'encrypted':
        return ['lock', encryption.encrypted, now.byTpm ? encryption.byTpm : encryption.byKey]
      case 'plain':
        return ['disk', encryption.plain, now.hasTpm ? encryption.plainTpm : encryption.plainNoTpm]
      case 'not_ours':
        return ['disk', encryption.notOurs, encryption.notOursText]
    }
  }
  return (
    <div class="row disk">
      <Icon name={icon} size={24} />
      <div class="row-text">
        <p class="row-title">{title}</p>
        <p class="muted">{text}</p>
        {now.state === 'encrypted' && (
          <p class="muted small">{t.encryption.method(methodOf(now.cipher, now.keyBits))}</p>
        )}
      </div>
    </div>
  )
}

/** `AES-256 (aes-xts-plain64)`: of XTS's two keys one is the cipher's (IEEE 1619). */
function methodOf(cipher: string, keyBits: number): string {
  const [name = '', mode] = cipher.split('-')
  return `${name.toUpperCase()}-${mode === 'xts' ? keyBits / 2 : keyBits} (${cipher})`
}

function Recovery({ hasOne, made }: { hasOne: boolean; made: () => void }) {
  const { api, overlays } = useApp()
  const { t } = useTranslation()
  const { busy, problem, send } = useSending()
  const [key, setKey] = useState<string | null>(null)
  const make = async (): Promise<void> => {
    const { askTitle: title, askText: text, makeNew: action } = t.encryption
    if (hasOne && (await overlays.ask({ title, text, action, destroys: true })) === null) return
    if (await send(async () => setKey(await api.makeRecoveryKey()))) made()
  }
  if (key !== null) return <RecoveryKey value={key} done={() => setKey(null)} />
  return (
    <>
      {hasOne ? (
        <p class="muted">{t.encryption.keyHere}</p>
      ) : (
        <div>
          <p class="row-title">{t.encryption.reminder}</p>
          <p class="muted">{t.encryption.reminderText}</p>
        </div>
      )}
      {problem !== null && <ProblemCard problem={problem} />}
      <div class="actions">
        <button type="button" class="button" disabled={busy} onClick={() => void make()}>
          {hasOne ? t.encryption.makeNew : t.encryption.make}
        </button>
      </div>
      <p class="muted" role="status">
        {busy ? t.encryption.making : ''}
      </p>
    </>
  )
}
