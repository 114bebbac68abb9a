// How to point a program at this box: what to enter, each with a button to copy it, and a line to try.
import { useApp, useTranslation } from '../app/context.ts'
import { useStore } from '../app/store.ts'
import { CopyButton } from '../ui/Copy.tsx'
import { Section } from '../ui/Section.tsx'

export function Connect() {
  const { box } = useApp()
  const { t } = useTranslation()
  const model = useStore(box.status, ({ value }) => value?.models?.defaultModel ?? null)
  // The address by which this browser came is one that works.
  const baseUrl = `${window.location.origin}/v1`
  const body = JSON.stringify({
    ...(model === null ? {} : { model }),
    messages: [{ role: 'user', content: 'Hello' }],
  })
  const example = `curl ${baseUrl}/chat/completions \\\n  -H 'content-type: application/json' \\\n  -d '${body}'`
  const fields: [string, string][] = [
    [t.box.baseUrl, baseUrl],
    [t.box.apiKey, 'hob'],
    ...(model === null ? [] : [[t.box.modelName, model] satisfies [string, string]]),
  ]
  return (
    <Section id="connect" title={t.box.connect}>
      <p class="muted">{t.box.connectText}</p>
      <dl class="copy-list">
        {fields.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <code>{value}</code>
              <CopyButton text={value} label={`${t.common.copy}: ${name}`} />
            </dd>
          </div>
        ))}
      </dl>
      <div class="code">
        <div class="code-head">
          <span>{t.box.example}</span>
          <CopyButton text={example} label={`${t.common.copy}: ${t.box.example}`} />
        </div>
        <pre tabIndex={0}>
          <code>{example}</code>
        </pre>
      </div>
    </Section>
  )
}
