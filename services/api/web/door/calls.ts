// What is asked of the box about people: the door, sessions, passkeys, tokens, invitations, the audit. Part of api.ts.
import type { AuditPage, AuditVerify } from '#appliance/contracts/audit.ts'
import type { Door, Invitation, Passkey, Person, Session, Token } from '#appliance/contracts/identity.ts'
import type { FoundBox } from '#appliance/contracts/network.ts'
import type { Requests } from '../app/request.ts'
import { doorPath } from '../app/request.ts'
import type { AuditFilter } from '../people/audit.ts'
import type { Assertion, Attestation, CreationOptions, RequestOptions } from './passkey.ts'

export type Scope = Token['scopes'][number]
export type Role = Person['role']

interface Account {
  readonly name: string
  readonly password: string
}
interface Claim extends Account {
  readonly code?: string
  readonly boxName?: string
}
interface NewToken {
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly expiresAt: string | null
}
export interface Welcomed {
  readonly person: Person
  readonly recoveryCodes: readonly string[]
}
export interface OtherBox extends FoundBox {
  readonly own: boolean
}
interface Ceremony<Options> {
  readonly id: string
  readonly options: Options
}

export function createDoorCalls({ send, json, get, post, remove }: Requests) {
  const name = encodeURIComponent
  return {
    door: () => json<Door>('GET', doorPath),
    claim: (claim: Claim) => post<Welcomed>('/claim', claim),
    checkClaimCode: async (code: string): Promise<void> => {
      await send('POST', '/hob/v1/claim/check', { code })
    },
    acceptInvitation: (code: string, account: Account) =>
      post<Welcomed>('/invitations/accept', { code, ...account }),
    signIn: (account: Account) => post<Person>('/session', account),
    signOut: () => remove('/session'),
    confirmWho: (password: string) => post<{ freshUntil: string }>('/session/confirm', { password }),
    passkeyConfirmOptions: () => post<Ceremony<RequestOptions>>('/session/confirm/passkey/options'),
    passkeyConfirm: (id: string, response: Assertion) =>
      post<{ freshUntil: string }>('/session/confirm/passkey', { id, response }),
    recover: (recovery: Account & { code: string }) => post<Person>('/recovery', recovery),

    changePassword: async (password: string): Promise<void> => {
      await send('POST', '/hob/v1/password', { password })
    },
    makeRecoveryCodes: async () =>
      (await post<{ recoveryCodes: readonly string[] }>('/recovery-codes')).recoveryCodes,
    sessions: async () => (await get<{ sessions: readonly Session[] }>('/sessions')).sessions,
    revokeSession: (id: string) => remove(`/sessions/${name(id)}`),

    passkeyOptions: () => post<Ceremony<CreationOptions>>('/passkeys/options'),
    addPasskey: (id: string, label: string, response: Attestation) =>
      post<Passkey>('/passkeys', { id, name: label, response }),
    passkeys: async () => (await get<{ passkeys: readonly Passkey[] }>('/passkeys')).passkeys,
    removePasskey: (id: string) => remove(`/passkeys/${name(id)}`),
    passkeySignInOptions: () => post<Ceremony<RequestOptions>>('/session/passkey/options'),
    passkeySignIn: (id: string, response: Assertion) => post<Person>('/session/passkey', { id, response }),

    people: async () => (await get<{ people: readonly Person[] }>('/people')).people,
    changePerson: (id: string, change: { role?: Role; expiresAt?: string | null }) =>
      json<Person>('PATCH', `/hob/v1/people/${name(id)}`, change),
    resetPerson: (id: string) => post<{ code: string; expiresAt: string }>(`/people/${name(id)}/reset`),
    removePerson: (id: string) => remove(`/people/${name(id)}`),

    invitations: async () => (await get<{ invitations: readonly Invitation[] }>('/invitations')).invitations,
    invite: (role: Role, personExpiresAt: string | null) =>
      post<Invitation & { code: string }>('/invitations', { role, personExpiresAt }),
    removeInvitation: (id: string) => remove(`/invitations/${name(id)}`),

    tokens: async () => (await get<{ tokens: readonly Token[] }>('/tokens')).tokens,
    makeToken: (token: NewToken) => post<Token & { token: string }>('/tokens', token),
    removeToken: (id: string) => remove(`/tokens/${name(id)}`),

    audit: (filter: AuditFilter, signal?: AbortSignal) => {
      const query = new URLSearchParams(
        Object.entries(filter).flatMap(([key, value]) => (value === '' ? [] : [[key, String(value)]])),
      )
      return get<AuditPage>(`/audit?${query.toString()}`, signal)
    },
    verifyAudit: () => get<AuditVerify>('/audit/verify'),
    /** The whole record as a file. */
    exportAudit: async (format: 'ndjson' | 'csv') =>
      (await send('GET', `/hob/v1/audit/export?format=${format}`)).blob(),
  }
}
