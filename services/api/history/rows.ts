// What stands in the tables, and how it becomes what the contract says. Used by this folder's stores only.
import type { Conversation, Turn } from '#appliance/contracts/box.ts'

export interface ConversationRow {
  readonly user_id: string
  readonly id: string
  readonly title: string
  readonly created_ms: number
  readonly updated_ms: number
  readonly turns: number
}

export interface TurnRow {
  readonly row: number
  readonly user_id: string
  readonly conversation_id: string
  readonly position: number
  readonly id: string
  readonly role: Turn['role']
  readonly content: string
  readonly reasoning: string | null
  readonly state: Turn['state']
  readonly model: string | null
  readonly tokens: number | null
  readonly tokens_per_second: number | null
  readonly first_token_ms: number | null
  readonly error: string | null
  readonly created_ms: number
  readonly indexed: 0 | 1
  readonly embedder: number
}

export const toConversation = (row: ConversationRow): Conversation => ({
  id: row.id,
  title: row.title,
  createdAt: new Date(row.created_ms).toISOString(),
  updatedAt: new Date(row.updated_ms).toISOString(),
  turns: row.turns,
})

export const toTurn = (row: TurnRow): Turn => ({
  id: row.id,
  role: row.role,
  content: row.content,
  reasoning: row.reasoning,
  state: row.state,
  model: row.model,
  tokens: row.tokens,
  tokensPerSecond: row.tokens_per_second,
  firstTokenMs: row.first_token_ms,
  error: row.error === null ? null : (JSON.parse(row.error) as Turn['error']),
  createdAt: new Date(row.created_ms).toISOString(),
})
