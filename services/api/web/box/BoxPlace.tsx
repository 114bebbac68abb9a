// The machine: its people and programs, how it is now, whether it is well, its name and certificate, what it is, which of its services run,
// this browser's settings.
import { useApp, useTranslation } from '../app/context.ts'
import { later } from '../app/later.tsx'
import { languages, themes } from '../app/settings.ts'
import { useStore, useValue } from '../app/store.ts'
import { useMay } from '../door/may.ts'
import { en } from '../i18n/en.ts'
import type { Catalogue } from '../i18n/index.ts'
import { zh } from '../i18n/zh.ts'
import { Choices } from '../ui/Choices.tsx'
import { Section, Shown } from '../ui/Section.tsx'
import { HardwareCard } from './HardwareCard.tsx'
import { OtherBoxes } from './OtherBoxes.tsx'
import { MachineParts, Parts } from './Parts.tsx'
import { StatusCard } from './StatusCard.tsx'

const HealthCard = later(async () => (await import('./HealthCard.tsx')).HealthCard)
const NameCard = later(async () => (await import('./NameCard.tsx')).NameCard)
const CertificateCard = later(async () => (await import('./CertificateCard.tsx')).CertificateCard)

export function BoxPlace() {
  const { door } = useApp()
  const { t } = useTranslation()
  const owns = useMay('box')
  const encrypted = useStore(door.state, (now) => now.door?.fingerprint != null)
  return (
    <div class="page">
      <h1>{t.box.title}</h1>
      <Parts />
      <StatusCard />
      {owns && <HealthCard />}
      <MachineParts />
      {owns && <NameCard />}
      {owns && encrypted && <CertificateCard />}
      <Services />
      <HardwareCard />
      <OtherBoxes />
      <BrowserSettings />
    </div>
  )
}

function Services() {
  const { box } = useApp()
  const { t, format } = useTranslation()
  return (
    <Section id="services" title={t.box.services}>
      <Shown resource={box.status} what={t.box.loading}>
        {({ services }) => (
          <ul class="services">
            {services.map(({ name, state, residentBytes }) => (
              <li key={name}>
                <span class={`dot dot-service-${state}`} aria-hidden="true" />
                <span class="service-name">{serviceName(name, t)}</span>
                <span class={state === 'down' ? 'bad small' : 'muted small'}>{t.box.service[state]}</span>
                <span class="muted small figure">
                  {residentBytes === null ? '' : format.memory(residentBytes)}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Shown>
    </Section>
  )
}

/** A service that is newer than this page goes by its own name. */
const serviceName = (name: string, t: Catalogue): string =>
  Object.entries(t.box.serviceNames).find(([known]) => known === name)?.[1] ?? name

function BrowserSettings() {
  const { settings } = useApp()
  const { t } = useTranslation()
  const { language, theme } = useValue(settings.settings)
  const names = { en: en.name, zh: zh.name }
  return (
    <Section id="settings" title={t.box.settings}>
      <Choices
        label={t.settings.language}
        name="language"
        options={languages.map((one) => [one, names[one]])}
        value={language}
        change={(value) => settings.change({ language: value })}
      />
      <Choices
        label={t.settings.theme}
        name="theme"
        options={themes.map((one) => [one, t.settings.themes[one]])}
        value={theme}
        change={(value) => settings.change({ theme: value })}
      />
    </Section>
  )
}
