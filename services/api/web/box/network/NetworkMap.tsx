// The small map: router and internet, the box, this device, and what lies between them.
import type { Interface } from '#appliance/contracts/host-network.ts'
import { useTranslation } from '../../app/context.ts'
import { Icon, type IconName } from '../../ui/Icon.tsx'
import { bareAddress } from './ipv4.ts'
import { ownFirst } from './trial.ts'

interface Props {
  interfaces: readonly Interface[]
  /** False: the box is being looked for. */
  reached: boolean
}

export function NetworkMap({ interfaces, reached }: Props) {
  const { t, format } = useTranslation()
  const up = interfaces.find(({ state, gateway }) => state === 'connected' && gateway !== null)
  const main = up ?? interfaces.find(({ state }) => state === 'connected')
  const router = up?.gateway ?? t.lan.noRouter
  const own = ownFirst(main?.addresses ?? []).map(bareAddress)[0] ?? t.lan.notConnected
  const here = window.location.hostname
  const way =
    main === undefined
      ? null
      : main.wifi === null
        ? t.lan.kinds[main.kind]
        : `${t.lan.kinds.wifi} ${format.percent(main.wifi.signalPercent / 100)}`
  return (
    <figure class="map" role="img" aria-label={`${t.lan.map}: ${t.lan.mapWords(router, own, here)}`}>
      <Place icon="language" name={t.lan.internet} facts={[router]} />
      <Place
        icon="box"
        name={t.lan.box}
        facts={way === null ? [own] : [own, way]}
        lit
        line={up === undefined ? 'off' : 'on'}
      />
      <Place
        icon={window.innerWidth < 720 ? 'phone' : 'screen'}
        name={t.lan.here}
        facts={[here]}
        line={reached ? 'on' : 'off'}
      />
    </figure>
  )
}

interface PlaceProps {
  icon: IconName
  name: string
  facts: readonly string[]
  lit?: boolean
  /** To the place before it. */
  line?: 'on' | 'off'
}

function Place({ icon, name, facts, lit = false, line }: PlaceProps) {
  return (
    <span class={`map-place${lit ? ' map-lit' : ''}${line === undefined ? '' : ` map-line-${line}`}`}>
      <Icon name={icon} size={28} />
      <span class="map-name small">{name}</span>
      {facts.map((fact) => (
        <span key={fact} class="muted small map-fact">
          {fact}
        </span>
      ))}
    </span>
  )
}
