// The people of the household in identity.db: names, roles, end dates. Owns the table `people`; part of open.ts's
// identity. The box always keeps an owner without an end date.
import { type Person, personSchema } from '#appliance/contracts/identity.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import { HobError } from '#appliance/errors.ts'
import type { Store } from '#appliance/store/open.ts'

export interface Account {
  readonly id: string
  readonly name: string
  readonly role: Person['role']
  /** Encoded, never sent. */
  readonly password: string
  readonly expiresMs: number | null
}

export interface NewPerson {
  id: string
  name: string
  role: Person['role']
  /** Encoded. */
  password: string
  expiresMs: number | null
}

export interface People {
  any(): boolean
  list(): Person[]
  /** As the contract shows them. Throws person_not_found, as does `account`. */
  person(id: string): Person
  account(id: string): Account
  find(id: string): Account | null
  byName(name: string): Account | null
  /** Who has been an owner without an end date for longest: the claimer, as long as they are one. Null before the claim. */
  firstOwner(): string | null
  /** Throws name_taken, and limit_reached. */
  add(person: NewPerson): void
  setPassword(id: string, encoded: string): void
  /** Throws last_owner, as does remove. */
  change(id: string, changes: { role?: Person['role']; expiresMs?: number | null }): void
  remove(id: string): void
  /** At most once a minute is enough. */
  seen(id: string): void
}

interface PersonRow {
  user_id: string
  name: string
  role: string
  password: string
  expires_ms: number | null
  created_ms: number
  seen_ms: number | null
  passkeys: number
}

const mostPeople = 200

/** Names are told apart without regard to case, width and doubled spaces. */
export const nameKey = (name: string): string =>
  name.normalize('NFKC').toLowerCase().trim().replaceAll(/\s+/g, ' ')

const isoOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())
const roleOf = (text: string): Person['role'] => personSchema.shape.role.parse(text)

const toPerson = (row: PersonRow): Person => ({
  id: row.user_id,
  name: row.name,
  role: roleOf(row.role),
  expiresAt: isoOf(row.expires_ms),
  createdAt: new Date(row.created_ms).toISOString(),
  lastSeenAt: isoOf(row.seen_ms),
  passkeys: row.passkeys,
})

const toAccount = (row: PersonRow): Account => ({
  id: row.user_id,
  name: row.name,
  role: roleOf(row.role),
  password: row.password,
  expiresMs: row.expires_ms,
})

export function createPeople({ store, now }: { store: Store; now: () => Date }): People {
  const columns = `people.*, (SELECT count(*) FROM passkeys WHERE passkeys.user_id = people.user_id) AS passkeys`
  const all = store.prepare<[], PersonRow>(`SELECT ${columns} FROM people ORDER BY created_ms, name_key`)
  const byId = store.prepare<[string], PersonRow>(`SELECT ${columns} FROM people WHERE user_id = ?`)
  const byKey = store.prepare<[string], PersonRow>(`SELECT ${columns} FROM people WHERE name_key = ?`)
  const count = store.prepare<[], { people: number }>('SELECT count(*) AS people FROM people')
  const insert = store.prepare<[string, string, string, string, string, number | null, number]>(
    `INSERT INTO people (user_id, name, name_key, role, password, expires_ms, created_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  const setPassword = store.prepare<[string, string]>('UPDATE people SET password = ? WHERE user_id = ?')
  const update = store.prepare<[string, number | null, string]>(
    'UPDATE people SET role = ?, expires_ms = ? WHERE user_id = ?',
  )
  const erase = store.prepare<[string]>('DELETE FROM people WHERE user_id = ?')
  const otherOwners = store.prepare<[string], { owners: number }>(
    `SELECT count(*) AS owners FROM people WHERE role = 'owner' AND expires_ms IS NULL AND user_id <> ?`,
  )
  const lastingOwner = store.prepare<[string], { user_id: string }>(
    `SELECT user_id FROM people WHERE role = 'owner' AND expires_ms IS NULL
     ORDER BY created_ms, user_id <> ? LIMIT 1`,
  )
  const setSeen = store.prepare<[number, string]>('UPDATE people SET seen_ms = ? WHERE user_id = ?')

  const row = (id: string): PersonRow => {
    const found = byId.get(id)
    if (found === undefined) throw new HobError('person_not_found')
    return found
  }
  const keepAnOwner = (id: string): void => {
    if ((otherOwners.get(id)?.owners ?? 0) === 0) throw new HobError('last_owner')
  }
  const accountOrNull = (found: PersonRow | undefined): Account | null =>
    found === undefined ? null : toAccount(found)

  return {
    any: () => (count.get()?.people ?? 0) > 0,
    list: () => all.all().map(toPerson),
    person: (id) => toPerson(row(id)),
    account: (id) => toAccount(row(id)),
    find: (id) => accountOrNull(byId.get(id)),
    byName: (name) => accountOrNull(byKey.get(nameKey(name))),
    firstOwner: () => lastingOwner.get(localOwner('socket').user)?.user_id ?? null,
    add: ({ id, name, role, password, expiresMs }) => {
      if ((count.get()?.people ?? 0) >= mostPeople) throw new HobError('limit_reached', { limit: mostPeople })
      if (byKey.get(nameKey(name)) !== undefined) throw new HobError('name_taken', {}, { param: 'name' })
      insert.run(id, name, nameKey(name), role, password, expiresMs, now().getTime())
    },
    setPassword: (id, encoded) => void setPassword.run(encoded, id),
    change: (id, changes) => {
      const before = toAccount(row(id))
      const role = changes.role ?? before.role
      const expiresMs = changes.expiresMs === undefined ? before.expiresMs : changes.expiresMs
      // an owner with an end date leaves the box without one on that day
      const stays = role === 'owner' && expiresMs === null
      if (before.role === 'owner' && before.expiresMs === null && !stays) keepAnOwner(id)
      update.run(role, expiresMs, id)
    },
    remove: (id) => {
      const { role } = row(id)
      if (role === 'owner') keepAnOwner(id)
      erase.run(id)
    },
    seen: (id) => void setSeen.run(now().getTime(), id),
  }
}
