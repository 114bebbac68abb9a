// Keeps the record as a file, and checks that it is as it was written.
import { useState } from 'preact/hooks'
import type { AuditVerify } from '#appliance/contracts/audit.ts'
import { useApp, useTranslation } from '../app/context.ts'
import { useAttempt } from '../chat/actions.ts'
import { Icon } from '../ui/Icon.tsx'
import { ProblemCard } from '../ui/ProblemCard.tsx'
import { Section } from '../ui/Section.tsx'
import { save } from '../ui/save.ts'
import { useSending } from '../ui/sending.tsx'

const formats = ['ndjson', 'csv'] as const

export function AuditKeep() {
  const { api } = useApp()
  const { t } = useTranslation()
  const attempt = useAttempt()
  const [verdict, setVerdict] = useState<AuditVerify | null>(null)
  const { busy, problem, send } = useSending()
  const keep = (format: (typeof formats)[number]): Promise<boolean> =>
    attempt(async () => save(await api.exportAudit(format), `hob-audit.${format}`))
  const verify = (): Promise<boolean> => {
    setVerdict(null)
    return send(async () => setVerdict(await api.verifyAudit()))
  }
  return (
    <Section id="audit-keep" title={t.audit.keep}>
      <div class="actions">
        <button type="button" class="button" disabled={busy} onClick={() => void verify()}>
          {busy ? t.audit.verifying : t.audit.verify}
        </button>
        {formats.map((format) => (
          <button key={format} type="button" class="button" onClick={() => void keep(format)}>
            {t.audit.exportAs(format.toUpperCase())}
          </button>
        ))}
      </div>
      {problem !== null && <ProblemCard problem={problem} onRetry={() => void verify()} />}
      {verdict !== null && <Verdict verdict={verdict} />}
    </Section>
  )
}

function Verdict({ verdict }: { verdict: AuditVerify }) {
  const { t, format } = useTranslation()
  const { ok, entries, first, last, brokenAt, prunedBefore } = verdict
  return (
    <div class={ok ? 'verdict' : 'verdict card problem'} role="status">
      <Icon name={ok ? 'done' : 'alert'} />
      <div>
        <p class="problem-message">
          {ok ? t.audit.verified(entries) : t.audit.broken(format.number(brokenAt ?? 0))}
        </p>
        {!ok && <p>{t.audit.brokenText}</p>}
        {ok && first !== null && last !== null && (
          <p class="muted small">{t.audit.verifiedRange(format.number(first), format.number(last))}</p>
        )}
        {prunedBefore > 1 && <p class="muted small">{t.audit.pruned(format.number(prunedBefore))}</p>}
      </div>
    </div>
  )
}
