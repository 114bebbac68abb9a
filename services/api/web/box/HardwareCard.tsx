// What this machine is: the profile it was matched to, and every fact with its source.
import { useApp, useTranslation } from '../app/context.ts'
import { FactList } from '../ui/FactList.tsx'
import { Section, Shown } from '../ui/Section.tsx'
import { factLines } from './facts.ts'

export function HardwareCard() {
  const { box } = useApp()
  const translation = useTranslation()
  const { t } = translation
  return (
    <Section id="hardware" title={t.box.hardware}>
      <Shown resource={box.hardware} what={t.box.hardwareLoading}>
        {({ facts, matched }) => (
          <>
            <div class="profile">
              <p class="muted small">{t.box.profile}</p>
              <p class="profile-name">{matched.profile.name}</p>
              <p class="muted small">{matched.exact ? t.box.exact : t.box.generic}</p>
            </div>
            <FactList
              facts={factLines(facts, translation).map(({ value, ...rest }) => ({
                ...rest,
                value: value ?? t.common.notMeasured,
              }))}
            />
          </>
        )}
      </Shown>
    </Section>
  )
}
