// The word index: one FTS5 table per person, so that a search reads nothing of anybody else's, not even how common a
// word is. Owns people and words_N; rows are the turns' numbers. Used by the store alone.
import type { Store } from '#appliance/store/open.ts'
import { spaced } from './tokens.ts'

export interface WordHit {
  readonly row: number
  /** bm25: more negative is better. */
  readonly score: number
}

export interface Words {
  /** Makes the person's table, once; in a transaction of its own, before anything of theirs is added. */
  welcome(user: string): void
  add(user: string, row: number, content: string): void
  /** The content must be what was added: FTS5 finds the entries to remove by it. */
  remove(user: string, row: number, content: string): void
  match(user: string, expression: string, limit: number): WordHit[]
  people(): string[]
}

export function createWords(store: Store): Words {
  const find = store.prepare<[string], { number: number }>('SELECT number FROM people WHERE user_id = ?')
  const insert = store.prepare<[string], { number: number }>(
    'INSERT INTO people (user_id) VALUES (?) RETURNING number',
  )
  const all = store.prepare<[], { user_id: string }>('SELECT user_id FROM people')
  /** A handful of statements for each person of the household. */
  const tables = new Map<string, ReturnType<typeof prepareTable>>()

  const tableOf = (user: string): ReturnType<typeof prepareTable> | undefined => {
    const known = tables.get(user)
    if (known !== undefined) return known
    const number = find.get(user)?.number
    if (number === undefined) return undefined
    const table = prepareTable(store, number)
    tables.set(user, table)
    return table
  }

  return {
    welcome: (user) => {
      if (find.get(user) !== undefined) return
      store.transaction(() => {
        const person = insert.get(user)
        if (person !== undefined) createTable(store, person.number)
      })()
    },
    add: (user, row, content) => void tableOf(user)?.add.run(row, spaced(content)),
    remove: (user, row, content) => void tableOf(user)?.remove.run(row, spaced(content)),
    match: (user, expression, limit) => tableOf(user)?.match.all(expression, limit) ?? [],
    people: () => all.all().map((person) => person.user_id),
  }
}

/** secure-delete: FTS5 otherwise leaves a deleted turn's words in its segments until some later merge. */
function createTable(store: Store, number: number): void {
  const name = `words_${number}`
  store.exec(`
    CREATE VIRTUAL TABLE ${name} USING fts5(content, content='turns', content_rowid='row', prefix='2 3',
      tokenize="unicode61 remove_diacritics 2");
    INSERT INTO ${name} (${name}, rank) VALUES ('secure-delete', 1);
  `)
}

const prepareTable = (store: Store, number: number) => {
  const name = `words_${number}`
  return {
    add: store.prepare<[number, string]>(`INSERT INTO ${name} (rowid, content) VALUES (?, ?)`),
    remove: store.prepare<[number, string]>(
      `INSERT INTO ${name} (${name}, rowid, content) VALUES ('delete', ?, ?)`,
    ),
    match: store.prepare<[string, number], WordHit>(
      `SELECT rowid AS row, rank AS score FROM ${name} WHERE ${name} MATCH ? ORDER BY rank LIMIT ?`,
    ),
  }
}
