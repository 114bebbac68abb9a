// Why a browser warns about a box at home, and how to see that this is the right one: by the fingerprint on its screen.
import { useTranslation } from '../app/context.ts'
import { CopyButton } from '../ui/Copy.tsx'
import { Step } from './DoorPage.tsx'
import { pairs } from './fingerprint.ts'

function Fingerprint({ value }: { value: string }) {
  const { t } = useTranslation()
  const all = pairs(value)
  const rows = Array.from({ length: Math.ceil(all.length / 8) }, (_, row) => all.slice(row * 8, row * 8 + 8))
  return (
    <div class="fingerprint">
      <p class="muted small">{t.trust.fingerprint}</p>
      <div class="field-row">
        <p class="mono">
          {rows.map((row, index) => (
            <span key={index}>{row.join(':')} </span>
          ))}
        </p>
        <CopyButton text={all.join(':')} label={`${t.common.copy}: ${t.trust.fingerprint}`} />
      </div>
    </div>
  )
}

interface TrustProps {
  fingerprint: string
  /** Where the box gives out its CA and explains how to trust it. */
  plainPort: number | null
  done: () => void
}

export function Trust({ fingerprint, plainPort, done }: TrustProps) {
  const { t } = useTranslation()
  return (
    <Step title={t.trust.title}>
      <p>{t.trust.text}</p>
      <Fingerprint value={fingerprint} />
      <ul class="reasons muted">
        {t.trust.points.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
      {plainPort !== null && (
        <a
          class="button wide"
          href={`http://${location.hostname}:${plainPort}/`}
          target="_blank"
          rel="noreferrer"
        >
          {t.trust.guide}
        </a>
      )}
      <button type="button" class="button primary wide" onClick={done}>
        {t.trust.same}
      </button>
      <button type="button" class="link-button" onClick={done}>
        {t.common.later}
      </button>
    </Step>
  )
}
