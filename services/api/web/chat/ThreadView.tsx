// The turns of one conversation. Follows a growing answer only while its reader is at the end; else offers a way down.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useApp, useTranslation } from '../app/context.ts'
import { Icon } from '../ui/Icon.tsx'
import { ProblemCard } from '../ui/ProblemCard.tsx'
import { Answer } from './Answer.tsx'
import { isLocal } from './asking.ts'
import type { Thread } from './chat.ts'
import { QuestionTurn } from './QuestionTurn.tsx'
import type { AskFunction } from './useAsk.ts'
import { Honesty } from './Welcome.tsx'

const nearPx = 48

export function ThreadView({ id, thread, ask }: { id: string; thread: Thread; ask: AskFunction }) {
  const { chat } = useApp()
  const { t } = useTranslation()
  const scroller = useRef<HTMLDivElement>(null)
  const following = useRef(true)
  const [away, setAway] = useState(false)
  const { turns, problem, busy } = thread

  const toEnd = (): void => {
    const box = scroller.current
    if (box !== null) box.scrollTop = box.scrollHeight
  }
  useLayoutEffect(() => {
    if (following.current) toEnd()
  })
  // Blocks grow after they are drawn too: fonts, opened details, the keyboard that comes up.
  useEffect(() => {
    const box = scroller.current
    const inner = box?.firstElementChild
    if (box === null || inner === null || inner === undefined) return undefined
    const observer = new ResizeObserver(() => {
      if (following.current) toEnd()
    })
    observer.observe(inner)
    observer.observe(box)
    return () => observer.disconnect()
  }, [])
  useEffect(() => {
    if (!busy) return
    following.current = true
    toEnd()
  }, [busy])

  const onScroll = (): void => {
    const box = scroller.current
    if (box === null) return
    following.current = box.scrollHeight - box.scrollTop - box.clientHeight < nearPx
    setAway(!following.current)
  }
  const again = (index: number): void => {
    const question = turns.slice(0, index).findLast(({ role }) => role === 'user')
    if (question !== undefined) void ask(question.content, isLocal(question) ? undefined : question.id)
  }

  return (
    <div class="thread-frame">
      <div class="thread" ref={scroller} onScroll={onScroll}>
        <ol class="turns" aria-label={t.chat.log}>
          {turns.map((turn, index) => (
            <li key={index} class={`turn turn-${turn.role}`}>
              {turn.role === 'user' ? (
                <QuestionTurn turn={turn} after={turns.length - index - 1} busy={busy} ask={ask} />
              ) : (
                <Answer
                  turn={turn}
                  here={busy}
                  {...(index === turns.length - 1 && !busy ? { onAgain: () => again(index) } : {})}
                />
              )}
            </li>
          ))}
          {problem !== null && (
            <li class="turn">
              <ProblemCard problem={problem} onRetry={() => chat.open(id)} />
            </li>
          )}
          {!busy && turns.length > 0 && (
            <li class="turn">
              <Honesty brief />
            </li>
          )}
        </ol>
        {turns.length === 0 && problem === null && thread.conversation === null && (
          <p class="muted thread-note">{t.common.loading(t.chat.log)}</p>
        )}
      </div>
      {away && (
        <button
          type="button"
          class="icon-button jump"
          aria-label={t.chat.down}
          title={t.chat.down}
          onClick={() => {
            following.current = true
            toEnd()
          }}
        >
          <Icon name="down" />
        </button>
      )}
    </div>
  )
}
