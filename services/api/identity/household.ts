// What changes people's rights, and what ends with it: sessions, tokens, invitations. Owns nothing; puts together the
// parts of open.ts's identity.
import { mayDo } from '#appliance/contracts/access.ts'
import type { Person } from '#appliance/contracts/identity.ts'
import type { Endings } from './endings.ts'
import type { Invitations } from './invitations.ts'
import type { Passwords } from './passwords.ts'
import type { People } from './people.ts'
import type { Recovery } from './recovery.ts'
import type { Sessions } from './sessions.ts'
import type { Tokens } from './tokens.ts'
import { refuseWeak } from './weak.ts'

export interface Household {
  /** Throws person_not_found and last_owner. A new role signs out everywhere. */
  change(id: string, changes: { role?: Person['role']; expiresMs?: number | null }): Person
  /** Throws person_not_found and last_owner. What the person had elsewhere goes, too. */
  remove(id: string): Promise<void>
  /** A code for a new password, and all devices signed out. Throws person_not_found. */
  reset(id: string): { code: string; expiresAt: Date }
  /** Throws password_weak; signs out every other device. */
  changePassword(user: string, password: string, current: string | null): Promise<void>
}

interface Uses {
  people: People
  sessions: Sessions
  tokens: Tokens
  recovery: Recovery
  invitations: Invitations
  passwords: Passwords
  endings: Endings
  boxName: () => string
  onRemoved: (user: string) => void | Promise<void>
}

export function createHousehold(uses: Uses): Household {
  const { people, sessions, tokens, recovery, invitations, passwords, endings } = uses

  return {
    change: (id, changes) =>
      endings.transaction(() => {
        const before = people.account(id)
        people.change(id, changes)
        const person = people.person(id)
        if (person.role !== before.role) {
          sessions.endAll(id)
          tokens.cut(id)
          if (!mayDo({ role: person.role, scopes: ['*'] }, 'people')) invitations.endAll(id)
        }
        // a date that is past ends what is open now
        sessions.sweep()
        tokens.sweep()
        return person
      }),

    remove: async (id) => {
      endings.transaction(() => {
        sessions.endAll(id)
        tokens.endAll(id)
        invitations.endAll(id)
        people.remove(id)
      })
      await uses.onRemoved(id)
    },

    reset: (id) =>
      endings.transaction(() => {
        people.account(id)
        sessions.endAll(id)
        return recovery.reset(id)
      }),

    changePassword: async (user, password, current) => {
      refuseWeak(password, [people.account(user).name, uses.boxName()])
      const encoded = await passwords.hash(password)
      endings.transaction(() => {
        people.setPassword(user, encoded)
        sessions.endAll(user, current ?? '')
      })
    },
  }
}
