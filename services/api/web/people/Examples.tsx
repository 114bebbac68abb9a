// How to point a program at this box: what to enter, each with a button to copy it, and lines to try.
import { useState } from 'preact/hooks'
import { useApp, useTranslation } from '../app/context.ts'
import { useStore } from '../app/store.ts'
import { Choices } from '../ui/Choices.tsx'
import { CopyButton } from '../ui/Copy.tsx'
import { Section } from '../ui/Section.tsx'
import { type ExampleName, exampleNames, exampleOf, exampleTitles } from './examples.ts'

/** Stands where a token belongs, until one was made. */
const noToken = 'YOUR-TOKEN'

export function Examples({ token }: { token: string | null }) {
  const { box } = useApp()
  const { t } = useTranslation()
  const model = useStore(box.status, ({ value }) => value?.models?.defaultModel ?? null)
  const [shown, setShown] = useState<ExampleName>('curl')
  // The address by which this browser came is one that works.
  const baseUrl = `${window.location.origin}/v1`
  const example = exampleOf[shown]({ baseUrl, token: token ?? noToken, model: model ?? 'auto' })
  const fields: [string, string][] = [
    [t.box.baseUrl, baseUrl],
    ...(model === null ? [] : [[t.box.modelName, model] satisfies [string, string]]),
  ]
  return (
    <Section id="connect" title={t.connect.title}>
      <p class="muted">{t.connect.text}</p>
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
      <Choices
        label={t.connect.examples}
        name="example"
        options={exampleNames.map((one) => [one, exampleTitles[one]])}
        value={shown}
        change={setShown}
      />
      <div class="code">
        <div class="code-head">
          <span>{exampleTitles[shown]}</span>
          <CopyButton text={example} label={`${t.common.copy}: ${exampleTitles[shown]}`} />
        </div>
        <pre tabIndex={0}>
          <code>{example}</code>
        </pre>
      </div>
      {window.location.protocol === 'https:' && <p class="muted small">{t.connect.certificate}</p>}
    </Section>
  )
}
