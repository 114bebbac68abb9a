// What the rest of the api sees of identity: who a secret belongs to, and when it ended. Owned by this folder; the walls
// ask it on every request, the live channel listens to it.
import type { Caller, Principal } from '#appliance/contracts/principal.ts'

/** From where a request came, for the list of devices and the audit. */
export interface From {
  readonly address: string | null
  readonly agent: string | null
}

/** Signed out, revoked, expired or removed: whatever is open for it must be cut now. */
export interface Ended {
  readonly kind: 'session' | 'token'
  readonly id: string
}

export interface Identity {
  /** False until somebody became owner. */
  claimed(): boolean
  /** By the cookie's secret; null when it is none of ours or has ended. Constant time for what is wrong. */
  bySession(secret: string, from: From): Caller | null
  /** By a bearer token; null when it is none of ours or has ended. Constant time for what is wrong. */
  byToken(secret: string, from: From): Caller | null
  /** By a ticket of POST /hob/v1/ticket; used up by asking. */
  byTicket(ticket: string, from: From): Promise<Caller | null>
  /** As whom the box's own socket acts: its first owner, or, before the claim, the one whom the claimer will become. */
  onTheBox(): Principal
  onEnded(listener: (ended: Ended) => void): void
  close(): void
}
