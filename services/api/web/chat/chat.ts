// The conversations of this page: the list, each opened thread, and the answers that stream into them. It outlives the
// components, so an answer goes on while the person looks at another place. `asking.ts` runs one question.
import type { Conversation, LiveEvent, Turn } from '#appliance/contracts/box.ts'
import type { Api } from '../app/api.ts'
import { type Problem, toProblem } from '../app/problem.ts'
import { createStore, type Readable } from '../app/store.ts'
import { createAsking } from './asking.ts'

export interface Thread {
  readonly conversation: Conversation | null
  readonly turns: readonly Turn[]
  readonly problem: Problem | null
  /** This page is receiving an answer in it. */
  readonly busy: boolean
}

export interface ListState {
  /** Null until the first reading. */
  readonly conversations: readonly Conversation[] | null
  readonly problem: Problem | null
  readonly more: boolean
}

export interface Chat {
  readonly list: Readable<ListState>
  readonly threads: Readable<Readonly<Record<string, Thread>>>
  /** The last finished answer, for the screen reader. */
  readonly finished: Readable<string>
  readonly wantList: () => void
  readonly older: () => Promise<void>
  readonly open: (id: string) => void
  /** Asks in a conversation, in a new one when `id` is null; `opened` hears its id before the answer begins. */
  readonly ask: (question: Question) => Promise<void>
  readonly stop: (id: string) => void
  readonly rename: (id: string, title: string) => Promise<void>
  readonly remove: (id: string) => Promise<void>
  readonly take: (event: LiveEvent) => boolean
  readonly refreshAll: () => void
}

export interface Question {
  readonly id: string | null
  readonly content: string
  readonly model?: string | undefined
  /** The person's turn that this one replaces, with everything after it. */
  readonly replaces?: string | undefined
  readonly opened?: (id: string) => void
}

const pageSize = 50
export const emptyThread: Thread = { conversation: null, turns: [], problem: null, busy: false }

export function createChat(api: Api, onFrame: (run: () => void) => void): Chat {
  const list = createStore<ListState>({ conversations: null, problem: null, more: false })
  const threads = createStore<Readonly<Record<string, Thread>>>({})
  const finished = createStore('')
  let listWanted = false

  const patch = (id: string, change: (thread: Thread) => Thread): void =>
    threads.update((all) => ({ ...all, [id]: change(all[id] ?? emptyThread) }))

  const readList = async (): Promise<void> => {
    try {
      const conversations = await api.conversations()
      list.update((now) => {
        const known = new Set(conversations.map(({ id }) => id))
        const last = conversations.at(-1)?.updatedAt ?? ''
        const older = (now.conversations ?? []).filter(
          ({ id, updatedAt }) => !known.has(id) && updatedAt < last,
        )
        const full = conversations.length === pageSize
        return {
          conversations: full ? [...conversations, ...older] : conversations,
          problem: null,
          more: older.length > 0 ? now.more : full,
        }
      })
    } catch (error) {
      const problem = toProblem(error)
      list.update((now) => ({ ...now, problem }))
    }
  }

  const readThread = async (id: string): Promise<void> => {
    try {
      const { messages, ...conversation } = await api.conversation(id)
      // While an answer streams in here, this page knows more than what was just read.
      patch(id, (now) =>
        now.busy ? { ...now, conversation } : { ...now, conversation, turns: messages, problem: null },
      )
    } catch (error) {
      const problem = toProblem(error)
      patch(id, (now) => ({ ...now, problem }))
    }
  }

  const forget = (id: string): void => {
    threads.update((all) => Object.fromEntries(Object.entries(all).filter(([key]) => key !== id)))
    list.update((now) => ({
      ...now,
      conversations: now.conversations?.filter((one) => one.id !== id) ?? null,
    }))
  }

  const asking = createAsking({
    api,
    onFrame,
    patch,
    turns: (id) => threads.get()[id]?.turns ?? [],
    finished: (text) => finished.set(text),
    settled: (id) => {
      void readList()
      void readThread(id)
    },
  })

  return {
    list,
    threads,
    finished,
    wantList: () => {
      if (listWanted && list.get().problem === null) return
      listWanted = true
      void readList()
    },
    older: async () => {
      const last = list.get().conversations?.at(-1)
      if (last === undefined) return
      const conversations = await api.conversations(last.updatedAt)
      list.update((now) => ({
        ...now,
        conversations: [...(now.conversations ?? []), ...conversations],
        more: conversations.length === pageSize,
      }))
    },
    open: (id) => {
      if (threads.get()[id]?.busy !== true) void readThread(id)
    },
    ask: async ({ id, content, model, replaces, opened }) => {
      let conversation = id
      if (conversation === null) {
        const created = await api.createConversation()
        conversation = created.id
        patch(created.id, (now) => ({ ...now, conversation: created }))
      }
      if (threads.get()[conversation]?.busy === true) return
      const answer = asking.ask(conversation, {
        content,
        ...(model === undefined ? {} : { model }),
        ...(replaces === undefined ? {} : { replaces }),
      })
      opened?.(conversation)
      await answer
    },
    stop: asking.stop,
    rename: async (id, title) => {
      const conversation = await api.renameConversation(id, title)
      patch(id, (now) => ({ ...now, conversation }))
      await readList()
    },
    remove: async (id) => {
      asking.stop(id)
      await api.deleteConversation(id)
      forget(id)
    },
    take: ({ type, data }) => {
      if (type !== 'conversation' || typeof data !== 'object' || data === null) return false
      const { id, change }: { id?: string; change?: string } = data
      if (id === undefined) return false
      if (change === 'deleted') forget(id)
      else if (threads.get()[id] !== undefined) void readThread(id)
      if (listWanted && change !== 'deleted') void readList()
      return true
    },
    refreshAll: () => {
      if (listWanted) void readList()
      for (const id of Object.keys(threads.get())) void readThread(id)
    },
  }
}
