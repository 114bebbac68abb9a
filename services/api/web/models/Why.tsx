// Why this model: the plan in three sentences, what would be better, and the chart of all candidates.
import type { Choice } from '#appliance/contracts/models.ts'
import { useApp, useTranslation } from '../app/context.ts'
import { Icon } from '../ui/Icon.tsx'
import { Section, Shown } from '../ui/Section.tsx'
import { Candidates } from './Candidates.tsx'
import { nameOf } from './nameOf.ts'
import { useIsStarter } from './starter.ts'

export function Reasons({ chosen }: { chosen: Choice['chosen'] }) {
  const { t, format } = useTranslation()
  const starter = useIsStarter(chosen?.model ?? null)
  if (chosen === null) return <p>{t.models.whyNone}</p>
  const { memory } = chosen
  return (
    <ul class="reasons">
      <li>{starter ? t.models.whyStarter : t.models.whyPicked(chosen.model)}</li>
      <li>{t.models.whyMemory(format.memory(memory.totalBytes), format.memory(memory.budgetBytes))}</li>
      <li>{t.models.whySpeed(format.speed(chosen.tokensPerSecond))}</li>
      <li>{t.models.whyContext(format.number(chosen.contextTokens), chosen.sequences)}</li>
    </ul>
  )
}

export function Why() {
  const { box } = useApp()
  const { t } = useTranslation()
  return (
    <Section id="why" title={t.models.why}>
      <Shown resource={box.choice} what={t.models.loading}>
        {(choice) => (
          <>
            <Reasons chosen={choice.chosen} />
            {choice.recommended !== null && <Better candidate={choice.recommended} />}
            <Candidates choice={choice} />
          </>
        )}
      </Shown>
    </Section>
  )
}

function Better({ candidate: { plan } }: { candidate: NonNullable<Choice['recommended']> }) {
  const { t, format } = useTranslation()
  return (
    <div class="asks inset">
      <Icon name="info" />
      <div>
        <p class="asks-title">{t.models.better(nameOf(plan))}</p>
        <p class="muted">
          {t.models.betterText(format.memory(plan.memory.totalBytes), format.speed(plan.tokensPerSecond))}
        </p>
      </div>
    </div>
  )
}
