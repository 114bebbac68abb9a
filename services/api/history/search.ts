// Searches one person's conversations: by words (FTS5's bm25, newer ones a little ahead) and, where an embedding model
// is there, by meaning; both lists joined by reciprocal rank fusion. Keeps no state.
import type { SearchHit } from '#appliance/contracts/box.ts'
import type { TurnRow } from './rows.ts'
import { snippet } from './snippet.ts'
import type { HistoryStore } from './store.ts'
import { looserPhrasesOf, matchExpression, type Phrase, phrasesOf } from './tokens.ts'

/** Rank constant of Cormack, Clarke and Büttcher, SIGIR 2009. */
const fusionK = 60
const candidates = 200
const neighbours = 50
/** A turn of this age has half of the head start that a new one has. */
const recencyHalfLifeMs = 90 * 24 * 3_600_000
const recencyWeight = 0.5

export interface QueryVector {
  readonly embedder: number
  readonly vector: Float32Array
}

interface Query {
  readonly user: string
  readonly q: string
  readonly limit: number
  readonly meaning: QueryVector | null
}

export type Search = (query: Query) => SearchHit[]

/** At most one hit for each conversation, its best turn. */
export function createSearch({ store, now }: { store: HistoryStore; now: () => Date }): Search {
  const segmenter = new Intl.Segmenter('und', { granularity: 'word' })

  const byWords = (user: string, q: string): { turns: TurnRow[]; phrases: Phrase[] } => {
    const strict = phrasesOf(q)
    if (strict.length === 0) return { turns: [], phrases: [] }
    const exact = ranked(user, matchExpression(strict, 'AND'))
    if (exact.length > 0) return { turns: exact, phrases: strict }
    const loose = looserPhrasesOf(q, segmenter)
    if (loose.length === 0) return { turns: [], phrases: strict }
    return { turns: ranked(user, matchExpression(loose, 'OR')), phrases: loose }
  }

  const ranked = (user: string, expression: string): TurnRow[] => {
    const hits = new Map(store.words.match(user, expression, candidates).map((hit) => [hit.row, hit.score]))
    const nowMs = now().getTime()
    const weight = (turn: TurnRow): number => {
      const ageMs = Math.max(0, nowMs - turn.created_ms)
      return (hits.get(turn.row) ?? 0) * (1 + recencyWeight * 2 ** (-ageMs / recencyHalfLifeMs))
    }
    return store.turns
      .byRows(user, [...hits.keys()])
      .map((turn) => ({ turn, weight: weight(turn) }))
      .sort((a, b) => a.weight - b.weight)
      .map(({ turn }) => turn)
  }

  return ({ user, q, limit, meaning }) => {
    const { turns: words, phrases } = byWords(user, q)
    const near =
      meaning === null
        ? []
        : store.turns.byRows(user, store.vectors.nearest(meaning.embedder, user, meaning.vector, neighbours))
    const hits: SearchHit[] = []
    const seen = new Set<string>()
    for (const { turn, by } of fuse(words, near)) {
      if (hits.length === limit) break
      if (seen.has(turn.conversation_id)) continue
      seen.add(turn.conversation_id)
      hits.push({
        conversation: store.conversations.get(user, turn.conversation_id),
        turnId: turn.id,
        snippet: snippet(turn.content, phrases),
        by,
      })
    }
    return hits
  }
}

/** Σ 1 / (k + rank) over the lists in which a turn stands. */
function fuse(words: readonly TurnRow[], near: readonly TurnRow[]): { turn: TurnRow; by: SearchHit['by'] }[] {
  const found = new Map<number, { turn: TurnRow; score: number; by: SearchHit['by'] }>()
  words.forEach((turn, i) => found.set(turn.row, { turn, score: 1 / (fusionK + i + 1), by: 'words' }))
  near.forEach((turn, i) => {
    const score = 1 / (fusionK + i + 1)
    const known = found.get(turn.row)
    if (known === undefined) found.set(turn.row, { turn, score, by: 'meaning' })
    else found.set(turn.row, { turn, score: known.score + score, by: 'both' })
  })
  return [...found.values()].sort((a, b) => b.score - a.score)
}
