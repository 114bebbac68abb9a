// The routes of one's own account: confirming, devices, password, recovery codes, passkeys, tokens, the ticket.
import type { Context } from 'hono'
import { identityRoutes } from '#appliance/contracts/identity.ts'
import { HobError } from '#appliance/errors.ts'
import type { App, AppEnv } from '#appliance/ipc/app.ts'
import { clearSessionCookie } from './cookie.ts'
import { futureMs, type IdentityRoutesUses, noted, placeOf } from './routes-shared.ts'
import type { Holder } from './tickets.ts'

export function registerSelf(app: App, uses: IdentityRoutesUses): void {
  const { parts, note } = uses
  const { entrances, household, passkeys, people, sessions, recovery } = parts

  app.openapi(identityRoutes.confirm, async (c) => {
    const { password } = c.req.valid('json')
    const freshUntil = await noted(uses, c, { action: 'session.renewed' }, () =>
      entrances.confirm(userOf(c), sessionOf(c), password),
    )
    note(c, { action: 'session.renewed', outcome: 'done' })
    return c.json({ freshUntil: freshUntil.toISOString() }, 200)
  })

  app.openapi(identityRoutes.passkeyConfirmOptions, async (c) =>
    c.json(await passkeys.confirmOptions(userOf(c), placeOf(c, uses)), 200),
  )
  app.openapi(identityRoutes.passkeyConfirm, async (c) => {
    const given = c.req.valid('json')
    const freshUntil = await noted(uses, c, { action: 'session.renewed' }, () =>
      entrances.passkeyConfirm(userOf(c), sessionOf(c), given),
    )
    note(c, { action: 'session.renewed', outcome: 'done', details: { with: 'passkey' } })
    return c.json({ freshUntil: freshUntil.toISOString() }, 200)
  })

  app.openapi(identityRoutes.sessions, (c) =>
    c.json({ sessions: sessions.list(userOf(c), sessionOf(c)) }, 200),
  )
  app.openapi(identityRoutes.revokeSession, (c) => {
    const { id } = c.req.valid('param')
    sessions.end(userOf(c), id)
    if (id === sessionOf(c)) clearSessionCookie(c, uses)
    note(c, { action: 'session.revoked', outcome: 'done', target: id })
    return c.body(null, 204)
  })

  app.openapi(identityRoutes.changePassword, async (c) => {
    const { password } = c.req.valid('json')
    await noted(uses, c, { action: 'password.changed' }, () =>
      household.changePassword(userOf(c), password, sessionOf(c)),
    )
    note(c, { action: 'password.changed', outcome: 'done', target: userOf(c) })
    return c.body(null, 204)
  })
  app.openapi(identityRoutes.makeRecovery, (c) => {
    const { id } = people.account(userOf(c))
    const recoveryCodes = recovery.renew(id)
    note(c, { action: 'recovery.made', outcome: 'done', target: id })
    return c.json({ recoveryCodes }, 201)
  })

  registerPasskeys(app, uses)
  registerTokens(app, uses)

  app.openapi(identityRoutes.ticket, async (c) => {
    const { ticket, expiresAt } = await parts.tickets.issue(holderOf(c))
    return c.json({ ticket, expiresAt: expiresAt.toISOString() }, 201)
  })
}

const userOf = (c: Context<AppEnv>): string => c.get('caller').principal.user

/** The session that asks; null on the box's own socket. */
const sessionOf = (c: Context<AppEnv>): string | null => {
  const { by, id } = c.get('caller')
  return by === 'session' ? id : null
}

function holderOf(c: Context<AppEnv>): Holder {
  const { by, id } = c.get('caller')
  if (by === 'socket') return { kind: 'socket' }
  if ((by === 'session' || by === 'token') && id !== null) return { kind: by, id }
  // the walls let nobody else come here; a ticket buys no other ticket
  throw new HobError('session_not_found')
}

function registerTokens(app: App, { parts, note }: IdentityRoutesUses): void {
  const { tokens, people, now } = parts
  /** Null: everybody's. */
  const whose = (c: Context<AppEnv>): string | null =>
    c.get('caller').principal.role === 'owner' ? null : userOf(c)

  app.openapi(identityRoutes.tokens, (c) => c.json({ tokens: tokens.list(whose(c)) }, 200))
  app.openapi(identityRoutes.makeToken, async (c) => {
    const { name, scopes, expiresAt } = c.req.valid('json')
    const refused = { action: 'token.made', details: { name, scopes: scopes.join(' ') } } as const
    const made = await noted({ note }, c, refused, () =>
      tokens.make(people.account(userOf(c)), { name, scopes, expiresMs: futureMs(expiresAt, now) }),
    )
    const details = { name, scopes: made.scopes.join(' '), expiresAt: made.expiresAt }
    note(c, { action: 'token.made', outcome: 'done', target: made.id, details })
    return c.json(made, 201)
  })
  app.openapi(identityRoutes.removeToken, (c) => {
    const { id } = c.req.valid('param')
    tokens.remove(whose(c), id)
    note(c, { action: 'token.removed', outcome: 'done', target: id })
    return c.body(null, 204)
  })
}

function registerPasskeys(app: App, uses: IdentityRoutesUses): void {
  const { note } = uses
  const { passkeys, people } = uses.parts

  app.openapi(identityRoutes.passkeyOptions, async (c) =>
    c.json(await passkeys.makeOptions(people.account(userOf(c)), placeOf(c, uses)), 200),
  )
  app.openapi(identityRoutes.addPasskey, async (c) => {
    const answer = c.req.valid('json')
    const passkey = await noted(uses, c, { action: 'passkey.added' }, () => passkeys.add(userOf(c), answer))
    note(c, { action: 'passkey.added', outcome: 'done', target: passkey.id, details: { name: passkey.name } })
    return c.json(passkey, 201)
  })
  app.openapi(identityRoutes.passkeys, (c) => c.json({ passkeys: passkeys.list(userOf(c)) }, 200))
  app.openapi(identityRoutes.removePasskey, (c) => {
    const { id } = c.req.valid('param')
    passkeys.remove(userOf(c), id)
    note(c, { action: 'passkey.removed', outcome: 'done', target: id })
    return c.body(null, 204)
  })
}
