// Brings a model to the box: by its address on the web or its path on the box.
import { useState } from 'preact/hooks'
import { useApp, useTranslation } from '../app/context.ts'
import { type Problem, toProblem } from '../app/problem.ts'
import { ProblemCard } from '../ui/ProblemCard.tsx'
import { Section } from '../ui/Section.tsx'

export function AddModel() {
  const { api, box } = useApp()
  const { t } = useTranslation()
  const [source, setSource] = useState('')
  const [sha256, setSha256] = useState('')
  const [allowPrivate, setAllowPrivate] = useState(false)
  const [sending, setSending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const hash = sha256.trim()
  const wrongHash = hash !== '' && !/^[0-9a-f]{64}$/i.test(hash)
  const ready = source.trim() !== '' && !wrongHash && !sending

  const add = async (): Promise<void> => {
    setSending(true)
    setProblem(null)
    try {
      const download = await api.addModel({
        source: source.trim(),
        ...(hash === '' ? {} : { sha256: hash }),
        ...(allowPrivate ? { allowPrivate } : {}),
      })
      box.putDownload(download)
      box.downloads.refresh()
      setSource('')
      setSha256('')
    } catch (error) {
      setProblem(toProblem(error))
    }
    setSending(false)
  }

  return (
    <Section id="add" title={t.models.add}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) void add()
        }}
      >
        <p class="muted" id="add-help">
          {t.models.addText}
        </p>
        <label class="field">
          <span>{t.models.source}</span>
          <input
            name="source"
            maxLength={4096}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            placeholder="https://…/model.gguf"
            aria-describedby="add-help"
            value={source}
            onInput={(event) => setSource(event.currentTarget.value)}
          />
        </label>
        <details>
          <summary>{t.models.options}</summary>
          <div class="form">
            <label class="field">
              <span>{t.models.sha}</span>
              <input
                name="sha256"
                autocomplete="off"
                spellcheck={false}
                class="mono"
                aria-invalid={wrongHash}
                value={sha256}
                onInput={(event) => setSha256(event.currentTarget.value)}
              />
            </label>
            {wrongHash && <p class="bad small">{t.models.shaWrong}</p>}
            <label class="check">
              <input
                type="checkbox"
                checked={allowPrivate}
                onChange={(event) => setAllowPrivate(event.currentTarget.checked)}
              />
              {t.models.allowPrivate}
            </label>
          </div>
        </details>
        <div class="actions">
          <button type="submit" class="button primary" disabled={!ready}>
            {sending ? t.models.adding : t.models.addButton}
          </button>
        </div>
        {problem !== null && <ProblemCard problem={problem} onRetry={() => void add()} />}
      </form>
    </Section>
  )
}
