// How the machine's disks say that they are: in words, with how warm and how worn.
import type { DiskHealth } from '#appliance/contracts/system.ts'
import { useApp, useTranslation } from '../../app/context.ts'
import { useResource } from '../../app/resource.ts'
import { Icon } from '../../ui/Icon.tsx'
import { Section } from '../../ui/Section.tsx'
import { Managed } from '../Managed.tsx'

export function Disks() {
  const { api } = useApp()
  const { t } = useTranslation()
  const disks = useResource(api.disks)
  return (
    <Section id="disks" title={t.system.disks}>
      <Managed resource={disks} what={t.system.disksLoading}>
        {(all) =>
          all.length === 0 ? (
            <p class="muted">{t.system.disksNone}</p>
          ) : (
            <ul class="rows">
              {all.map((disk) => (
                <Row key={disk.device} disk={disk} />
              ))}
            </ul>
          )
        }
      </Managed>
    </Section>
  )
}

function Row({ disk }: { disk: DiskHealth }) {
  const { t, format } = useTranslation()
  const { device, model, sizeBytes, health, reason, temperatureC, wearPercent } = disk
  const facts = [
    ...(sizeBytes === null ? [] : [format.file(sizeBytes)]),
    device,
    ...(temperatureC === null ? [] : [t.system.temperature(format.number(temperatureC))]),
  ]
  return (
    <li class="row disk">
      <Icon name={health === 'failing' ? 'alert' : 'disk'} size={24} />
      <div class="row-text">
        <p class="row-title">{model ?? device}</p>
        <p class={health === 'failing' ? 'bad' : health === 'ok' ? 'good' : 'muted'}>
          {t.system.diskHealth[health]}
        </p>
        {reason !== null && <p class="muted small">{t.system.diskReasons[reason]}</p>}
        {wearPercent !== null && (
          <div class="wear">
            <progress
              class="ink-progress"
              max={100}
              value={Math.min(100, wearPercent)}
              aria-label={t.system.spare}
            />
            <p class="muted small">{t.system.wear(format.percent(wearPercent / 100))}</p>
          </div>
        )}
        <p class="muted small">{facts.join(' · ')}</p>
      </div>
    </li>
  )
}
