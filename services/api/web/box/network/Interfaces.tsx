// Each connection of the box, and the way to another address for it.
import { useState } from 'preact/hooks'
import type { Interface } from '#appliance/contracts/host-network.ts'
import { useTranslation } from '../../app/context.ts'
import { AddressForm } from './AddressForm.tsx'
import { bareAddress } from './ipv4.ts'
import { ownFirst, type Trial } from './trial.ts'

const dots = {
  connected: 'ready',
  connecting: 'starting',
  off: 'stopped',
  unplugged: 'stopped',
  failed: 'down',
} as const satisfies Record<Interface['state'], string>

/** Wi-Fi that is in no network has no address to change. */
const isIdleRadio = ({ kind, wifi }: Interface): boolean => kind === 'wifi' && wifi === null

interface Props {
  interfaces: readonly Interface[]
  /** No change is on trial. */
  free: boolean
  changed: (trial: Trial, was: string) => void
}

export function Interfaces({ interfaces, free, changed }: Props) {
  const { t } = useTranslation()
  const [changing, setChanging] = useState<string | null>(null)
  return (
    <ul class="rows">
      {interfaces.map((one) => {
        const { device, kind, state } = one
        const name = `${t.lan.kinds[kind]} ${device}`
        return (
          <li key={device} class="row interface">
            <div class="row-text">
              <p class="row-title">
                {t.lan.kinds[kind]}
                <span class="tag">{device}</span>
              </p>
              <p class="state">
                <span class={`dot dot-service-${dots[state]}`} aria-hidden="true" />
                <span class={state === 'failed' ? 'bad' : 'muted'}>
                  {one.wifi === null
                    ? t.lan.states[kind][state]
                    : `${t.lan.states[kind][state]} · ${one.wifi.ssid}`}
                </span>
              </p>
            </div>
            {changing !== device && !isIdleRadio(one) && (
              <button
                type="button"
                class="button"
                disabled={!free}
                aria-label={`${t.lan.change}: ${name}`}
                onClick={() => setChanging(device)}
              >
                {t.lan.change}
              </button>
            )}
            {changing === device ? (
              <div class="row-form">
                <AddressForm
                  one={one}
                  close={() => setChanging(null)}
                  begun={(trial) => {
                    setChanging(null)
                    changed(trial, ownFirst(one.addresses).map(bareAddress)[0] ?? '')
                  }}
                />
              </div>
            ) : (
              <Facts one={one} />
            )}
          </li>
        )
      })}
    </ul>
  )
}

function Facts({ one: { method, addresses, gateway, dns, mac } }: { one: Interface }) {
  const { t } = useTranslation()
  const lines: (readonly [string, string])[] = [
    [t.lan.addresses, ownFirst(addresses).join(', ')],
    [t.lan.method, method === 'off' ? '' : t.lan.methods[method]],
    [t.lan.gateway, gateway ?? ''],
    [t.lan.dns, dns.join(', ')],
    [t.lan.mac, mac ?? ''],
  ]
  return (
    <dl class="facts small row-form">
      {lines
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}
