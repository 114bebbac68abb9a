// What the model answered: thoughts folded away, the text, how it ended, and the figures for who wants to know.
import { useState } from 'preact/hooks'
import type { Turn } from '#appliance/contracts/box.ts'
import { useTranslation } from '../app/context.ts'
import { useIsStarter } from '../models/starter.ts'
import { CopyButton } from '../ui/Copy.tsx'
import { useEngine } from '../ui/Hearth.tsx'
import { Icon } from '../ui/Icon.tsx'
import { ProblemCard } from '../ui/ProblemCard.tsx'
import { Markdown } from './Markdown.tsx'
import { speedInWords } from './speed.ts'

interface Props {
  turn: Turn
  /** This page is receiving it. */
  here: boolean
  onAgain?: () => void
}

export function Answer({ turn, here, onAgain }: Props) {
  const { t } = useTranslation()
  const [details, setDetails] = useState(false)
  const streaming = turn.state === 'streaming'
  return (
    <article class="answer" aria-busy={streaming}>
      <h2 class="offscreen">{t.chat.box}</h2>
      {turn.reasoning !== null && turn.reasoning !== '' && (
        <details class="thoughts">
          <summary>{streaming && turn.content === '' ? t.chat.thinking : t.chat.thought}</summary>
          <div class="thoughts-text">{turn.reasoning}</div>
        </details>
      )}
      {turn.content !== '' && <Markdown text={turn.content} growing={streaming} />}
      {streaming && turn.content === '' && <Waiting here={here} />}
      {turn.error !== null ? (
        <ProblemCard problem={turn.error} {...(onAgain === undefined ? {} : { onRetry: onAgain })} />
      ) : (
        !streaming && (
          <div class="turn-actions">
            {turn.state === 'stopped' && <span class="tag">{t.chat.stopped}</span>}
            {turn.state === 'interrupted' && <span class="tag">{t.chat.interrupted}</span>}
            {turn.content !== '' && <CopyButton text={turn.content} label={t.chat.copyAnswer} />}
            {onAgain !== undefined && (
              <button
                type="button"
                class="icon-button"
                aria-label={t.chat.again}
                title={t.chat.again}
                onClick={onAgain}
              >
                <Icon name="again" size={18} />
              </button>
            )}
            <button
              type="button"
              class="icon-button"
              aria-label={t.chat.details}
              title={t.chat.details}
              aria-expanded={details}
              onClick={() => setDetails(!details)}
            >
              <Icon name="info" size={18} />
            </button>
          </div>
        )
      )}
      {details && <Details turn={turn} />}
    </article>
  )
}

/** Never a bare spinner: what the answer waits for. */
function Waiting({ here }: { here: boolean }) {
  const { t, format } = useTranslation()
  const engine = useEngine()
  const words = !here
    ? t.chat.elsewhere
    : engine?.state === 'loading'
      ? t.chat.loadingModel(format.percent(engine.progress))
      : engine !== null && engine.waiting > 0 && engine.active === 0
        ? t.chat.queued(engine.waiting)
        : engine?.state === 'ready'
          ? t.chat.reading
          : t.chat.waiting
  return (
    <p class="waiting">
      <span class="ember" aria-hidden="true" />
      {words}
    </p>
  )
}

function Details({ turn }: { turn: Turn }) {
  const { t, format } = useTranslation()
  const starter = useIsStarter(turn.model)
  const { tokensPerSecond } = turn
  const speed = tokensPerSecond === null ? [] : [format.speed(tokensPerSecond)]
  if (tokensPerSecond !== null && !starter) speed.push(speedInWords(tokensPerSecond, t))
  const rows: [string, string | null][] = [
    [t.chat.detailModel, turn.model],
    [t.chat.detailTokens, turn.tokens === null ? null : t.chat.tokens(turn.tokens)],
    [t.chat.detailSpeed, speed.length === 0 ? null : speed.join(', ')],
    [t.chat.detailFirst, turn.firstTokenMs === null ? null : format.seconds(turn.firstTokenMs)],
    [t.chat.detailWhen, format.dateTime(turn.createdAt)],
  ]
  return (
    <dl class="facts small details-list">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value ?? t.common.notMeasured}</dd>
        </div>
      ))}
    </dl>
  )
}
