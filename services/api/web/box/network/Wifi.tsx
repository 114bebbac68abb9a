// The Wi-Fi networks that the box sees: how well, joining one, forgetting one.
import { useState } from 'preact/hooks'
import type { HostNetwork, WifiNetwork } from '#appliance/contracts/host-network.ts'
import { useApp, useTranslation } from '../../app/context.ts'
import { type Resource, useResource } from '../../app/resource.ts'
import { useAttempt } from '../../chat/actions.ts'
import { PasswordField } from '../../door/fields.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { ProblemCard } from '../../ui/ProblemCard.tsx'
import { Section, Shown } from '../../ui/Section.tsx'
import { useSending } from '../../ui/sending.tsx'
import { useWatched } from '../watch.ts'
import { lookAgainMs } from './timing.ts'

interface Props {
  network: HostNetwork
  changed: () => void
}

export function Wifi({ network, changed }: Props) {
  const { t } = useTranslation()
  const hasRadio = network.interfaces.some(({ kind }) => kind === 'wifi')
  return (
    <Section id="wifi" title={t.lan.wifi.title}>
      {hasRadio ? (
        <Networks network={network} changed={changed} />
      ) : (
        <div>
          <p>{t.lan.wifi.noHardware}</p>
          <p class="muted">{t.lan.wifi.noHardwareText}</p>
        </div>
      )}
    </Section>
  )
}

function Networks({ network: { interfaces }, changed }: Props) {
  const { api } = useApp()
  const { t } = useTranslation()
  const seen = useResource(api.wifi)
  const inUse = interfaces.find(({ wifi }) => wifi !== null)?.wifi?.ssid ?? null
  const isOnlyWay = interfaces.every(({ kind, state }) => kind === 'wifi' || state !== 'connected')
  const again = (): void => {
    seen.refresh()
    changed()
  }
  return (
    <>
      <Shown resource={seen} what={t.lan.wifi.loading}>
        {(networks) =>
          networks.length === 0 ? (
            <NoneYet seen={seen} />
          ) : (
            <ul class="rows">
              {networks.map((one) => (
                <Row
                  key={one.ssid}
                  one={one}
                  inUse={one.ssid === inUse}
                  cuts={one.ssid === inUse && isOnlyWay}
                  changed={again}
                />
              ))}
            </ul>
          )
        }
      </Shown>
      <div class="actions">
        <button type="button" class="button" onClick={seen.refresh}>
          {t.lan.wifi.look}
        </button>
      </div>
    </>
  )
}

/** A radio that was just switched on has heard nobody yet. */
function NoneYet({ seen }: { seen: Resource<WifiNetwork[]> }) {
  const { t } = useTranslation()
  useWatched(seen, lookAgainMs)
  return (
    <div role="status">
      <p>{t.lan.wifi.none}</p>
      <p class="muted">{t.lan.wifi.noneText}</p>
    </div>
  )
}

interface RowProps {
  one: WifiNetwork
  inUse: boolean
  /** Without it the box cannot be reached. */
  cuts: boolean
  changed: () => void
}

function Row({ one, inUse, cuts, changed }: RowProps) {
  const { api, overlays } = useApp()
  const { t, format } = useTranslation()
  const attempt = useAttempt()
  const [joining, setJoining] = useState(false)
  const { ssid, signalPercent, security, known } = one
  const facts = [
    t.lan.wifi.signal(format.percent(signalPercent / 100)),
    t.lan.wifi.securities[security],
    ...(known && !inUse ? [t.lan.wifi.known] : []),
  ]
  const forget = async (): Promise<void> => {
    const answer = await overlays.ask({
      title: t.lan.wifi.forgetTitle(ssid),
      text: cuts ? `${t.lan.wifi.forgetText} ${t.lan.wifi.forgetCuts}` : t.lan.wifi.forgetText,
      action: t.lan.wifi.forget,
      destroys: true,
    })
    if (answer === null || !(await attempt(() => api.forgetWifi(ssid)))) return
    overlays.tell(t.lan.wifi.forgotten(ssid))
    changed()
  }
  return (
    <li class="row row-tight">
      <Signal percent={signalPercent} lit={inUse} />
      <div class="row-text">
        <p class="row-title">
          {ssid}
          {security !== 'open' && <Icon name="lock" size={16} />}
          {inUse && <span class="tag tag-alive">{t.lan.wifi.inUse}</span>}
        </p>
        <p class="muted small">{facts.join(' · ')}</p>
      </div>
      {known ? (
        <button
          type="button"
          class="button"
          aria-label={t.lan.wifi.forgetLabel(ssid)}
          onClick={() => void forget()}
        >
          {t.lan.wifi.forget}
        </button>
      ) : (
        security !== 'enterprise' &&
        !joining && (
          <button
            type="button"
            class="button"
            aria-label={t.lan.wifi.joinLabel(ssid)}
            onClick={() => setJoining(true)}
          >
            {t.lan.wifi.join}
          </button>
        )
      )}
      {joining && (
        <div class="row-form">
          <JoinForm
            one={one}
            close={() => setJoining(false)}
            joined={() => {
              setJoining(false)
              changed()
            }}
          />
        </div>
      )}
    </li>
  )
}

/** What WPA wants at least; the box judges. */
const shortestPassword = 8

function JoinForm({ one, close, joined }: { one: WifiNetwork; close: () => void; joined: () => void }) {
  const { api, overlays } = useApp()
  const { t } = useTranslation()
  const [password, setPassword] = useState('')
  const { busy, problem, send } = useSending()
  const { ssid, security } = one
  const open = security === 'open'
  const ready = !busy && (open || password.length >= shortestPassword)
  const join = async (): Promise<void> => {
    if (!(await send(() => api.joinWifi({ ssid, password: open ? null : password })))) return
    overlays.tell(t.lan.wifi.joined(ssid))
    joined()
  }
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        if (ready) void join()
      }}
    >
      {!open && <PasswordField label={t.lan.wifi.password} value={password} change={setPassword} foreign />}
      {problem !== null && <ProblemCard problem={problem} />}
      {busy && (
        <p class="muted" role="status">
          {t.lan.wifi.joining(ssid)}
        </p>
      )}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={close}>
          {t.common.cancel}
        </button>
        <button type="submit" class="button primary" disabled={!ready}>
          {t.lan.wifi.join}
        </button>
      </div>
    </form>
  )
}

/** Four bars; the words beside it say the figure. */
function Signal({ percent, lit }: { percent: number; lit: boolean }) {
  const bars = Math.max(1, Math.min(4, Math.ceil(percent / 25)))
  return (
    <svg
      class={lit ? 'signal signal-lit' : 'signal'}
      width="28"
      height="24"
      viewBox="0 0 28 24"
      aria-hidden="true"
    >
      {[0, 1, 2, 3].map((bar) => (
        <rect
          key={bar}
          class={bar < bars ? 'signal-on' : 'signal-off'}
          x={bar * 7}
          y={18 - bar * 5}
          width="5"
          height={6 + bar * 5}
          rx="1.5"
        />
      ))}
    </svg>
  )
}
