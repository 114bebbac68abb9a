// Where one writes: grows with the text, keeps a draft per conversation, sends, and stops an answer at the thumb.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useApp, useTranslation } from '../app/context.ts'
import { Icon } from '../ui/Icon.tsx'
import type { AskFunction } from './useAsk.ts'

interface Props {
  id: string | null
  busy: boolean
  ask: AskFunction
}

const draftKey = (id: string | null): string => `hob.draft.${id ?? 'new'}`
/** A finger has no Shift key: Enter makes a new line there. */
const hasTouch = (): boolean => window.matchMedia('(pointer: coarse)').matches

export function Composer({ id, busy, ask }: Props) {
  const { chat } = useApp()
  const { t } = useTranslation()
  const [text, setText] = useState(() => sessionStorage.getItem(draftKey(id)) ?? '')
  const area = useRef<HTMLTextAreaElement>(null)
  const ready = text.trim() !== ''

  useLayoutEffect(() => {
    const element = area.current
    if (element === null) return
    element.style.height = 'auto'
    element.style.height = `${Math.min(element.scrollHeight, window.innerHeight * 0.4)}px`
  }, [text])
  // A keyboard that jumps up unasked covers half a phone; a laptop is ready to type.
  useEffect(() => {
    if (!hasTouch()) area.current?.focus()
  }, [])

  const write = (value: string): void => {
    setText(value)
    if (value === '') sessionStorage.removeItem(draftKey(id))
    else sessionStorage.setItem(draftKey(id), value)
  }
  const send = async (): Promise<void> => {
    if (!ready || busy) return
    const content = text.trim()
    write('')
    if (!(await ask(content))) write(content)
  }
  const stop = (): void => {
    if (id !== null) chat.stop(id)
    area.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    // While an input method composes Chinese, Enter takes its proposal.
    if (event.isComposing) return
    if (event.key === 'Escape' && busy) stop()
    if (event.key !== 'Enter' || event.shiftKey || (hasTouch() && !event.ctrlKey && !event.metaKey)) return
    event.preventDefault()
    void send()
  }

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <div class="composer-box">
        <label class="offscreen" for="composer">
          {t.chat.ask}
        </label>
        <textarea
          id="composer"
          ref={area}
          rows={1}
          maxLength={200_000}
          placeholder={t.chat.placeholder}
          aria-describedby="composer-hint"
          value={text}
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {busy ? (
          <button
            type="button"
            class="round stop"
            aria-label={t.chat.stop}
            title={t.chat.stop}
            onClick={stop}
          >
            <span class="stop-mark" aria-hidden="true" />
          </button>
        ) : (
          <button type="submit" class="round" aria-label={t.chat.send} title={t.chat.send} disabled={!ready}>
            <Icon name="send" />
          </button>
        )}
      </div>
      <p class="muted small composer-hint" id="composer-hint">
        {t.chat.private} <span class="only-keyboard">{t.chat.hint}</span>
      </p>
    </form>
  )
}
