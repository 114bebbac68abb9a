// Invitations: a code, good for a week, with which somebody becomes one of the people. Owns the table `invitations`.
// One ends when it is used, and with its maker or its maker's role. Part of open.ts's identity.
import { randomUUID } from 'node:crypto'
import { mayDo, type RightName, rights } from '#appliance/contracts/access.ts'
import { type Invitation, invitationSchema, type Person } from '#appliance/contracts/identity.ts'
import { HobError } from '#appliance/errors.ts'
import type { Store } from '#appliance/store/open.ts'
import { hashCode, newCode, normalise } from './codes.ts'
import { findBySecret } from './secrets.ts'

type Role = Person['role']

export interface Invitations {
  /** Throws role_not_allowed and limit_reached. The code is told this once. */
  make(
    by: { id: string; role: Role },
    wanted: { role: Role; personExpiresMs: number | null },
  ): Invitation & { code: string }
  list(): Invitation[]
  /** Throws invitation_not_found. */
  remove(id: string): void
  /** Throws code_wrong. */
  byCode(code: string): { id: string; role: Role; personExpiresMs: number | null }
  /** False when somebody else was faster. */
  use(id: string): boolean
  endAll(madeBy: string): void
  sweep(): void
}

interface InvitationRow {
  id: string
  hash: Buffer
  role: string
  person_expires_ms: number | null
  made_by: string
  created_ms: number
  expires_ms: number
}

const weekMs = 7 * 86_400_000
const mostOpen = 100

const rightNames = (): RightName[] => Object.keys(rights).filter((name): name is RightName => name in rights)

/** Whether everything that a role may do, the giver may, too. */
const isWithin = (role: Role, giver: Role): boolean =>
  rightNames().every(
    (right) => !mayDo({ role, scopes: ['*'] }, right) || mayDo({ role: giver, scopes: ['*'] }, right),
  )

export function createInvitations({ store, now }: { store: Store; now: () => Date }): Invitations {
  const insert = store.prepare<[string, Buffer, string, number | null, string, number, number]>(
    `INSERT INTO invitations (id, hash, role, person_expires_ms, made_by, created_ms, expires_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  const open = store.prepare<[number], InvitationRow>(
    'SELECT * FROM invitations WHERE expires_ms > ? ORDER BY created_ms DESC, id',
  )
  const byHash = store.prepare<[Buffer], InvitationRow>('SELECT * FROM invitations WHERE hash = ?')
  const erase = store.prepare<[string]>('DELETE FROM invitations WHERE id = ?')
  const eraseBy = store.prepare<[string]>('DELETE FROM invitations WHERE made_by = ?')
  const eraseExpired = store.prepare<[number]>('DELETE FROM invitations WHERE expires_ms <= ?')
  const roleOf = (row: InvitationRow): Role => invitationSchema.shape.role.parse(row.role)

  return {
    make: (by, { role, personExpiresMs }) => {
      if (!isWithin(role, by.role)) throw new HobError('role_not_allowed', { role }, { param: 'role' })
      const nowMs = now().getTime()
      if (open.all(nowMs).length >= mostOpen) throw new HobError('limit_reached', { limit: mostOpen })
      const id = randomUUID()
      const code = newCode()
      insert.run(id, hashCode(code), role, personExpiresMs, by.id, nowMs, nowMs + weekMs)
      const createdAt = new Date(nowMs).toISOString()
      return { id, role, createdAt, expiresAt: new Date(nowMs + weekMs).toISOString(), code }
    },
    list: () =>
      open.all(now().getTime()).map((row) => ({
        id: row.id,
        role: roleOf(row),
        createdAt: new Date(row.created_ms).toISOString(),
        expiresAt: new Date(row.expires_ms).toISOString(),
      })),
    remove: (id) => {
      if (erase.run(id).changes === 0) throw new HobError('invitation_not_found')
    },
    byCode: (code) => {
      const row = findBySecret(normalise(code), (hash) => byHash.get(hash))
      const nowMs = now().getTime()
      if (row === null || Math.min(row.expires_ms, row.person_expires_ms ?? Infinity) <= nowMs)
        throw new HobError('code_wrong')
      return { id: row.id, role: roleOf(row), personExpiresMs: row.person_expires_ms }
    },
    use: (id) => erase.run(id).changes > 0,
    endAll: (madeBy) => void eraseBy.run(madeBy),
    sweep: () => void eraseExpired.run(now().getTime()),
  }
}
