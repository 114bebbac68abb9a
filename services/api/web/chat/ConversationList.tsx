// The conversations: newest first, searched by the box, renamed and deleted from a menu.
import { useEffect, useState } from 'preact/hooks'
import type { Conversation, SearchHit } from '#appliance/contracts/box.ts'
import { useApp, useTranslation } from '../app/context.ts'
import { chatPath } from '../app/router.ts'
import { useValue } from '../app/store.ts'
import { Icon } from '../ui/Icon.tsx'
import { Menu } from '../ui/Menu.tsx'
import { ProblemCard } from '../ui/ProblemCard.tsx'
import { useAttempt, useConversationActions } from './actions.ts'
import { Snippet } from './Snippet.tsx'
import { useSearch } from './search.ts'

/** `alone`: nothing stands beside it, so its heading is the page's. */
export function ConversationList({ current, alone }: { current: string | null; alone: boolean }) {
  const { t } = useTranslation()
  const [words, setWords] = useState('')
  const { hits, problem } = useSearch(words)
  return (
    <nav class="conversations" aria-label={t.chat.list}>
      <div class="conversations-head">
        {alone ? <h1>{t.chat.list}</h1> : <h2>{t.chat.list}</h2>}
        <a class="button" href={chatPath(null)}>
          <Icon name="plus" size={18} />
          {t.chat.new}
        </a>
      </div>
      <label class="search-field">
        <Icon name="search" size={18} />
        <span class="offscreen">{t.chat.find}</span>
        <input
          type="search"
          placeholder={t.chat.find}
          value={words}
          onInput={(event) => setWords(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setWords('')
          }}
        />
      </label>
      {problem !== null && <ProblemCard problem={problem} />}
      {hits === null ? <All current={current} /> : <Hits hits={hits} />}
    </nav>
  )
}

function Hits({ hits }: { hits: readonly SearchHit[] }) {
  const { t } = useTranslation()
  return (
    <>
      <p class="muted small conversations-note" role="status">
        {hits.length === 0 ? t.chat.foundNone : t.chat.found(hits.length)}
      </p>
      <ul>
        {hits.map((hit) => (
          <li key={hit.turnId} class="conversation">
            <a href={chatPath(hit.conversation.id)}>
              <span class="conversation-title">{hit.conversation.title || t.chat.untitled}</span>
              <Snippet text={hit.snippet} />
              {hit.by === 'meaning' && <span class="muted small">{t.chat.byMeaning}</span>}
            </a>
          </li>
        ))}
      </ul>
    </>
  )
}

function All({ current }: { current: string | null }) {
  const { chat } = useApp()
  const { t } = useTranslation()
  const attempt = useAttempt()
  const { conversations, problem, more } = useValue(chat.list)
  useEffect(() => chat.wantList(), [chat])
  if (conversations === null)
    return problem === null ? (
      <p class="muted conversations-note">{t.common.loading(t.chat.list)}</p>
    ) : (
      <ProblemCard problem={problem} onRetry={chat.wantList} />
    )
  if (conversations.length === 0) return <p class="muted conversations-note">{t.chat.empty}</p>
  return (
    <>
      <ul>
        {conversations.map((one) => (
          <Row key={one.id} conversation={one} current={one.id === current} />
        ))}
      </ul>
      {more && (
        <button type="button" class="button wide" onClick={() => void attempt(chat.older)}>
          {t.chat.older}
        </button>
      )}
    </>
  )
}

function Row({ conversation, current }: { conversation: Conversation; current: boolean }) {
  const { t, format } = useTranslation()
  const actions = useConversationActions()
  const { id, title, turns, updatedAt } = conversation
  const shown = title === '' ? t.chat.untitled : title
  return (
    <li class="conversation">
      <a href={chatPath(id)} aria-current={current ? 'page' : undefined}>
        <span class="conversation-title">{shown}</span>
        <span class="muted small">
          {format.when(updatedAt, Date.now())} · {t.chat.messages(turns)}
        </span>
      </a>
      <Menu
        label={`${t.chat.actions}: ${shown}`}
        items={[
          { label: t.chat.rename, icon: 'edit', run: () => void actions.rename(id, shown) },
          {
            label: t.chat.delete,
            icon: 'trash',
            destroys: true,
            run: () => void actions.remove(id, shown, turns),
          },
        ]}
      />
    </li>
  )
}
