// A change on trial: how long still, whether the box is found, keeping it or undoing it, and how it ended. Who came by the
// address that goes is led to the new one, where keeping it is part of opening it.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { HostNetwork } from '#appliance/contracts/host-network.ts'
import { addressAt } from '../../app/box.ts'
import { useApp, useTranslation } from '../../app/context.ts'
import { useStore } from '../../app/store.ts'
import { useNow } from '../../app/useNow.ts'
import { ProblemCard } from '../../ui/ProblemCard.tsx'
import { useSending } from '../../ui/sending.tsx'
import { bareAddress } from './ipv4.ts'
import { certifiedWithinMs, confirmWithinMs } from './timing.ts'
import { followTrial, keepLink, ownFirst, type Trial, type TrialPhase } from './trial.ts'

interface Props {
  trial: Trial
  /** The address that the connection had; empty when this page did not make the change. */
  was: string
  /** How the box is connected meanwhile; null: it does not answer. */
  heard: (network: HostNetwork | null) => void
  close: () => void
}

export function TrialCard({ trial, was, heard, close }: Props) {
  const { api } = useApp()
  const { t, format } = useTranslation()
  const [phase, setPhase] = useState<TrialPhase>('trying')
  const [address, setAddress] = useState('')
  const [undoing, setUndoing] = useState(false)
  const { busy, problem, send } = useSending()
  const keep = useRef<HTMLButtonElement>(null)
  const title = useRef<HTMLHeadingElement>(null)
  const { id, device } = trial.change
  const ended = phase === 'kept' || phase === 'undone'
  const now = useNow(!ended)
  const leftSeconds = Math.max(0, Math.ceil((trial.endsAt - now) / 1000))

  useEffect(() => {
    const controller = new AbortController()
    void followTrial({
      network: api.network,
      trial,
      signal: controller.signal,
      onPhase: (next, network) => {
        setPhase(next)
        heard(network)
        const changed = network?.interfaces.find((one) => one.device === device)
        if (changed !== undefined) setAddress(ownFirst(changed.addresses).map(bareAddress)[0] ?? '')
      },
    })
    return () => controller.abort()
  }, [api, trial])
  useEffect(() => {
    if (phase === 'reached') keep.current?.focus()
  }, [phase])
  // The form that it came from is further down: what counts now must not be out of sight.
  useEffect(() => {
    title.current?.focus()
    title.current?.closest('section')?.scrollIntoView({ block: 'start' })
  }, [ended])

  const undo = async (): Promise<void> => {
    setUndoing(true)
    // The answer may be lost with the address that it was sent from: the following tells how it ended.
    await api.undoNetwork(id).catch(() => undefined)
  }
  if (ended)
    return (
      <section class="card section trial" aria-labelledby="trial">
        <div role="status" class="trial-words">
          <h2 id="trial" tabIndex={-1} ref={title}>
            {phase === 'kept' ? t.lan.kept : t.lan.undone}
          </h2>
          <p class="muted">
            {phase === 'kept'
              ? t.lan.keptText(address)
              : undoing
                ? t.lan.undoneByYou(address)
                : t.lan.undoneText(address)}
          </p>
        </div>
        <div class="actions">
          <button type="button" class="button" onClick={close}>
            {t.lan.dismiss}
          </button>
        </div>
      </section>
    )
  return (
    <section class="card section trial trial-on" aria-labelledby="trial">
      <header class="trial-words">
        <h2 id="trial" tabIndex={-1} ref={title}>
          {t.lan.pending}
        </h2>
        <p class="muted">{t.lan.pendingFor(device)}</p>
      </header>
      <div>
        <progress max={confirmWithinMs / 1000} value={leftSeconds} aria-label={t.lan.pending} />
        <p class="trial-left" role="timer">
          {t.lan.undoneIn(format.span(leftSeconds))}
        </p>
      </div>
      <p role="status">
        {phase === 'reached' ? t.lan.reached : phase === 'late' ? t.lan.goingBack : t.lan.trying}
      </p>
      {phase === 'trying' && <There trial={trial} was={was} now={now} />}
      {problem !== null && <ProblemCard problem={problem} />}
      <div class="actions">
        <button
          ref={keep}
          type="button"
          class="button primary"
          disabled={phase !== 'reached' || busy || undoing}
          onClick={() => void send(() => api.keepNetwork(id))}
        >
          {t.lan.keep}
        </button>
        <button
          type="button"
          class="button"
          disabled={undoing || phase === 'late'}
          onClick={() => void undo()}
        >
          {t.lan.undo}
        </button>
      </div>
    </section>
  )
}

/** The way to the new address, once the box has had the time to be certified for it. */
function There({ trial, was, now }: { trial: Trial; was: string; now: number }) {
  const { box } = useApp()
  const { t, format } = useTranslation()
  const name = useStore(box.names, ({ value }) => value?.host ?? null)
  useEffect(() => box.names.want(), [box])
  const { wanted, change, endsAt } = trial
  const host = wanted.method === 'static' ? bareAddress(wanted.address) : name
  if (host === null || host === window.location.hostname) return null
  const readyInMs = endsAt - confirmWithinMs + certifiedWithinMs - now
  const origin = addressAt(host)
  const mustMove = was === window.location.hostname
  return (
    <div class="trial-there">
      <p class="muted">{mustMove ? t.lan.openText : t.lan.openAlso}</p>
      {readyInMs > 0 ? (
        <p class="muted small">{t.lan.openWait(format.span(Math.ceil(readyInMs / 1000)))}</p>
      ) : (
        <a
          class={mustMove ? 'button primary wide' : 'button wide'}
          href={keepLink(origin, change.id)}
          target="_blank"
          rel="noreferrer"
        >
          {t.lan.openThere(origin)}
        </a>
      )}
    </div>
  )
}
