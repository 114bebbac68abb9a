// The machine as its system sees it: since when it runs, its time, its services, how its disks are and how encrypted. Read again while
// somebody looks.
import { useEffect, useState } from 'preact/hooks'
import type { MachineService, System as SystemState } from '#appliance/contracts/system.ts'
import { useApp, useTranslation } from '../../app/context.ts'
import { useResource } from '../../app/resource.ts'
import type { Catalogue } from '../../i18n/index.ts'
import { FactList } from '../../ui/FactList.tsx'
import { Section } from '../../ui/Section.tsx'
import { Managed, Program } from '../Managed.tsx'
import { useWatched } from '../watch.ts'
import { Disks } from './Disks.tsx'
import { Encryption } from './Encryption.tsx'
import { ZoneForm } from './ZoneForm.tsx'

export function System() {
  const { api, box } = useApp()
  const { t } = useTranslation()
  const system = useResource(api.system)
  useWatched(system)
  // a service that came or went says so over the live channel
  useEffect(() => box.status.subscribe(system.refresh), [box, system])
  return (
    <>
      <Section id="machine" title={t.system.running}>
        <Managed resource={system} what={t.system.loading}>
          {(now) => <Machine now={now} changed={system.refresh} />}
        </Managed>
      </Section>
      <Section id="host-services" title={t.system.services}>
        <Managed resource={system} what={t.system.loading}>
          {({ services }) => <Services services={services} />}
        </Managed>
      </Section>
      <Disks />
      <Encryption />
    </>
  )
}

function Machine({ now, changed }: { now: SystemState; changed: () => void }) {
  const { t, format } = useTranslation()
  const [changing, setChanging] = useState(false)
  const { clockSynchronized: clock } = now
  const seconds = Math.max(0, (Date.now() - Date.parse(now.bootedAt)) / 1000)
  const facts = [
    { name: t.system.host, value: now.hostName },
    { name: t.system.version, value: now.version },
    {
      name: t.system.up,
      value: format.span(seconds),
      note: t.system.since(format.dateTime(now.bootedAt)),
    },
    {
      name: t.system.zone,
      value: now.timeZone,
      note: t.system.zoneNow(format.timeIn(now.timeZone, Date.now())),
    },
    { name: t.system.clock, value: t.system.clocks[clock === null ? 'unknown' : clock ? 'yes' : 'no'] },
  ]
  return (
    <>
      <FactList facts={facts} />
      {!now.managed ? (
        <Program />
      ) : changing ? (
        <ZoneForm
          zone={now.timeZone}
          close={() => {
            setChanging(false)
            changed()
          }}
        />
      ) : (
        <div class="actions">
          <button type="button" class="button" onClick={() => setChanging(true)}>
            {t.system.change}
          </button>
        </div>
      )}
    </>
  )
}

const dots = {
  running: 'ready',
  starting: 'starting',
  failed: 'down',
  stopped: 'stopped',
  on_demand: 'stopped',
} as const satisfies Record<MachineService['state'], string>

function Services({ services }: { services: readonly MachineService[] }) {
  const { t, format } = useTranslation()
  if (services.length === 0) return <p class="muted">{t.system.servicesNone}</p>
  return (
    <ul class="services host-services">
      {services.map(({ name, state, since, restarts, memoryBytes }) => {
        const facts = [
          ...(since === null ? [] : [t.system.sinceWhen(format.when(since, Date.now()))]),
          ...(restarts === null || restarts === 0 ? [] : [t.system.restarts(restarts)]),
        ]
        return (
          <li key={name}>
            <span class={`dot dot-service-${dots[state]}`} aria-hidden="true" />
            <span class="service-text">
              <span>{serviceName(name, t)}</span>
              <span class={state === 'failed' ? 'bad small' : 'muted small'}>
                {[t.system.states[state], ...facts].join(' · ')}
              </span>
            </span>
            <span class="muted small figure">{memoryBytes === null ? '' : format.memory(memoryBytes)}</span>
          </li>
        )
      })}
    </ul>
  )
}

/** A service that this page does not know goes by its own name. */
const serviceName = (name: string, { system }: Catalogue): string =>
  Object.entries(system.names).find(([known]) => known === name)?.[1] ?? name
