// What the person asked; can be written anew, which replaces what came after it and says so.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Turn } from '#appliance/contracts/box.ts'
import { useTranslation } from '../app/context.ts'
import { CopyButton } from '../ui/Copy.tsx'
import { Icon } from '../ui/Icon.tsx'
import { isLocal } from './asking.ts'
import type { AskFunction } from './useAsk.ts'

interface Props {
  turn: Turn
  /** How many turns would go with it. */
  after: number
  busy: boolean
  ask: AskFunction
}

export function QuestionTurn({ turn, after, busy, ask }: Props) {
  const { t } = useTranslation()
  const [editing, setEditing] = useState(false)
  if (editing) return <Edit turn={turn} after={after} ask={ask} close={() => setEditing(false)} />
  return (
    <>
      <h2 class="offscreen">{t.chat.you}</h2>
      <div class="bubble">{turn.content}</div>
      <div class="turn-actions">
        <CopyButton text={turn.content} label={t.common.copy} />
        {!busy && !isLocal(turn) && (
          <button
            type="button"
            class="icon-button"
            aria-label={t.chat.edit}
            title={t.chat.edit}
            onClick={() => setEditing(true)}
          >
            <Icon name="edit" size={18} />
          </button>
        )}
      </div>
    </>
  )
}

function Edit({ turn, after, ask, close }: Omit<Props, 'busy'> & { close: () => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState(turn.content)
  const area = useRef<HTMLTextAreaElement>(null)
  useEffect(() => area.current?.focus(), [])
  const send = (): void => {
    if (text.trim() === '') return
    close()
    void ask(text.trim(), turn.id)
  }
  return (
    <form
      class="card edit"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <label class="field">
        <span>{t.chat.editTitle}</span>
        <textarea
          ref={area}
          rows={3}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') close()
            if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) send()
          }}
        />
      </label>
      {after > 0 && <p class="muted small">{t.chat.editLoses(after)}</p>}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={close}>
          {t.common.cancel}
        </button>
        <button type="submit" class="button primary" disabled={text.trim() === ''}>
          {t.chat.send}
        </button>
      </div>
    </form>
  )
}
