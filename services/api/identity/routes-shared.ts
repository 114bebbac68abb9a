// What this folder's routes share: what they are given, from where a request came, and how each action is noted for the
// audit, with no secret in it.
import type { Context } from 'hono'
import { type ErrorCode, HobError } from '#appliance/errors.ts'
import type { AppEnv } from '#appliance/ipc/app.ts'
import { askedHost } from '../walls/names.ts'
import type { From } from './identity.ts'
import type { IdentityParts } from './open.ts'
import type { Place } from './passkeys.ts'

type IdentityAction =
  | 'claim.done'
  | 'claim.refused'
  | 'claim.renewed'
  | 'session.signed_in'
  | 'session.refused'
  | 'session.signed_out'
  | 'session.revoked'
  | 'session.renewed'
  | 'person.added'
  | 'person.changed'
  | 'person.removed'
  | 'invitation.made'
  | 'invitation.used'
  | 'invitation.removed'
  | 'password.changed'
  | 'password.recovered'
  | 'recovery.made'
  | 'passkey.added'
  | 'passkey.removed'
  | 'token.made'
  | 'token.removed'

export interface Note {
  action: IdentityAction
  outcome: 'done' | 'refused'
  /** Of the error with which it was refused. */
  code?: ErrorCode
  /** The id of what it was done to. */
  target?: string
  details?: Readonly<Record<string, string | number | boolean | null>>
  /** The person, where the request itself does not say: whoever has just signed in. */
  who?: { person: string; name: string }
}
export type NoteOf = (c: Context<AppEnv>, note: Note) => void

export interface IdentityRoutesUses {
  parts: IdentityParts
  note: NoteOf
  /** False without TLS, on loopback alone. */
  secureCookies: boolean
  box: {
    name: () => string
    /** The host name under which it answers. */
    host: () => string
    /** SHA-256 of its CA; null without TLS. */
    fingerprint: () => string | null
    /** Of the plain-HTTP port, which gives out the CA; null without TLS. */
    plainPort: () => number | null
    /** Throws name_invalid. */
    checkName: (name: string) => void
    rename: (name: string) => void | Promise<void>
    /** Somebody owns the box from now on. */
    claimed: () => void | Promise<void>
    /** Its page's addresses, the best first, without a path: `https://hob-ab12.local`. */
    origins: () => readonly string[]
  }
}

const longestAgent = 500

export const fromOf = (c: Context<AppEnv>): From => ({
  address: c.get('caller').address,
  agent: c.req.header('user-agent')?.slice(0, longestAgent) ?? null,
})

/** Where the page is that asks: passkeys belong to its name. */
export const placeOf = (
  c: Context<AppEnv>,
  { secureCookies }: Pick<IdentityRoutesUses, 'secureCookies'>,
): Place => ({
  host: askedHost(c) ?? '',
  secure: secureCookies,
  address: c.get('caller').address,
})

/** Does the work; a refusal is noted with its code before it leaves. */
export async function noted<Result>(
  { note }: Pick<IdentityRoutesUses, 'note'>,
  c: Context<AppEnv>,
  refused: Omit<Note, 'outcome' | 'code'>,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof HobError) note(c, { ...refused, outcome: 'refused', code: error.code })
    throw error
  }
}

/** Throws invalid_request when it is past: what is given now must last. */
export function futureMs(date: string | null | undefined, now: () => Date): number | null {
  if (date === null || date === undefined) return null
  const ms = Date.parse(date)
  if (ms <= now().getTime())
    throw new HobError('invalid_request', { detail: 'The end date is past.' }, { param: 'expiresAt' })
  return ms
}
