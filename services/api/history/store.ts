// The conversations of all people, in history.db: opens it, marks what a crash cut off, and puts together its parts.
// The one owner of the file; every call names whose rows it means, and somebody else's are simply not found.
import { openStore } from '#appliance/store/open.ts'
import { type Conversations, createConversations } from './conversations.ts'
import { migrations } from './migrations.ts'
import { createTurns, type Turns } from './turns.ts'
import { createVectors, type Vectors } from './vectors.ts'
import { createWords, type Words } from './words.ts'

export interface HistoryStore {
  readonly conversations: Conversations
  readonly turns: Turns
  readonly words: Words
  readonly vectors: Vectors
  /** Throws conversation_not_found. */
  deleteConversation(user: string, id: string): void
  /** Overwrites what was deleted on the disk, too. */
  forget(): void
  /** Removes conversations without a change since then, a few at a time; tells whose. */
  deleteOlderThan(date: Date): Promise<{ user: string; id: string }[]>
  /** Removes all of one person's conversations, a few at a time. */
  deletePerson(user: string): Promise<void>
  close(): void
}

const deletedAtOnce = 50

/** Throws what openStore throws. `now` is injected for tests. */
export function openHistory({ file, now }: { file: string; now: () => Date }): HistoryStore {
  const store = openStore({ file, migrations, vectors: true })
  // what is deleted is overwritten, in the file and in FTS5's own segments (words.ts)
  store.pragma('secure_delete = ON')
  const words = createWords(store)
  const vectors = createVectors(store)
  const turns = createTurns({ store, words, vectors, now })
  const conversations = createConversations({ store, words, turns, now })
  store.transaction(() => {
    for (const user of words.people()) turns.interruptStreaming(user)
  })()

  /** Brings the overwritten pages into the file and empties the log that still holds the old ones. */
  const forget = (): void => void store.pragma('wal_checkpoint(TRUNCATE)')

  const removeOlder = async (user: string, date: Date): Promise<string[]> => {
    const removed: string[] = []
    for (;;) {
      const ids = conversations.olderThan(user, date, deletedAtOnce)
      store.transaction(() => {
        for (const id of ids) conversations.remove(user, id)
      })()
      removed.push(...ids)
      if (ids.length < deletedAtOnce) return removed
      // others are answered in between
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  return {
    conversations,
    turns,
    words,
    vectors,
    forget,
    deleteConversation: (user, id) => {
      conversations.remove(user, id)
      forget()
    },
    deleteOlderThan: async (date) => {
      const deleted: { user: string; id: string }[] = []
      for (const user of words.people())
        for (const id of await removeOlder(user, date)) deleted.push({ user, id })
      if (deleted.length > 0) forget()
      return deleted
    },
    deletePerson: async (user) => {
      await removeOlder(user, new Date(8.64e15))
      forget()
    },
    close: () => store.close(),
  }
}
