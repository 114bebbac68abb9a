// The ways in: claim, password, passkey, recovery code, invitation. Each ends in a new session, and each can be tried
// only so often. Owns nothing; puts together the parts of open.ts's identity.
import { randomUUID } from 'node:crypto'
import type { Person } from '#appliance/contracts/identity.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import { HobError } from '#appliance/errors.ts'
import type { Claim } from './claim.ts'
import type { Endings } from './endings.ts'
import type { From } from './identity.ts'
import type { Invitations } from './invitations.ts'
import type { Passkeys } from './passkeys.ts'
import type { Passwords } from './passwords.ts'
import { type Account, nameKey, type People } from './people.ts'
import type { Recovery } from './recovery.ts'
import type { Sessions } from './sessions.ts'
import type { Tries, Try } from './tries.ts'
import { refuseWeak } from './weak.ts'

export interface SignedIn {
  person: Person
  /** For the cookie. */
  secret: string
}
interface NewAccount {
  name: string
  password: string
}

export interface Entrances {
  /** Through the box's own socket (`code` null) no code is needed, and nobody is signed in. */
  claim(
    who: NewAccount & { code: string | null; boxName?: string },
    from: From,
  ): Promise<{ person: Person; recoveryCodes: string[]; secret: string | null }>
  signIn(who: NewAccount, from: From): Promise<SignedIn>
  passkeySignIn(answer: { id: string; response: unknown }, from: From): Promise<SignedIn>
  recover(who: NewAccount & { code: string }, from: From): Promise<SignedIn>
  accept(who: NewAccount & { code: string }, from: From): Promise<SignedIn & { recoveryCodes: string[] }>
  /** Throws sign_in_failed. `session` is null on the box's own socket. */
  confirm(user: string, session: string | null, password: string): Promise<Date>
  /** Throws passkey_failed, for another person's passkey, too. */
  passkeyConfirm(
    user: string,
    session: string | null,
    answer: { id: string; response: unknown },
  ): Promise<Date>
}

interface Uses {
  people: People
  sessions: Sessions
  recovery: Recovery
  invitations: Invitations
  passkeys: Passkeys
  passwords: Passwords
  tries: Tries
  claim: Claim
  endings: Endings
  boxName: () => string
  now: () => Date
}

const onTheBox = 'local'

export function createEntrances(uses: Uses): Entrances {
  const { people, sessions, recovery, invitations, passkeys, passwords, tries, claim, endings, now } = uses

  const begin = (account: string | null, { address }: From): Try =>
    tries.begin({ account: account === null ? null : nameKey(account), address: address ?? onTheBox })

  const enter = (user: string, from: From): SignedIn => {
    const { secret } = sessions.open(user, from)
    return { person: people.person(user), secret }
  }
  const refuseExpired = ({ expiresMs }: Account): void => {
    if (expiresMs !== null && expiresMs <= now().getTime())
      throw new HobError('account_expired', { date: new Date(expiresMs).toISOString().slice(0, 10) })
  }
  const refuseGuessable = (password: string, ...names: string[]): void =>
    refuseWeak(password, [...names, uses.boxName()])

  /** The parameters have grown since: with the next chance is early enough when the box is busy. */
  const hashAnew = async (account: Account, password: string): Promise<void> => {
    if (!passwords.isOutdated(account.password)) return
    try {
      const encoded = await passwords.hash(password)
      if (people.find(account.id)?.password === account.password) people.setPassword(account.id, encoded)
    } catch (error) {
      if (!(error instanceof HobError) || error.code !== 'too_busy') throw error
    }
  }

  return {
    claim: async ({ code, name, password, boxName }, from) => {
      if (code !== null) claim.check(code)
      else if (claim.state() === null) throw new HobError('already_claimed')
      refuseGuessable(password, name, boxName ?? '')
      const encoded = await passwords.hash(password)
      // what was made before the claim belongs to this id
      const { user: id, role } = localOwner('socket')
      const recoveryCodes = endings.transaction(() => {
        if (people.any()) throw new HobError('already_claimed')
        people.add({ id, name, role, password: encoded, expiresMs: null })
        return recovery.renew(id)
      })
      const secret = code === null ? null : enter(id, from).secret
      return { person: people.person(id), recoveryCodes, secret }
    },

    signIn: async ({ name, password }, from) => {
      const attempt = begin(name, from)
      const account = people.byName(name)
      const right = await computed(attempt, () => passwords.verify(account?.password ?? null, password))
      // changed or removed while it was computed: no longer right
      if (account === null || !right || people.find(account.id)?.password !== account.password)
        throw new HobError('sign_in_failed')
      attempt.succeeded()
      refuseExpired(account)
      const signedIn = enter(account.id, from)
      await hashAnew(account, password)
      return signedIn
    },

    passkeySignIn: async (answer, from) => {
      const account = people.account(await passkeys.signIn(answer))
      refuseExpired(account)
      return enter(account.id, from)
    },

    recover: async ({ name, code, password }, from) => {
      refuseGuessable(password, name)
      const attempt = begin(name, from)
      const account = people.byName(name)
      const hash = recovery.match(account?.id ?? null, code)
      if (account === null || hash === null) throw new HobError('code_wrong')
      attempt.succeeded()
      refuseExpired(account)
      const encoded = await passwords.hash(password)
      return endings.transaction(() => {
        if (!recovery.use(account.id, hash)) throw new HobError('code_wrong')
        people.setPassword(account.id, encoded)
        sessions.endAll(account.id)
        return enter(account.id, from)
      })
    },

    accept: async ({ code, name, password }, from) => {
      const attempt = begin(null, from)
      const { id: invitation, role, personExpiresMs } = invitations.byCode(code)
      attempt.succeeded()
      refuseGuessable(password, name)
      if (people.byName(name) !== null) throw new HobError('name_taken', {}, { param: 'name' })
      const encoded = await passwords.hash(password)
      const id = randomUUID()
      return endings.transaction(() => {
        if (!invitations.use(invitation)) throw new HobError('code_wrong')
        people.add({ id, name, role, password: encoded, expiresMs: personExpiresMs })
        return { recoveryCodes: recovery.renew(id), ...enter(id, from) }
      })
    },

    confirm: async (user, session, password) => {
      const attempt = tries.beginConfirm(session ?? onTheBox)
      const account = people.account(user)
      if (!(await computed(attempt, () => passwords.verify(account.password, password))))
        throw new HobError('sign_in_failed')
      attempt.succeeded()
      return session === null ? now() : sessions.renew(session)
    },

    passkeyConfirm: async (user, session, answer) => {
      await passkeys.confirm(user, answer)
      return session === null ? now() : sessions.renew(session)
    },
  }
}

/** What was not computed, since the box was busy, was no wrong try. */
async function computed(attempt: Try, work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work()
  } catch (error) {
    attempt.cancel()
    throw error
  }
}
