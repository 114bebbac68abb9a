// Who is signed in, where. Owns the table `sessions`; the cookie's secret stands there as SHA-256. A session slides for
// 30 days (a guest's for one), for 180 at most, and never beyond its person's end date. Part of open.ts's identity.
import { randomUUID } from 'node:crypto'
import { type Person, personSchema, type Session } from '#appliance/contracts/identity.ts'
import { HobError } from '#appliance/errors.ts'
import type { Store } from '#appliance/store/open.ts'
import { deviceName } from './device.ts'
import type { Endings } from './endings.ts'
import type { From } from './identity.ts'
import { findBySecret, newSecret, sha256 } from './secrets.ts'

/** A session as found by its secret or id: whose it is now. */
export interface Live {
  readonly id: string
  readonly user: string
  readonly name: string
  readonly role: Person['role']
  /** Until then, dangerous things need no second look. */
  readonly freshUntil: Date
  readonly fresh: boolean
}

export interface Sessions {
  /** Fresh. At the limit of a person's sessions, the one unused for longest ends. */
  open(user: string, from: From): { id: string; secret: string }
  /** Null when there is none or it has just ended; slides it. */
  bySecret(secret: string, from: From): Live | null
  byId(id: string): Live | null
  list(user: string, current: string | null): Session[]
  /** Throws session_not_found, also for somebody else's. */
  end(user: string, id: string): void
  endAll(user: string, but?: string): void
  /** Somebody confirmed who they are. */
  renew(id: string): Date
  /** Ends what has expired without being used. */
  sweep(): void
}

interface SessionRow {
  user_id: string
  id: string
  hash: Buffer
  device: string
  address: string
  created_ms: number
  seen_ms: number
  expires_ms: number
  fresh_ms: number
  name: string
  role: string
  person_expires_ms: number | null
}

const minuteMs = 60_000
const dayMs = 86_400_000
const slidingMs = (role: string): number => (role === 'guest' ? dayMs : 30 * dayMs)
const longestMs = 180 * dayMs
const freshMs = 5 * minuteMs
const mostOfOne = 100

interface Uses {
  store: Store
  now: () => Date
  endings: Endings
  seen: (user: string) => void
}

export function createSessions({ store, now, endings, seen }: Uses): Sessions {
  const columns = `sessions.*, people.name, people.role, people.expires_ms AS person_expires_ms`
  const from = `FROM sessions JOIN people USING (user_id)`
  const byHash = store.prepare<[Buffer], SessionRow>(`SELECT ${columns} ${from} WHERE hash = ?`)
  const byId = store.prepare<[string], SessionRow>(`SELECT ${columns} ${from} WHERE id = ?`)
  const ofUser = store.prepare<[string], SessionRow>(
    `SELECT ${columns} ${from} WHERE sessions.user_id = ? ORDER BY sessions.seen_ms DESC`,
  )
  const insert = store.prepare<[string, string, Buffer, string, string, number, number, number, number]>(
    `INSERT INTO sessions (user_id, id, hash, device, address, created_ms, seen_ms, expires_ms, fresh_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const slide = store.prepare<[number, number, string, string]>(
    'UPDATE sessions SET seen_ms = ?, expires_ms = ?, address = ? WHERE id = ?',
  )
  const setFresh = store.prepare<[number, string]>('UPDATE sessions SET fresh_ms = ? WHERE id = ?')
  const erase = store.prepare<[string, string], { id: string }>(
    'DELETE FROM sessions WHERE user_id = ? AND id = ? RETURNING id',
  )
  const eraseAll = store.prepare<[string, string], { id: string }>(
    'DELETE FROM sessions WHERE user_id = ? AND id <> ? RETURNING id',
  )
  const eraseExpired = store.prepare<[number, number], { id: string }>(
    `DELETE FROM sessions WHERE expires_ms <= ?
     OR user_id IN (SELECT user_id FROM people WHERE expires_ms <= ?) RETURNING id`,
  )
  const person = store.prepare<[string], { role: string; expires_ms: number | null }>(
    'SELECT role, expires_ms FROM people WHERE user_id = ?',
  )

  const tell = (ended: { id: string }[]): void =>
    endings.tell(ended.map(({ id }) => ({ kind: 'session', id })))
  const end = (user: string, id: string): boolean => {
    const ended = erase.all(user, id)
    tell(ended)
    return ended.length > 0
  }
  const expiry = (role: string, createdMs: number, personMs: number | null): number =>
    Math.min(now().getTime() + slidingMs(role), createdMs + longestMs, personMs ?? Infinity)

  /** The row as it is now; ended, when its time is over. */
  const alive = (row: SessionRow | null): Live | null => {
    if (row === null) return null
    const nowMs = now().getTime()
    if (nowMs >= row.expires_ms || nowMs >= (row.person_expires_ms ?? Infinity)) {
      end(row.user_id, row.id)
      return null
    }
    return {
      id: row.id,
      user: row.user_id,
      name: row.name,
      role: personSchema.shape.role.parse(row.role),
      freshUntil: new Date(row.fresh_ms),
      fresh: nowMs < row.fresh_ms,
    }
  }

  const open: Sessions['open'] = (user, { address, agent }) => {
    const whose = person.get(user)
    if (whose === undefined) throw new HobError('person_not_found')
    const id = randomUUID()
    const secret = newSecret()
    const nowMs = now().getTime()
    for (const { id: old } of ofUser.all(user).slice(mostOfOne - 1)) end(user, old)
    const expiresMs = expiry(whose.role, nowMs, whose.expires_ms)
    const where = address ?? 'local'
    insert.run(user, id, sha256(secret), deviceName(agent), where, nowMs, nowMs, expiresMs, nowMs + freshMs)
    seen(user)
    return { id, secret }
  }

  return {
    open: (user, whence) => endings.transaction(() => open(user, whence)),
    bySecret: (secret, { address }) => {
      const row = findBySecret(secret, (hash) => byHash.get(hash))
      const live = alive(row)
      if (live === null || row === null) return null
      const nowMs = now().getTime()
      if (nowMs - row.seen_ms >= minuteMs) {
        slide.run(nowMs, expiry(row.role, row.created_ms, row.person_expires_ms), address ?? 'local', row.id)
        seen(row.user_id)
      }
      return live
    },
    byId: (id) => alive(byId.get(id) ?? null),
    list: (user, current) => ofUser.all(user).flatMap((row) => (alive(row) ? [toSession(row, current)] : [])),
    end: (user, id) => {
      if (!end(user, id)) throw new HobError('session_not_found')
    },
    endAll: (user, but = '') => tell(eraseAll.all(user, but)),
    renew: (id) => {
      const freshUntil = new Date(now().getTime() + freshMs)
      setFresh.run(freshUntil.getTime(), id)
      return freshUntil
    },
    sweep: () => {
      const nowMs = now().getTime()
      tell(eraseExpired.all(nowMs, nowMs))
    },
  }
}

const toSession = (row: SessionRow, current: string | null): Session => ({
  id: row.id,
  device: row.device,
  address: row.address,
  createdAt: new Date(row.created_ms).toISOString(),
  lastSeenAt: new Date(row.seen_ms).toISOString(),
  expiresAt: new Date(Math.min(row.expires_ms, row.person_expires_ms ?? Infinity)).toISOString(),
  current: row.id === current,
})
