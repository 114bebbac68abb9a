// With what the box proves that it is itself: from whom, how long still, for which names, and the root to compare. The
// owner may bring a certificate of their own, and go back.
import { useState } from 'preact/hooks'
import type { ServedCertificate } from '#appliance/contracts/network.ts'
import { useApp, useTranslation } from '../app/context.ts'
import { useStore } from '../app/store.ts'
import { useAttempt } from '../chat/actions.ts'
import { pairs } from '../door/fingerprint.ts'
import { CopyButton } from '../ui/Copy.tsx'
import { FactList } from '../ui/FactList.tsx'
import { Section, Shown } from '../ui/Section.tsx'
import { OwnCertificateForm } from './OwnCertificateForm.tsx'

const dayMs = 86_400_000

export function CertificateCard() {
  const { box } = useApp()
  const { t } = useTranslation()
  const [bringing, setBringing] = useState(false)
  return (
    <Section id="certificate" title={t.certificate.title}>
      <Shown resource={box.certificate} what={t.certificate.loading}>
        {(served) => (
          <div class="form">
            <Facts served={served} />
            <Root fingerprint={served.caFingerprint} />
            {bringing ? (
              <OwnCertificateForm close={() => setBringing(false)} />
            ) : (
              <Choice served={served} bring={() => setBringing(true)} />
            )}
          </div>
        )}
      </Shown>
    </Section>
  )
}

function Facts({ served }: { served: ServedCertificate }) {
  const { t, format } = useTranslation()
  const days = Math.max(0, Math.floor((Date.parse(served.notAfter) - Date.now()) / dayMs))
  const facts = [
    {
      name: t.certificate.inUse,
      value: t.certificate.sources[served.source],
      note: t.certificate.sourceTexts[served.source],
    },
    { name: t.certificate.issuer, value: served.issuer },
    { name: t.certificate.until, value: format.day(served.notAfter), note: t.certificate.left(days) },
    { name: t.certificate.names, value: [...served.names, ...served.addresses].join(', ') },
  ]
  return <FactList facts={facts} />
}

function Root({ fingerprint }: { fingerprint: string }) {
  const { door } = useApp()
  const { t } = useTranslation()
  const plainPort = useStore(door.state, (now) => now.door?.plainPort ?? null)
  const all = pairs(fingerprint)
  const rows = [0, 8, 16, 24].map((from) => all.slice(from, from + 8).join(':'))
  return (
    <>
      <div class="fingerprint">
        <p class="muted small">{t.certificate.root}</p>
        <div class="field-row">
          <p class="mono">
            {rows.map((row) => (
              <span key={row}>{row} </span>
            ))}
          </p>
          <CopyButton text={all.join(':')} label={`${t.common.copy}: ${t.certificate.root}`} />
        </div>
      </div>
      {plainPort !== null && (
        <a
          class="button wide"
          href={`http://${window.location.hostname}:${plainPort}/`}
          target="_blank"
          rel="noreferrer"
        >
          {t.trust.guide}
        </a>
      )}
    </>
  )
}

function Choice({ served, bring }: { served: ServedCertificate; bring: () => void }) {
  const { api, box, overlays } = useApp()
  const { t } = useTranslation()
  const attempt = useAttempt()
  const drop = async (): Promise<void> => {
    const answer = await overlays.ask({
      title: t.certificate.dropTitle,
      text: t.certificate.dropText,
      action: t.certificate.drop,
      destroys: true,
    })
    if (answer === null) return
    const done = await attempt(async () => {
      const now = await api.dropCertificate()
      box.certificate.patch(() => now)
    })
    if (done) overlays.tell(t.certificate.dropped)
  }
  return (
    <div class="actions">
      <button type="button" class="button" onClick={bring}>
        {served.source === 'owner' ? t.certificate.bringAnother : t.certificate.bring}
      </button>
      {served.source === 'owner' && (
        <button type="button" class="button" onClick={() => void drop()}>
          {t.certificate.drop}
        </button>
      )}
    </div>
  )
}
