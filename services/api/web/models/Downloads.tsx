// What is on its way to the box: how far, how long still, and a way to stop it.
import { useEffect } from 'preact/hooks'
import type { Download } from '#appliance/contracts/models.ts'
import { useApp, useTranslation } from '../app/context.ts'
import { useValue } from '../app/store.ts'
import { useAttempt } from '../chat/actions.ts'
import { useMay } from '../door/may.ts'
import { ProblemCard } from '../ui/ProblemCard.tsx'
import { Section } from '../ui/Section.tsx'

const shownAtMost = 10

export function Downloads() {
  const { box } = useApp()
  const { t } = useTranslation()
  const { value } = useValue(box.downloads)
  useEffect(() => box.downloads.want(), [box])
  if (value === null || value.length === 0) return null
  return (
    <Section id="downloads" title={t.models.downloads}>
      <ul class="rows">
        {value.slice(0, shownAtMost).map((download) => (
          <Row key={download.id} download={download} />
        ))}
      </ul>
    </Section>
  )
}

function Row({ download }: { download: Download }) {
  const { api, box } = useApp()
  const { t, format } = useTranslation()
  const attempt = useAttempt()
  const manages = useMay('models:manage')
  const { id, file, source, state, receivedBytes, totalBytes, bytesPerSecond, error } = download
  const running = state === 'running' || state === 'verifying'
  const facts = [t.models.download[state]]
  if (running && totalBytes !== null)
    facts.push(t.models.progress(format.file(receivedBytes), format.file(totalBytes)))
  else if (running) facts.push(format.file(receivedBytes))
  if (state === 'running' && bytesPerSecond > 0) {
    facts.push(t.models.perSecond(format.file(bytesPerSecond)))
    if (totalBytes !== null)
      facts.push(t.models.left(format.left((totalBytes - receivedBytes) / bytesPerSecond)))
  }
  const cancel = async (): Promise<void> => {
    await attempt(() => api.cancelDownload(id))
    box.downloads.refresh()
  }
  const again = async (): Promise<void> => {
    await attempt(async () => box.putDownload(await api.addModel({ source })))
    box.downloads.refresh()
  }
  return (
    <li class="row">
      <div class="row-text">
        <p class="row-title">{file}</p>
        {running && (
          <progress
            max={1}
            aria-label={file}
            {...(totalBytes === null || state === 'verifying'
              ? {}
              : { value: totalBytes === 0 ? 0 : receivedBytes / totalBytes })}
          />
        )}
        <p class="muted small">{facts.join(' · ')}</p>
        {error !== null && (
          <ProblemCard problem={error} {...(manages ? { onRetry: () => void again() } : {})} />
        )}
      </div>
      {running && manages && (
        <div class="actions">
          <button
            type="button"
            class="button"
            aria-label={`${t.common.cancel}: ${file}`}
            onClick={() => void cancel()}
          >
            {t.common.cancel}
          </button>
        </div>
      )}
    </li>
  )
}
