// The door of the fake box: claim, sessions, people, invitations, tokens and the record, small and from memory, by the
// contracts. One browser, so no cookies: `signedIn` says who it is. A test sets the scene and looks at what came.
import type { AuditEntry } from '#appliance/contracts/audit.ts'
import type { Invitation, Passkey, Person, Session, Token } from '#appliance/contracts/identity.ts'
import { roles } from '#appliance/contracts/principal.ts'
import { HobError } from '#appliance/errors.ts'
import { auditEntries, fakePeople, fakeSessions, fakeTokens, recoveryCodes } from './door-data.ts'

export interface FakeDoor {
  claimed: boolean
  claim: 'open' | 'closed'
  /** Without dashes, as it is compared. */
  claimCode: string
  claimTries: number
  /** How long the box makes somebody wait after wrong tries. */
  waitSeconds: number
  signedIn: string | null
  /** Whether dangerous things need no second look. */
  fresh: boolean
  fingerprint: string | null
  /** What the box and its host are called. */
  name: string
  host: string
  people: Person[]
  readonly passwords: Map<string, string>
  tokens: Token[]
  sessions: Session[]
  invitations: (Invitation & { code: string })[]
  passkeys: Passkey[]
  audit: AuditEntry[]
  auditBrokenAt: number | null
  /** Everything that was asked of the door, as `POST claim` with its body. */
  readonly asked: { what: string; body: unknown }[]
  /** Throws when this browser is not let in. */
  guard(): void
  /** Null: not the door's. */
  answer(
    what: string,
    id: string,
    body: unknown,
    query: URLSearchParams,
  ): { status: number; body?: unknown } | null
}

const bare = (code: unknown): string => String(code).toUpperCase().replaceAll(/[\s-]/g, '')
const daysFromNow = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString()

export function createFakeDoor(): FakeDoor {
  let lastId = 0
  let failures = 0
  let nextClaimMs = 0
  const newId = (prefix: string): string => `${prefix}-${++lastId}`

  const me = (): Person => {
    const person = door.people.find(({ id }) => id === door.signedIn)
    if (person === undefined) throw new HobError('sign_in_required')
    return person
  }
  const fresh = (): Person => {
    const person = me()
    if (!door.fresh) throw new HobError('confirm_required')
    return person
  }
  const owner = (who: Person): Person => {
    if (who.role !== 'owner') throw new HobError('not_allowed', { what: 'people', who: who.role })
    return who
  }
  const find = <Item extends { id: string }>(items: readonly Item[], id: string): Item => {
    const found = items.find((one) => one.id === id)
    if (found === undefined) throw new HobError('person_not_found')
    return found
  }
  const enter = (person: Person, password: string): Person => {
    door.passwords.set(person.id, password)
    door.signedIn = person.id
    door.fresh = true
    return person
  }
  const newPerson = (name: string, role: Person['role']): Person => ({
    id: newId('p'),
    name,
    role,
    expiresAt: null,
    createdAt: new Date().toISOString(),
    lastSeenAt: null,
    passkeys: 0,
  })
  const strong = (password: unknown): string => {
    if (password === 'password') throw new HobError('password_weak')
    return String(password)
  }
  /** The third wrong one in a row has to wait, and so has a claim soon after a wrong code. */
  const wrong = (code: 'sign_in_failed' | 'code_wrong'): never => {
    failures += 1
    throw failures < 3 ? new HobError(code) : tooMany()
  }
  const tooMany = (): HobError => new HobError('too_many_tries', { retryAfter: door.waitSeconds })

  const checkClaimCode = (code: unknown): void => {
    if (door.claimed) throw new HobError('already_claimed')
    if (door.claim === 'closed') throw new HobError('claim_closed')
    if (Date.now() < nextClaimMs) throw tooMany()
    if (bare(code) === door.claimCode) return
    door.claimTries -= 1
    if (door.claimTries === 0) door.claim = 'closed'
    nextClaimMs = Date.now() + door.waitSeconds * 1000
    throw new HobError('claim_code_wrong', { left: door.claimTries })
  }
  const claim = (fields: Record<string, unknown>) => {
    checkClaimCode(fields['code'])
    const password = strong(fields['password'])
    door.claimed = true
    const person = newPerson(String(fields['name']), 'owner')
    door.people = [person]
    return { status: 201, body: { person: enter(person, password), recoveryCodes } }
  }

  const audit = (query: URLSearchParams) => {
    const area = query.get('action')?.replace('*', '')
    const text = query.get('text')?.toLowerCase() ?? ''
    const entries = door.audit.filter(
      (entry) =>
        entry.seq < Number(query.get('before') ?? Number.MAX_SAFE_INTEGER) &&
        entry.at >= (query.get('since') ?? '') &&
        [entry.who.person, null].includes(query.get('person')) &&
        entry.outcome === (query.get('outcome') ?? entry.outcome) &&
        (area === undefined || entry.action.startsWith(area)) &&
        `${entry.target} ${JSON.stringify(entry.details)}`.toLowerCase().includes(text),
    )
    return { status: 200, body: { entries: entries.slice(0, 8), more: entries.length > 8 } }
  }

  const door: FakeDoor = {
    claimed: true,
    claim: 'open',
    claimCode: '4F7KQZX90A',
    claimTries: 10,
    waitSeconds: 0,
    signedIn: 'p-anna',
    fresh: true,
    fingerprint: null,
    name: 'The quiet box',
    host: 'hob-1a2b.local',
    people: fakePeople(),
    passwords: new Map([['p-anna', 'three small owls']]),
    tokens: fakeTokens(),
    sessions: fakeSessions(),
    invitations: [],
    passkeys: [],
    audit: auditEntries(),
    auditBrokenAt: null,
    asked: [],
    guard: () => {
      if (!door.claimed) throw new HobError('unclaimed')
      me()
    },
    answer: (what, id, body, query) => {
      const fields: Record<string, unknown> = Object(body)
      if (what !== 'GET door') door.asked.push({ what, body })
      switch (what) {
        case 'GET door':
          return {
            status: 200,
            body: {
              claimed: door.claimed,
              claim: door.claimed ? null : door.claim,
              name: door.name,
              host: door.host,
              fingerprint: door.fingerprint,
              plainPort: door.fingerprint === null ? null : 4621,
              person: door.people.find((one) => door.claimed && one.id === door.signedIn) ?? null,
              freshUntil: door.fresh ? daysFromNow(0.003) : null,
            },
          }
        case 'POST claim/check':
          checkClaimCode(fields['code'])
          return { status: 204 }
        case 'POST claim':
          return claim(fields)
        case 'POST session': {
          const person = door.people.find(({ name }) => name === fields['name'])
          if (person === undefined || door.passwords.get(person.id) !== fields['password'])
            return wrong('sign_in_failed')
          return { status: 201, body: enter(person, String(fields['password'])) }
        }
        case 'DELETE session':
          door.signedIn = null
          return { status: 204 }
        case 'POST session/confirm':
          if (door.passwords.get(me().id) !== fields['password']) return wrong('sign_in_failed')
          door.fresh = true
          return { status: 200, body: { freshUntil: daysFromNow(0.003) } }
        case 'POST session/confirm/passkey/options': {
          const options = { challenge: 'Y2hhbGxlbmdl', rpId: 'localhost' }
          return { status: 200, body: { id: `ceremony-of-${me().id}`, options } }
        }
        case 'POST session/confirm/passkey':
          if (fields['id'] !== `ceremony-of-${me().id}`) throw new HobError('passkey_failed')
          door.fresh = true
          return { status: 200, body: { freshUntil: daysFromNow(0.003) } }
        case 'POST recovery': {
          const person = door.people.find(({ name }) => name === fields['name'])
          if (person === undefined || !recoveryCodes.includes(String(fields['code'])))
            return wrong('code_wrong')
          return { status: 201, body: enter(person, strong(fields['password'])) }
        }
        case 'POST invitations/accept': {
          const invitation = door.invitations.find(({ code }) => bare(code) === bare(fields['code']))
          if (invitation === undefined) return wrong('code_wrong')
          const person = newPerson(String(fields['name']), invitation.role)
          door.people.push(person)
          door.invitations = door.invitations.filter((one) => one !== invitation)
          return { status: 201, body: { person: enter(person, strong(fields['password'])), recoveryCodes } }
        }
        case 'GET sessions':
          return { status: 200, body: { sessions: door.sessions } }
        case 'DELETE sessions':
          door.sessions = door.sessions.filter((one) => one !== find(door.sessions, id))
          return { status: 204 }
        case 'POST password':
          door.passwords.set(fresh().id, strong(fields['password']))
          return { status: 204 }
        case 'POST recovery-codes':
          fresh()
          return { status: 201, body: { recoveryCodes } }
        case 'GET passkeys':
          return { status: 200, body: { passkeys: door.passkeys } }
        case 'POST passkeys/options': {
          const { id: user, name } = fresh()
          const options = {
            challenge: 'Y2hhbGxlbmdl',
            rp: { id: 'localhost', name: 'Hob' },
            user: { id: btoa(user), name, displayName: name },
            pubKeyCredParams: [-7, -257].map((alg) => ({ type: 'public-key', alg })),
            authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
          }
          return { status: 200, body: { id: 'ceremony-1', options } }
        }
        case 'POST passkeys': {
          fresh().passkeys += 1
          const createdAt = new Date().toISOString()
          const passkey = { id: newId('k'), name: String(fields['name']), createdAt, lastUsedAt: null }
          door.passkeys.push(passkey)
          return { status: 201, body: passkey }
        }
        case 'DELETE passkeys':
          fresh()
          door.passkeys = door.passkeys.filter((one) => one.id !== id)
          return { status: 204 }
        case 'POST session/passkey/options':
          return {
            status: 200,
            body: { id: 'ceremony-2', options: { challenge: 'Y2hhbGxlbmdl', rpId: 'localhost' } },
          }
        case 'POST session/passkey': {
          const person = door.people.find(({ passkeys }) => passkeys > 0)
          if (person === undefined) return wrong('sign_in_failed')
          return { status: 201, body: enter(person, door.passwords.get(person.id) ?? '') }
        }
        case 'GET people':
          owner(me())
          return { status: 200, body: { people: door.people } }
        case 'PATCH people':
          owner(fresh())
          return { status: 200, body: Object.assign(find(door.people, id), body) }
        case 'POST people/reset':
          owner(fresh())
          return { status: 201, body: { code: 'K3M7P-Q2W9X', expiresAt: daysFromNow(1) } }
        case 'DELETE people':
          owner(fresh())
          door.people = door.people.filter((one) => one !== find(door.people, id))
          return { status: 204 }
        case 'GET invitations':
          owner(me())
          return {
            status: 200,
            body: { invitations: door.invitations.map((one) => ({ ...one, code: undefined })) },
          }
        case 'POST invitations': {
          owner(fresh())
          const role = roles.find((one) => one === fields['role']) ?? 'guest'
          const createdAt = new Date().toISOString()
          const invitation = {
            id: newId('i'),
            role,
            createdAt,
            expiresAt: daysFromNow(3),
            code: 'HEY0U-C0ME1',
          }
          door.invitations.push(invitation)
          return { status: 201, body: invitation }
        }
        case 'DELETE invitations':
          owner(me())
          door.invitations = door.invitations.filter((one) => one.id !== id)
          return { status: 204 }
        case 'GET tokens':
          return { status: 200, body: { tokens: door.tokens } }
        case 'POST tokens': {
          const { id: owned, name } = fresh()
          const token: Token = {
            id: newId('t'),
            name: String(fields['name']),
            prefix: 'hob_7Qx2',
            scopes: Array.isArray(fields['scopes']) ? fields['scopes'] : [],
            person: { id: owned, name },
            createdAt: new Date().toISOString(),
            expiresAt: typeof fields['expiresAt'] === 'string' ? fields['expiresAt'] : null,
            lastUsedAt: null,
          }
          door.tokens.push(token)
          return { status: 201, body: { ...token, token: 'hob_7Qx2mWc9Zr4Tn8Lk1Vb6Yd3Hs5Jf0Pg2Ru7Ea9Xi4Oq' } }
        }
        case 'DELETE tokens':
          me()
          door.tokens = door.tokens.filter((one) => one.id !== id)
          return { status: 204 }
        case 'GET audit':
          owner(me())
          return audit(query)
        case 'GET audit/verify':
          owner(me())
          return {
            status: 200,
            body: {
              ok: door.auditBrokenAt === null,
              entries: door.audit.length,
              first: door.audit.at(-1)?.seq ?? null,
              last: door.audit[0]?.seq ?? null,
              brokenAt: door.auditBrokenAt,
              prunedBefore: 0,
            },
          }
        case 'GET audit/export':
          owner(me())
          return { status: 200, body: door.audit }
        default:
          return null
      }
    },
  }
  return door
}
