// Codes with which a person sets a new password: ten recovery codes for a drawer, and one that an owner makes for
// somebody else, good for a day. Owns the table `recovery`; each code works once. Part of open.ts's identity.
import type { Store } from '#appliance/store/open.ts'
import { hashCode, isCode, longLength, newCode } from './codes.ts'

export interface Recovery {
  /** Ten new ones; the old ones end. Told this once. */
  renew(user: string): string[]
  /** One code for the next day; an earlier one of the kind ends. */
  reset(user: string): { code: string; expiresAt: Date }
  /** The hash of the person's code that this is; null for none, and for nobody, at the same cost. */
  match(user: string | null, code: string): Buffer | null
  /** False when somebody else was faster. Ends every reset code of the person with it. */
  use(user: string, hash: Buffer): boolean
  sweep(): void
}

const codesOfOne = 10
const resetMs = 86_400_000
const nobodys: readonly string[] = Array.from({ length: codesOfOne }, (_, index) => String(index))

export function createRecovery({ store, now }: { store: Store; now: () => Date }): Recovery {
  const insert = store.prepare<[string, Buffer, number | null]>(
    'INSERT INTO recovery (user_id, hash, expires_ms) VALUES (?, ?, ?)',
  )
  const valid = store.prepare<[string, number], { hash: Buffer }>(
    'SELECT hash FROM recovery WHERE user_id = ? AND (expires_ms IS NULL OR expires_ms > ?)',
  )
  const erase = store.prepare<[string, Buffer]>('DELETE FROM recovery WHERE user_id = ? AND hash = ?')
  const eraseLasting = store.prepare<[string]>(
    'DELETE FROM recovery WHERE user_id = ? AND expires_ms IS NULL',
  )
  const eraseResets = store.prepare<[string]>(
    'DELETE FROM recovery WHERE user_id = ? AND expires_ms IS NOT NULL',
  )
  const eraseExpired = store.prepare<[number]>('DELETE FROM recovery WHERE expires_ms <= ?')

  return {
    renew: (user) => {
      const codes = Array.from({ length: codesOfOne }, () => newCode(longLength))
      store.transaction(() => {
        eraseLasting.run(user)
        for (const code of codes) insert.run(user, hashCode(code), null)
      })()
      return codes
    },
    reset: (user) => {
      const code = newCode()
      const expiresAt = new Date(now().getTime() + resetMs)
      store.transaction(() => {
        eraseResets.run(user)
        insert.run(user, hashCode(code), expiresAt.getTime())
      })()
      return { code, expiresAt }
    },
    match: (user, code) => {
      const hashes =
        user === null
          ? nobodys.map((nobody) => hashCode(nobody))
          : valid.all(user, now().getTime()).map((row) => row.hash)
      // each is compared, also after one was found
      const right = hashes.filter((hash) => isCode(code, hash))
      return user === null ? null : (right[0] ?? null)
    },
    use: (user, hash) => {
      if (erase.run(user, hash).changes === 0) return false
      eraseResets.run(user)
      return true
    },
    sweep: () => void eraseExpired.run(now().getTime()),
  }
}
