// The chat: the list of conversations beside (or, on a phone, before) the one that is open.
import { useEffect } from 'preact/hooks'
import { useApp, useTranslation } from '../app/context.ts'
import { chatPath } from '../app/router.ts'
import { useStore, useValue } from '../app/store.ts'
import { Hearth, useFire } from '../ui/Hearth.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Menu } from '../ui/Menu.tsx'
import { useConversationActions } from './actions.ts'
import { Composer } from './Composer.tsx'
import { ConversationList } from './ConversationList.tsx'
import { emptyThread } from './chat.ts'
import { ModelPicker } from './ModelPicker.tsx'
import { ThreadView } from './ThreadView.tsx'
import { useAsk } from './useAsk.ts'
import { Welcome } from './Welcome.tsx'

export function ChatPlace({ id, listOnly }: { id: string | null; listOnly: boolean }) {
  return (
    <div class={listOnly ? 'chat chat-list-only' : 'chat'}>
      <aside class="chat-side">
        <ConversationList current={id} alone={listOnly} />
      </aside>
      {listOnly ? <Nothing /> : <OpenChat id={id} />}
    </div>
  )
}

/** Beside the list, where there is room: what to do next. */
function Nothing() {
  const { t } = useTranslation()
  const { fire } = useFire()
  return (
    <div class="chat-nothing">
      <Hearth fire={fire} size={72} />
      <p class="muted">{t.chat.pick}</p>
    </div>
  )
}

function OpenChat({ id }: { id: string | null }) {
  const { chat } = useApp()
  const { t } = useTranslation()
  const thread = useStore(chat.threads, (threads) =>
    id === null ? emptyThread : (threads[id] ?? emptyThread),
  )
  const finished = useValue(chat.finished)
  const ask = useAsk(id)
  // The box names a conversation by its first question; until it has, so does the page.
  const title = thread.conversation?.title || (thread.turns[0]?.content.slice(0, 60) ?? '')
  const shown = title === '' ? (id === null ? t.chat.new : t.chat.untitled) : title

  useEffect(() => {
    if (id !== null) chat.open(id)
  }, [chat, id])
  useEffect(() => {
    document.title = `${shown} · Hob`
  }, [shown])

  return (
    <section class="chat-main" aria-label={shown}>
      <ChatHeader id={id} title={shown} messages={thread.turns.length} />
      {id === null ? <Welcome ask={ask} /> : <ThreadView key={id} id={id} thread={thread} ask={ask} />}
      <Composer key={id ?? 'new'} id={id} busy={thread.busy} ask={ask} />
      <p class="offscreen" role="status" aria-live="polite">
        {finished === '' ? '' : t.chat.finished(finished)}
      </p>
    </section>
  )
}

function ChatHeader({ id, title, messages }: { id: string | null; title: string; messages: number }) {
  const { t } = useTranslation()
  const actions = useConversationActions()
  return (
    <header class="chat-head">
      <a class="icon-button only-narrow" href="/chats" aria-label={t.chat.list} title={t.chat.list}>
        <Icon name="list" />
      </a>
      <div class="chat-title">
        <h1>{title}</h1>
        <ModelPicker />
      </div>
      {id !== null && (
        <Menu
          label={t.chat.actions}
          items={[
            { label: t.chat.rename, icon: 'edit', run: () => void actions.rename(id, title) },
            {
              label: t.chat.delete,
              icon: 'trash',
              destroys: true,
              run: () => void actions.remove(id, title, messages),
            },
          ]}
        />
      )}
      {id !== null && (
        <a class="icon-button only-narrow" href={chatPath(null)} aria-label={t.chat.new} title={t.chat.new}>
          <Icon name="plus" />
        </a>
      )}
    </header>
  )
}
