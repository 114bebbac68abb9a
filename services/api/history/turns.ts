// The turns of conversations in history.db, kept in step with the two indexes: a turn is in the word index once its
// text is final, and leaves both indexes in the transaction in which it is deleted. Owns the table `turns`.
//
//   question: complete
//   answer:   streaming ──▶ complete | stopped | failed | interrupted      (interruptStreaming after a crash)
import { randomUUID } from 'node:crypto'
import type { Turn } from '#appliance/contracts/box.ts'
import { HobError } from '#appliance/errors.ts'
import type { Store } from '#appliance/store/open.ts'
import { type TurnRow, toTurn } from './rows.ts'
import type { Vectors } from './vectors.ts'
import type { Words } from './words.ts'

/** An answer as it grows. */
export interface Part {
  readonly user: string
  readonly id: string
  readonly content: string
  readonly reasoning: string | null
}

export interface Outcome extends Part {
  readonly state: Exclude<Turn['state'], 'streaming'>
  readonly model: string | null
  readonly tokens: number | null
  readonly tokensPerSecond: number | null
  readonly firstTokenMs: number | null
  readonly error: Turn['error']
}

export interface Turns {
  all(user: string, conversation: string): Turn[]
  /** Newest first, read as the caller asks for more; nothing else may be called while it is read. */
  newestFirst(user: string, conversation: string): Iterable<TurnRow>
  /** Stores a question and the answer that begins, in one transaction with what `replaces` cuts off. */
  begin(
    user: string,
    conversation: string,
    content: string,
    replaces?: string,
  ): { question: Turn; answer: Turn }
  /** Saves several growing answers at once. */
  saveParts(parts: readonly Part[]): void
  /** Undefined when the turn was deleted meanwhile. */
  finish(outcome: Outcome): Turn | undefined
  /** Deletes from that position on. */
  cut(user: string, conversation: string, fromPosition: number): void
  interruptStreaming(user: string): void
  byRows(user: string, rows: readonly number[]): TurnRow[]
  /** Final turns that the embedder has not seen. */
  unembedded(user: string, embedder: number, limit: number): TurnRow[]
  /** No vector: the text cannot be embedded, and is not tried again. */
  setVector(user: string, row: number, embedder: number, vector: Float32Array | null): void
  hasEmbedder(user: string, embedder: number): boolean
}

const limits = { turns: 2_000, bytes: 16 * 1024 * 1024 } as const

interface Uses {
  store: Store
  words: Words
  vectors: Vectors
  now: () => Date
}

export function createTurns({ store, words, vectors, now }: Uses): Turns {
  const sql = prepare(store)

  const index = (turn: TurnRow | undefined): void => {
    if (turn === undefined || turn.indexed === 1) return
    words.add(turn.user_id, turn.row, turn.content)
    sql.setIndexed.run(turn.user_id, turn.id)
  }

  const remove = (turn: TurnRow): void => {
    if (turn.indexed === 1) words.remove(turn.user_id, turn.row, turn.content)
    if (turn.embedder > 0) vectors.remove(turn.embedder, turn.row)
    sql.erase.run(turn.user_id, turn.id)
  }

  const cut: Turns['cut'] = (user, conversation, fromPosition) => {
    for (const turn of sql.from.all(user, conversation, fromPosition)) remove(turn)
  }

  const insert = (user: string, conversation: string, position: number, content: string | null): Turn => {
    const id = randomUUID()
    const role = content === null ? 'assistant' : 'user'
    const state = content === null ? 'streaming' : 'complete'
    sql.insert.run(user, conversation, position, id, role, content ?? '', state, now().getTime())
    const turn = sql.one.get(user, id)
    if (turn === undefined) throw new HobError('message_not_found')
    if (content !== null) index(turn)
    return toTurn(turn)
  }

  return {
    cut,
    all: (user, conversation) => sql.from.all(user, conversation, 0).map(toTurn),
    newestFirst: (user, conversation) => sql.newest.iterate(user, conversation),
    begin: (user, conversation, content, replaces) =>
      store.transaction(() => {
        if (replaces !== undefined) {
          const old = sql.one.get(user, replaces)
          if (old?.conversation_id !== conversation || old.role !== 'user')
            throw new HobError('message_not_found', {}, { param: 'replaces' })
          cut(user, conversation, old.position)
        }
        const size = sql.size.get(user, conversation) ?? { turns: 0, bytes: 0, next: 0 }
        if (size.turns >= limits.turns || size.bytes >= limits.bytes) throw new HobError('conversation_full')
        const question = insert(user, conversation, size.next, content)
        return { question, answer: insert(user, conversation, size.next + 1, null) }
      })(),
    saveParts: (parts) =>
      store.transaction(() => {
        for (const part of parts) sql.save.run(part.content, part.reasoning, part.user, part.id)
      })(),
    finish: (outcome) =>
      store.transaction(() => {
        const error = outcome.error === null ? null : JSON.stringify(outcome.error)
        sql.finish.run({ ...outcome, error })
        const turn = sql.one.get(outcome.user, outcome.id)
        index(turn)
        return turn === undefined ? undefined : toTurn(turn)
      })(),
    interruptStreaming: (user) => {
      for (const turn of sql.streaming.all(user)) {
        sql.interrupt.run(user, turn.id)
        index(turn)
      }
    },
    byRows: (user, rows) =>
      rows.flatMap((row) => {
        const turn = sql.byRow.get(user, row)
        return turn === undefined ? [] : [turn]
      }),
    unembedded: (user, embedder, limit) => sql.unembedded.all(user, embedder, user, embedder, limit),
    hasEmbedder: (user, embedder) => sql.embedded.get(user, embedder) !== undefined,
    setVector: (user, row, embedder, vector) =>
      store.transaction(() => {
        const turn = sql.byRow.get(user, row)
        if (turn === undefined) return
        if (turn.embedder > 0) vectors.remove(turn.embedder, row)
        if (vector !== null) vectors.put(embedder, user, row, vector)
        sql.setEmbedder.run(embedder, user, turn.id)
      })(),
  }
}

const prepare = (store: Store) => ({
  insert:
    store.prepare(`INSERT INTO turns (user_id, conversation_id, position, id, role, content, state, created_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`),
  one: store.prepare<[string, string], TurnRow>('SELECT * FROM turns WHERE user_id = ? AND id = ?'),
  byRow: store.prepare<[string, number], TurnRow>('SELECT * FROM turns WHERE user_id = ? AND row = ?'),
  from: store.prepare<[string, string, number], TurnRow>(
    'SELECT * FROM turns WHERE user_id = ? AND conversation_id = ? AND position >= ? ORDER BY position',
  ),
  newest: store.prepare<[string, string], TurnRow>(
    'SELECT * FROM turns WHERE user_id = ? AND conversation_id = ? ORDER BY position DESC',
  ),
  size: store.prepare<[string, string], { turns: number; bytes: number; next: number }>(
    `SELECT count(*) AS turns, coalesce(sum(octet_length(content)), 0) AS bytes,
      coalesce(max(position) + 1, 0) AS next FROM turns WHERE user_id = ? AND conversation_id = ?`,
  ),
  save: store.prepare(
    `UPDATE turns SET content = ?, reasoning = ? WHERE user_id = ? AND id = ? AND state = 'streaming'`,
  ),
  finish:
    store.prepare(`UPDATE turns SET content = @content, reasoning = @reasoning, state = @state, model = @model,
    tokens = @tokens, tokens_per_second = @tokensPerSecond, first_token_ms = @firstTokenMs, error = @error
    WHERE user_id = @user AND id = @id AND state = 'streaming'`),
  streaming: store.prepare<[string], TurnRow>(
    `SELECT * FROM turns WHERE user_id = ? AND state = 'streaming'`,
  ),
  interrupt: store.prepare(`UPDATE turns SET state = 'interrupted' WHERE user_id = ? AND id = ?`),
  setIndexed: store.prepare('UPDATE turns SET indexed = 1 WHERE user_id = ? AND id = ?'),
  embedded: store.prepare<[string, number]>(
    'SELECT 1 FROM turns WHERE user_id = ? AND embedder = ? AND indexed = 1 LIMIT 1',
  ),
  setEmbedder: store.prepare('UPDATE turns SET embedder = ? WHERE user_id = ? AND id = ?'),
  erase: store.prepare('DELETE FROM turns WHERE user_id = ? AND id = ?'),
  unembedded: store.prepare<[string, number, string, number, number], TurnRow>(
    `SELECT * FROM (SELECT * FROM turns WHERE user_id = ? AND embedder < ? AND indexed = 1
      UNION ALL SELECT * FROM turns WHERE user_id = ? AND embedder > ? AND indexed = 1) LIMIT ?`,
  ),
})
