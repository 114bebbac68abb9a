// The file for whoever helps: what it tells, what it leaves out, and making it.
import { useEffect, useRef, useState } from 'preact/hooks'
import { useApp, useTranslation } from '../../app/context.ts'
import { Icon } from '../../ui/Icon.tsx'
import { ProblemCard } from '../../ui/ProblemCard.tsx'
import { Section } from '../../ui/Section.tsx'
import { save } from '../../ui/save.ts'
import { useSending } from '../../ui/sending.tsx'

export function Bundle() {
  const { api } = useApp()
  const { t, format } = useTranslation()
  const { busy, problem, send } = useSending()
  const [made, setMade] = useState<{ name: string; bytes: number } | null>(null)
  const current = useRef<AbortController | null>(null)
  useEffect(() => () => current.current?.abort(), [])
  const make = (): Promise<boolean> => {
    const controller = new AbortController()
    current.current = controller
    setMade(null)
    return send(async () => {
      const answer = await api.supportBundle(controller.signal)
      const content = await answer.blob()
      const name = nameIn(answer.headers.get('content-disposition')) ?? 'hob-support.tar.gz'
      save(content, name)
      setMade({ name, bytes: content.size })
    })
  }
  return (
    <>
      <p class="muted page-text">{t.bundle.text}</p>
      <Section id="bundle-what" title={t.bundle.what}>
        <Points icon="done" points={t.bundle.contents} />
      </Section>
      <Section id="bundle-not" title={t.bundle.not}>
        <Points icon="close" points={t.bundle.missing} />
      </Section>
      <Section id="bundle-make" title={t.machine.parts.support}>
        <p class="muted">{t.bundle.look}</p>
        {problem !== null && <ProblemCard problem={problem} onRetry={() => void make()} />}
        <div role="status">
          {busy && <p>{t.bundle.making}</p>}
          {made !== null && <p class="good">{t.bundle.done(made.name, format.file(made.bytes))}</p>}
        </div>
        <div class="actions">
          <button type="button" class="button primary" disabled={busy} onClick={() => void make()}>
            {t.bundle.make}
          </button>
          {busy && (
            <button type="button" class="button" onClick={() => current.current?.abort()}>
              {t.common.cancel}
            </button>
          )}
        </div>
      </Section>
    </>
  )
}

function Points({ icon, points }: { icon: 'done' | 'close'; points: readonly string[] }) {
  return (
    <ul class="points">
      {points.map((point) => (
        <li key={point}>
          <Icon name={icon} size={18} />
          <span>{point}</span>
        </li>
      ))}
    </ul>
  )
}

const nameIn = (disposition: string | null): string | null =>
  /filename="([\w.-]{1,100})"/.exec(disposition ?? '')?.[1] ?? null
