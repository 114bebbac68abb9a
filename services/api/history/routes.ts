// The conversations' and the search's routes of contracts/box.ts. Puts the parts of this folder together; whoever
// serves the api gives it what is outside: the models service, the live channel, the clock.
import { boxRoutes } from '#appliance/contracts/box.ts'
import type { App } from '#appliance/ipc/app.ts'
import type { Log } from '#appliance/log.ts'
import type { Clock } from '#appliance/timers/timers.ts'
import { createAsker } from './ask.ts'
import { createEmbedder, type Embed } from './embedder.ts'
import type { Chat } from './models-chat.ts'
import { createSearch } from './search.ts'
import { openHistory } from './store.ts'

export type ConversationChange = 'created' | 'updated' | 'deleted'

export interface HistoryUses {
  file: string
  chat: Chat
  embed: Embed
  contextTokens: (model: string) => number | null
  publish: (user: string, id: string, change: ConversationChange) => void
  clock: Clock
  log: Log
}

export interface History {
  /** Deletes, for everybody, conversations without a change since then; tells how many. */
  deleteOlderThan(date: Date): Promise<number>
  /** Deletes everything of one person. */
  deletePerson(user: string): Promise<void>
  /** Interrupts the answers, keeps their parts, closes the file. */
  close(): Promise<void>
}

/** Throws what openStore throws. Every route takes the person from the principal and nowhere else. */
export function registerHistory(app: App, uses: HistoryUses): History {
  const { clock, log, publish } = uses
  const store = openHistory({ file: uses.file, now: () => clock.now() })
  const embedder = createEmbedder({ store, embed: uses.embed, log })
  const search = createSearch({ store, now: () => clock.now() })
  const asker = createAsker({
    ...uses,
    store,
    changed: (user, id) => publish(user, id, 'updated'),
    busy: (answering) => (answering ? embedder.pause() : embedder.resume()),
    finished: (principal) => embedder.wake(principal),
  })
  const { conversations, turns } = store

  app.openapi(boxRoutes.conversations, (c) => {
    const { limit, before } = c.req.valid('query')
    const since = before === undefined ? undefined : new Date(before)
    return c.json({ conversations: conversations.list(c.get('principal').user, limit, since) }, 200)
  })
  app.openapi(boxRoutes.createConversation, (c) => {
    const { user } = c.get('principal')
    const conversation = conversations.create(user, c.req.valid('json').title ?? '')
    publish(user, conversation.id, 'created')
    return c.json(conversation, 201)
  })
  app.openapi(boxRoutes.conversation, (c) => {
    const { user } = c.get('principal')
    const conversation = conversations.get(user, c.req.valid('param').id)
    return c.json({ ...conversation, messages: turns.all(user, conversation.id) }, 200)
  })
  app.openapi(boxRoutes.renameConversation, (c) => {
    const { user } = c.get('principal')
    const conversation = conversations.rename(user, c.req.valid('param').id, c.req.valid('json').title)
    publish(user, conversation.id, 'updated')
    return c.json(conversation, 200)
  })
  app.openapi(boxRoutes.deleteConversation, async (c) => {
    const { user } = c.get('principal')
    const { id } = c.req.valid('param')
    await asker.stop(user, id)
    store.deleteConversation(user, id)
    publish(user, id, 'deleted')
    return c.body(null, 204)
  })
  app.openapi(boxRoutes.ask, (c) => {
    const body = asker.ask({
      principal: c.get('principal'),
      conversation: c.req.valid('param').id,
      ask: c.req.valid('json'),
      requestId: c.get('requestId'),
    })
    return c.body(body, 200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    })
  })
  app.openapi(boxRoutes.search, async (c) => {
    const principal = c.get('principal')
    const { q, limit } = c.req.valid('query')
    const meaning = await embedder.query(q, { principal, requestId: c.get('requestId') })
    const hits = search({ user: principal.user, q, limit, meaning })
    // the model may have changed since the turns were embedded
    if (meaning !== null) embedder.wake(principal)
    return c.json({ hits }, 200)
  })

  return {
    deleteOlderThan: async (date) => {
      const deleted = await store.deleteOlderThan(date)
      for (const { user, id } of deleted) publish(user, id, 'deleted')
      return deleted.length
    },
    deletePerson: async (user) => {
      await store.deletePerson(user)
    },
    close: async () => {
      await asker.close()
      await embedder.close()
      store.close()
    },
  }
}
