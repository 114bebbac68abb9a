// Opens identity.db and puts together everything that knows people, their sessions and tokens. One per box; the walls see
// `identity`, the routes the rest.
import type { Caller, Principal } from '#appliance/contracts/principal.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import type { Log } from '#appliance/log.ts'
import { openStore } from '#appliance/store/open.ts'
import { type Claim, createClaim } from './claim.ts'
import { createEndings } from './endings.ts'
import { createEntrances, type Entrances } from './entrances.ts'
import { createHousehold, type Household } from './household.ts'
import type { From, Identity } from './identity.ts'
import { createInvitations, type Invitations } from './invitations.ts'
import { migrations } from './migrations.ts'
import { createPasskeys, type Passkeys } from './passkeys.ts'
import { createPasswords, type PasswordCost } from './passwords.ts'
import { createPeople, type People } from './people.ts'
import { createRecovery, type Recovery } from './recovery.ts'
import { createSessions, type Live, type Sessions } from './sessions.ts'
import { createTickets, type Holder, type Tickets } from './tickets.ts'
import { createTokens, type LiveToken, type Tokens } from './tokens.ts'
import { createTries } from './tries.ts'

export interface IdentityParts {
  readonly identity: Identity
  readonly people: People
  readonly sessions: Sessions
  readonly tokens: Tokens
  readonly recovery: Recovery
  readonly invitations: Invitations
  readonly passkeys: Passkeys
  readonly tickets: Tickets
  readonly claim: Claim
  readonly entrances: Entrances
  readonly household: Household
  readonly now: () => Date
  /** Ends what has expired without being used, so that what is open for it is cut. Once a minute is enough. */
  sweep(): void
}

export interface IdentityUses {
  file: string
  now: () => Date
  log: Log
  boxId: string
  /** The names of the box, without ports; passkeys are made under these alone. */
  hosts: () => readonly string[]
  boxName: () => string
  /** What a removed person had in other files. */
  onRemoved: (user: string) => void | Promise<void>
  /** For tests. */
  passwordCost?: PasswordCost
}

/** Throws what openStore throws. */
export function openIdentity(uses: IdentityUses): IdentityParts {
  const { file, now, log, boxId, hosts, boxName, onRemoved } = uses
  const store = openStore({ file, migrations })
  // a removed person's name and keys are overwritten on the disk, too
  store.pragma('secure_delete = ON')
  const endings = createEndings(store)
  const people = createPeople({ store, now })
  const sessions = createSessions({ store, now, endings, seen: people.seen })
  const tokens = createTokens({ store, now, endings })
  const recovery = createRecovery({ store, now })
  const invitations = createInvitations({ store, now })
  const passkeys = createPasskeys({ store, now, hosts, boxName })
  const passwords = createPasswords(uses.passwordCost === undefined ? {} : { cost: uses.passwordCost })
  const tickets = createTickets({ boxId, now })
  const claim = createClaim({ claimed: people.any, now, log })
  const shared = { people, sessions, recovery, invitations, passwords, endings, boxName }
  const entrances = createEntrances({ ...shared, passkeys, tries: createTries({ now }), claim, now })
  const household = createHousehold({ ...shared, tokens, onRemoved })

  const identity: Identity = {
    claimed: people.any,
    bySession: (secret, from) => ofSession(sessions.bySecret(secret, from), from),
    byToken: (secret, from) => ofToken(tokens.bySecret(secret), from),
    byTicket: async (ticket, from) => ofHolder(await tickets.redeem(ticket), from),
    onTheBox: () => {
      const stranger = localOwner('socket')
      return { ...stranger, user: people.firstOwner() ?? stranger.user }
    },
    onEnded: endings.onEnded,
    close: () => store.close(),
  }
  const ofHolder = (holder: Holder | null, from: From): Caller | null => {
    if (holder === null) return null
    if (holder.kind === 'socket')
      return byTicket({ ...from, principal: identity.onTheBox(), id: null, name: null })
    const caller =
      holder.kind === 'session'
        ? ofSession(sessions.byId(holder.id), from)
        : ofToken(tokens.byId(holder.id), from)
    return caller === null ? null : byTicket(caller)
  }

  return {
    identity,
    people,
    sessions,
    tokens,
    recovery,
    invitations,
    passkeys,
    tickets,
    claim,
    entrances,
    household,
    now,
    sweep: () => {
      sessions.sweep()
      tokens.sweep()
      recovery.sweep()
      invitations.sweep()
    },
  }
}

const ofSession = (live: Live | null, { address }: From): Caller | null =>
  live === null
    ? null
    : {
        principal: { user: live.user, role: live.role, scopes: ['*'], origin: 'page' },
        by: 'session',
        id: live.id,
        name: live.name,
        fresh: live.fresh,
        address,
      }

const ofToken = (live: LiveToken | null, { address }: From): Caller | null =>
  live === null
    ? null
    : {
        principal: { user: live.user, role: live.role, scopes: [...live.scopes], origin: 'api' },
        by: 'token',
        id: live.id,
        name: live.name,
        fresh: false,
        address,
      }

/** Never fresh: a ticket may lie in a log. */
const byTicket = (held: {
  principal: Principal
  id: string | null
  name: string | null
  address: string | null
}): Caller => ({
  principal: held.principal,
  by: 'ticket',
  id: held.id,
  name: held.name,
  fresh: false,
  address: held.address,
})
