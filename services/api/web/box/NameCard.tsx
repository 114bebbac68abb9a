// What the box is called and where its page is, to read, to scan, and to change.
import { useState } from 'preact/hooks'
import type { BoxNames } from '#appliance/contracts/network.ts'
import { useApp, useTranslation } from '../app/context.ts'
import { CopyButton } from '../ui/Copy.tsx'
import { Qr } from '../ui/Qr.tsx'
import { Section, Shown } from '../ui/Section.tsx'
import { RenameForm } from './RenameForm.tsx'

export function NameCard() {
  const { box } = useApp()
  const { t } = useTranslation()
  const [renaming, setRenaming] = useState(false)
  return (
    <Section id="name" title={t.names.title}>
      <Shown resource={box.names} what={t.names.loading}>
        {(names) =>
          renaming ? (
            <RenameForm names={names} close={() => setRenaming(false)} />
          ) : (
            <Names names={names} rename={() => setRenaming(true)} />
          )
        }
      </Shown>
    </Section>
  )
}

function Names({ names, rename }: { names: BoxNames; rename: () => void }) {
  const { t } = useTranslation()
  const [qr, setQr] = useState(false)
  const [best = window.location.origin, ...others] = names.addresses
  return (
    <div class="form">
      <p class="profile-name">{names.name}</p>
      <div class="field">
        <p class="secret-line address-line">
          <code>{best}</code>
          <CopyButton text={best} label={`${t.common.copy}: ${t.names.address}`} />
        </p>
        {others.length > 0 && <p class="muted small">{t.names.also(others)}</p>}
        {names.host !== `${names.label}.local` && <p class="small">{t.names.taken(names.host)}</p>}
      </div>
      {qr && <Qr text={best} label={t.names.qr} />}
      <div class="actions">
        <button type="button" class="button" onClick={rename}>
          {t.names.rename}
        </button>
        <button type="button" class="button" aria-expanded={qr} onClick={() => setQr(!qr)}>
          {qr ? t.names.hideQr : t.names.showQr}
        </button>
      </div>
    </div>
  )
}
