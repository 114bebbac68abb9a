// The meaning index: one vec0 table for each embedding model and dimension, partitioned by person. Owns embedders and
// vectors_N; rows are the turns' numbers. Brute force: fine for a household's conversations (60 ms at 100,000 × 768).
import type { Store } from '#appliance/store/open.ts'

export interface Vectors {
  /** The number of the model's table, made when it is new. */
  embedder(model: string, dimensions: number): number
  /** The table made last. */
  latest(): number | undefined
  put(embedder: number, user: string, row: number, vector: Float32Array): void
  nearest(embedder: number, user: string, vector: Float32Array, k: number): number[]
  remove(embedder: number, row: number): void
  /** Drops the tables of other models that no turn is embedded with any more. */
  retire(current: number, isUsed: (embedder: number) => boolean): void
}

export function createVectors(store: Store): Vectors {
  const find = store.prepare<[string, number], { number: number }>(
    'SELECT number FROM embedders WHERE model = ? AND dimensions = ?',
  )
  const insert = store.prepare<[string, number], { number: number }>(
    'INSERT INTO embedders (model, dimensions) VALUES (?, ?) RETURNING number',
  )
  const others = store.prepare<[number], { number: number }>('SELECT number FROM embedders WHERE number <> ?')
  const newest = store.prepare<[], { number: number }>(
    'SELECT number FROM embedders ORDER BY number DESC LIMIT 1',
  )
  const forget = store.prepare<[number]>('DELETE FROM embedders WHERE number = ?')

  return {
    embedder: (model, dimensions) => {
      const known = find.get(model, dimensions)?.number
      if (known !== undefined) return known
      return store.transaction(() => {
        const number = insert.get(model, dimensions)?.number ?? 0
        store.exec(`CREATE VIRTUAL TABLE vectors_${number} USING vec0(user_id text partition key,
          turn integer primary key, embedding float[${dimensions}] distance_metric=cosine, chunk_size=256)`)
        return number
      })()
    },
    latest: () => newest.get()?.number,
    put: (embedder, user, row, vector) => {
      store
        .prepare(`INSERT INTO vectors_${embedder} (user_id, turn, embedding) VALUES (?, ?, ?)`)
        .run(user, BigInt(row), vector)
    },
    nearest: (embedder, user, vector, k) =>
      store
        .prepare<[string, Float32Array, number], { turn: number }>(
          `SELECT turn FROM vectors_${embedder} WHERE user_id = ? AND embedding MATCH ? AND k = ? ORDER BY distance`,
        )
        .all(user, vector, k)
        .map((hit) => hit.turn),
    remove: (embedder, row) => {
      store.prepare(`DELETE FROM vectors_${embedder} WHERE turn = ?`).run(BigInt(row))
    },
    retire: (current, isUsed) => {
      for (const { number } of others.all(current)) {
        if (isUsed(number)) continue
        store.exec(`DROP TABLE vectors_${number}`)
        forget.run(number)
      }
    },
  }
}
