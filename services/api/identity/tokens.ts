// Tokens of programs. Owns the table `tokens`; the secret stands there as SHA-256. What a token may do is looked up at
// each use: no more than it was given, and no more than its person has today. Part of open.ts's identity.
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { mayDo, scopeSchema } from '#appliance/contracts/access.ts'
import { type Person, personSchema, type Token } from '#appliance/contracts/identity.ts'
import { HobError } from '#appliance/errors.ts'
import type { Store } from '#appliance/store/open.ts'
import type { Endings } from './endings.ts'
import { findBySecret, newToken, sha256 } from './secrets.ts'

type Scope = Token['scopes'][number]

export interface LiveToken {
  readonly id: string
  readonly user: string
  readonly name: string
  readonly role: Person['role']
  readonly scopes: Scope[]
}

export interface Tokens {
  /** Throws scope_not_allowed and limit_reached. The secret is told this once. */
  make(
    owner: { id: string; role: Person['role'] },
    token: { name: string; scopes: Scope[]; expiresMs: number | null },
  ): Token & { token: string }
  /** Null when there is none or it has just ended. */
  bySecret(secret: string): LiveToken | null
  byId(id: string): LiveToken | null
  /** Everybody's for null. */
  list(user: string | null): Token[]
  /** Throws token_not_found, also for another's unless `user` is null. */
  remove(user: string | null, id: string): void
  /** Cuts what is open for this person's tokens; they may come back with what they have now. */
  cut(user: string): void
  /** Before a person goes. */
  endAll(user: string): void
  sweep(): void
}

interface TokenRow {
  user_id: string
  id: string
  hash: Buffer
  name: string
  prefix: string
  scopes: string
  created_ms: number
  expires_ms: number | null
  used_ms: number | null
  person: string
  role: string
  person_expires_ms: number | null
}

const minuteMs = 60_000
const prefixLength = 8
const mostOfOne = 1_000
const scopesSchema = z.array(scopeSchema)

export function createTokens(uses: { store: Store; now: () => Date; endings: Endings }): Tokens {
  const { store, now, endings } = uses
  const select = `SELECT tokens.*, people.name AS person, people.role, people.expires_ms AS person_expires_ms
    FROM tokens JOIN people USING (user_id)`
  const byHash = store.prepare<[Buffer], TokenRow>(`${select} WHERE hash = ?`)
  const byId = store.prepare<[string], TokenRow>(`${select} WHERE id = ?`)
  const ofUser = store.prepare<[string], TokenRow>(
    `${select} WHERE tokens.user_id = ? ORDER BY tokens.created_ms DESC, id`,
  )
  const all = store.prepare<[], TokenRow>(`${select} ORDER BY tokens.created_ms DESC, id`)
  const insert = store.prepare<[string, string, Buffer, string, string, string, number, number | null]>(
    `INSERT INTO tokens (user_id, id, hash, name, prefix, scopes, created_ms, expires_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const setUsed = store.prepare<[number, string]>('UPDATE tokens SET used_ms = ? WHERE id = ?')
  const erase = store.prepare<[string], { id: string }>('DELETE FROM tokens WHERE id = ? RETURNING id')
  const eraseAll = store.prepare<[string], { id: string }>(
    'DELETE FROM tokens WHERE user_id = ? RETURNING id',
  )
  const eraseExpired = store.prepare<[number, number], { id: string }>(
    `DELETE FROM tokens WHERE expires_ms <= ?
     OR user_id IN (SELECT user_id FROM people WHERE expires_ms <= ?) RETURNING id`,
  )
  const tell = (ended: { id: string }[]): void => endings.tell(ended.map(({ id }) => ({ kind: 'token', id })))

  const alive = (row: TokenRow | null): LiveToken | null => {
    if (row === null) return null
    if (now().getTime() >= Math.min(row.expires_ms ?? Infinity, row.person_expires_ms ?? Infinity)) {
      tell(erase.all(row.id))
      return null
    }
    const role = personSchema.shape.role.parse(row.role)
    const given = scopesSchema.parse(JSON.parse(row.scopes))
    const scopes = given.filter((scope) => mayDo({ role, scopes: given }, scope))
    return { id: row.id, user: row.user_id, name: row.person, role, scopes }
  }

  return {
    make: ({ id: user, role }, { name, scopes, expiresMs }) => {
      const given = [...new Set(scopes)]
      const refused = given.find((scope) => !mayDo({ role, scopes: [scope] }, scope))
      if (refused !== undefined)
        throw new HobError('scope_not_allowed', { scope: refused }, { param: 'scopes' })
      if (ofUser.all(user).length >= mostOfOne) throw new HobError('limit_reached', { limit: mostOfOne })
      const id = randomUUID()
      const token = newToken()
      const prefix = token.slice(0, prefixLength)
      insert.run(user, id, sha256(token), name, prefix, JSON.stringify(given), now().getTime(), expiresMs)
      const row = byId.get(id)
      if (row === undefined) throw new HobError('token_not_found')
      return { ...toToken(row), token }
    },
    bySecret: (secret) => {
      const row = findBySecret(secret, (hash) => byHash.get(hash))
      const live = alive(row)
      const nowMs = now().getTime()
      if (live !== null && row !== null && nowMs - (row.used_ms ?? 0) >= minuteMs) setUsed.run(nowMs, row.id)
      return live
    },
    byId: (id) => alive(byId.get(id) ?? null),
    list: (user) => {
      const rows = user === null ? all.all() : ofUser.all(user)
      return rows.flatMap((row) => (alive(row) === null ? [] : [toToken(row)]))
    },
    remove: (user, id) => {
      const row = byId.get(id)
      if (row === undefined || (user !== null && row.user_id !== user)) throw new HobError('token_not_found')
      tell(erase.all(id))
    },
    cut: (user) => tell(ofUser.all(user)),
    endAll: (user) => tell(eraseAll.all(user)),
    sweep: () => {
      const nowMs = now().getTime()
      tell(eraseExpired.all(nowMs, nowMs))
    },
  }
}

const toToken = (row: TokenRow): Token => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: scopesSchema.parse(JSON.parse(row.scopes)),
  person: { id: row.user_id, name: row.person },
  createdAt: new Date(row.created_ms).toISOString(),
  expiresAt: row.expires_ms === null ? null : new Date(row.expires_ms).toISOString(),
  lastUsedAt: row.used_ms === null ? null : new Date(row.used_ms).toISOString(),
})
