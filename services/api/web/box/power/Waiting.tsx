// Lies over everything while the box is away: how long it has been, when it is back, when the plug may be pulled.
import { useEffect, useRef, useState } from 'preact/hooks'
import { useApp, useTranslation } from '../../app/context.ts'
import { useNow } from '../../app/useNow.ts'
import { Modal } from '../../ui/Dialog.tsx'
import { type Fire, Hearth } from '../../ui/Hearth.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { followLeaving, type Leaving, type Phase, restMs } from './leaving.ts'

interface Props {
  leaving: Leaving
  bootedAt: string
  version: string
  close: () => void
}

const usualSeconds = 60
const longSeconds = 180
const fires: Readonly<Record<Phase, Fire>> = {
  asked: 'loading',
  gone: 'away',
  back: 'ready',
  resting: 'loading',
  safe: 'away',
  refused: 'failed',
}

export function Waiting({ leaving, bootedAt, version, close }: Props) {
  const { api, box, live } = useApp()
  const { t, format } = useTranslation()
  const [phase, setPhase] = useState<Phase>('asked')
  const [began] = useState(() => Date.now())
  const [since, setSince] = useState(began)
  const action = useRef<HTMLButtonElement>(null)
  const done = phase === 'back' || phase === 'safe' || phase === 'refused'
  const now = useNow(!done)

  useEffect(() => {
    const controller = new AbortController()
    let last: Phase = 'asked'
    void followLeaving({
      system: api.system,
      leaving,
      bootedAt,
      signal: controller.signal,
      onPhase: (next) => {
        if (next !== last) setSince(Date.now())
        last = next
        setPhase(next)
      },
    })
    return () => controller.abort()
  }, [api, leaving, bootedAt])
  useEffect(() => {
    if (done) action.current?.focus()
  }, [done])

  const seconds = Math.max(0, Math.round(((done ? since : now) - began) / 1000))
  const restSeconds = Math.max(1, Math.ceil((restMs - (now - since)) / 1000))
  const [title, text] = words()
  function words(): [string, string] {
    switch (phase) {
      case 'asked':
        return leaving === 'reboot'
          ? [t.power.restarting, t.power.restartAsked]
          : [t.power.stopping, t.power.stoppingText]
      case 'gone':
        return [t.power.restarting, seconds > longSeconds ? t.power.restartLong : t.power.restartGone]
      case 'back':
        return [t.power.back(format.span(seconds)), t.power.backText]
      case 'resting':
        return [t.power.stopped, t.power.stoppedText(format.span(restSeconds))]
      case 'safe':
        return [t.power.safe, t.power.safeText]
      case 'refused':
        return [t.power.refused, t.power.refusedText]
    }
  }
  const goOn = async (): Promise<void> => {
    live.wake()
    box.refreshAll()
    // one that does not answer now says so on the page that comes back
    const there = await api.system().catch(() => null)
    // an updated box has another page
    if (there !== null && there.version !== version) window.location.reload()
    close()
  }
  return (
    <Modal label={title} class="wait-screen" onClose={done ? close : () => undefined}>
      <div class="wait-screen-body">
        {phase === 'safe' ? <Icon name="power" size={72} /> : <Hearth fire={fires[phase]} size={96} />}
        <div role="status">
          <h2>{title}</h2>
          <p class="muted">{text}</p>
        </div>
        {!done && leaving === 'reboot' && (
          <div class="wait-screen-time">
            <progress
              max={usualSeconds}
              value={Math.min(seconds, usualSeconds - 3)}
              aria-label={t.power.elapsed}
            />
            <p class="muted small" role="timer">
              {`${t.power.elapsed}: ${format.span(seconds)} · ${t.power.usual}`}
            </p>
          </div>
        )}
        {phase === 'back' ? (
          <button ref={action} type="button" class="button primary" onClick={() => void goOn()}>
            {t.power.go}
          </button>
        ) : (
          <button ref={action} type="button" class="button" onClick={close}>
            {t.power.leave}
          </button>
        )}
      </div>
    </Modal>
  )
}
