// An identity with a few people, for the walls' tests: secrets are names, and anything can end.
import { type Caller, localOwner, type Principal } from '#appliance/contracts/principal.ts'
import type { Ended, Identity } from '#services/api/identity/identity.ts'

export interface FakeIdentity extends Identity {
  claim(): void
  session(secret: string, change?: Partial<Caller>, principal?: Partial<Principal>): void
  token(secret: string, scopes: string[], principal?: Partial<Principal>): void
  ticket(secret: string, caller: Caller): void
  /** Its secret is none any more, and whoever listens hears of it. */
  end(secret: string): void
  /** Whoever listens hears of it; the secret stays. */
  changed(secret: string): void
  /** What it was asked for, in order. */
  readonly asked: string[]
}

export function fakeIdentity({ claimed = true }: { claimed?: boolean } = {}): FakeIdentity {
  const sessions = new Map<string, Caller>()
  const tokens = new Map<string, Caller>()
  const tickets = new Map<string, Caller>()
  const listeners: ((ended: Ended) => void)[] = []
  const asked: string[] = []
  let isClaimed = claimed

  const caller = (by: Caller['by'], secret: string, principal: Partial<Principal>): Caller => ({
    principal: { user: `user-${secret}`, role: 'adult', scopes: ['*'], origin: 'page', ...principal },
    by,
    id: `id-${secret}`,
    name: secret,
    fresh: false,
    address: null,
  })
  const announce = (secret: string): void => {
    for (const listener of listeners)
      listener({ kind: tokens.has(secret) ? 'token' : 'session', id: `id-${secret}` })
  }

  return {
    asked,
    claimed: () => isClaimed,
    claim: () => {
      isClaimed = true
    },
    bySession: (secret) => {
      asked.push(`session ${secret}`)
      return sessions.get(secret) ?? null
    },
    byToken: (secret) => {
      asked.push(`token ${secret}`)
      return tokens.get(secret) ?? null
    },
    byTicket: (ticket) => {
      const found = tickets.get(ticket) ?? null
      tickets.delete(ticket)
      return Promise.resolve(found)
    },
    onTheBox: () => localOwner('socket'),
    onEnded: (listener) => void listeners.push(listener),
    close: () => undefined,
    session: (secret, change = {}, principal = {}) =>
      void sessions.set(secret, { ...caller('session', secret, principal), ...change }),
    token: (secret, scopes, principal = {}) =>
      void tokens.set(secret, caller('token', secret, { scopes, origin: 'api', ...principal })),
    ticket: (secret, of) => void tickets.set(secret, { ...of, by: 'ticket' }),
    end: (secret) => {
      announce(secret)
      sessions.delete(secret)
      tokens.delete(secret)
    },
    changed: announce,
  }
}
