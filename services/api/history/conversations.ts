// Conversations in history.db: the list, names, removal. Owns the table `conversations`; every statement begins with
// the person. Part of the store; its turns are turns.ts's.
import { randomUUID } from 'node:crypto'
import type { Conversation } from '#appliance/contracts/box.ts'
import { HobError } from '#appliance/errors.ts'
import type { Store } from '#appliance/store/open.ts'
import { type ConversationRow, toConversation } from './rows.ts'
import type { Turns } from './turns.ts'
import type { Words } from './words.ts'

export interface Conversations {
  create(user: string, title: string): Conversation
  /** Newest first; `before` is the updatedAt of the last one seen. */
  list(user: string, limit: number, before?: Date): Conversation[]
  /** Throws conversation_not_found, as do all that name one. */
  get(user: string, id: string): Conversation
  rename(user: string, id: string, title: string): Conversation
  /** Marks a change, and gives a title where there is none. */
  touch(user: string, id: string, title: string): void
  /** With its turns and their index entries; the caller makes sure that nobody is answering in it. */
  remove(user: string, id: string): void
  olderThan(user: string, date: Date, limit: number): string[]
}

interface Uses {
  store: Store
  words: Words
  turns: Turns
  now: () => Date
}

const columns = `user_id, id, title, created_ms, updated_ms, (SELECT count(*) FROM turns
  WHERE turns.user_id = conversations.user_id AND turns.conversation_id = conversations.id) AS turns`

export function createConversations({ store, words, turns, now }: Uses): Conversations {
  const insert = store.prepare<[string, string, string, number, number]>(
    'INSERT INTO conversations (user_id, id, title, created_ms, updated_ms) VALUES (?, ?, ?, ?, ?)',
  )
  const newest = store.prepare<[string], { at: number | null }>(
    'SELECT max(updated_ms) AS at FROM conversations WHERE user_id = ?',
  )
  const page = store.prepare<[string, number, number], ConversationRow>(
    `SELECT ${columns} FROM conversations WHERE user_id = ? AND updated_ms < ? ORDER BY updated_ms DESC LIMIT ?`,
  )
  const one = store.prepare<[string, string], ConversationRow>(
    `SELECT ${columns} FROM conversations WHERE user_id = ? AND id = ?`,
  )
  const setTitle = store.prepare<[string, string, string]>(
    'UPDATE conversations SET title = ? WHERE user_id = ? AND id = ?',
  )
  const setUpdated = store.prepare<[number, string, string, string]>(
    `UPDATE conversations SET updated_ms = ?, title = iif(title = '', ?, title) WHERE user_id = ? AND id = ?`,
  )
  const erase = store.prepare<[string, string]>('DELETE FROM conversations WHERE user_id = ? AND id = ?')
  const old = store.prepare<[string, number, number], { id: string }>(
    'SELECT id FROM conversations WHERE user_id = ? AND updated_ms < ? ORDER BY updated_ms LIMIT ?',
  )

  /** Different for each of a person's conversations, so that a page of the list can begin after any of them. */
  const nextMs = (user: string): number => Math.max(now().getTime(), (newest.get(user)?.at ?? 0) + 1)

  const get = (user: string, id: string): Conversation => {
    const row = one.get(user, id)
    if (row === undefined) throw new HobError('conversation_not_found')
    return toConversation(row)
  }

  return {
    get,
    create: (user, title) => {
      words.welcome(user)
      const id = randomUUID()
      const atMs = nextMs(user)
      insert.run(user, id, title, atMs, atMs)
      return get(user, id)
    },
    list: (user, limit, before) =>
      page.all(user, before?.getTime() ?? Number.MAX_SAFE_INTEGER, limit).map(toConversation),
    rename: (user, id, title) => {
      setTitle.run(title, user, id)
      return get(user, id)
    },
    touch: (user, id, title) => void setUpdated.run(nextMs(user), title, user, id),
    remove: (user, id) =>
      store.transaction(() => {
        if (one.get(user, id) === undefined) throw new HobError('conversation_not_found')
        turns.cut(user, id, 0)
        erase.run(user, id)
      })(),
    olderThan: (user, date, limit) => old.all(user, date.getTime(), limit).map((row) => row.id),
  }
}
