// The routes before anybody has signed in: the door, the claim, and each way in.
import type { Context } from 'hono'
import { type Door, identityRoutes, type Person } from '#appliance/contracts/identity.ts'
import { HobError } from '#appliance/errors.ts'
import type { App, AppEnv } from '#appliance/ipc/app.ts'
import { clearSessionCookie, setSessionCookie } from './cookie.ts'
import type { SignedIn } from './entrances.ts'
import { fromOf, type IdentityRoutesUses, noted, placeOf } from './routes-shared.ts'

export function registerDoor(app: App, uses: IdentityRoutesUses): void {
  const { parts, box, note } = uses
  const { entrances, claim, passkeys, people, sessions } = parts

  /** One session a browser: the one that it had ends. */
  const letIn = (c: Context<AppEnv>, { person, secret }: SignedIn): Person => {
    const { by, id, principal } = c.get('caller')
    if (by === 'session' && id !== null && sessions.byId(id) !== null) sessions.end(principal.user, id)
    setSessionCookie(c, secret, uses)
    return person
  }
  const whoIs = ({ id, name }: Person) => ({ person: id, name })

  app.openapi(identityRoutes.door, (c) => {
    const { by, id, principal } = c.get('caller')
    const signedIn = by === 'session' || by === 'socket'
    const session = by === 'session' && id !== null ? sessions.byId(id) : null
    const door: Door = {
      claimed: parts.identity.claimed(),
      claim: claim.state(),
      name: box.name(),
      host: box.host(),
      fingerprint: box.fingerprint(),
      plainPort: box.plainPort(),
      person: signedIn && people.find(principal.user) !== null ? people.person(principal.user) : null,
      freshUntil: session?.fresh === true ? session.freshUntil.toISOString() : null,
    }
    return c.json(door, 200)
  })

  app.openapi(identityRoutes.claim, async (c) => {
    const { code = '', boxName, ...account } = c.req.valid('json')
    const asked = {
      ...account,
      code: c.get('caller').by === 'socket' ? null : code,
      ...(boxName === undefined ? {} : { boxName }),
    }
    const { person, recoveryCodes, secret } = await noted(uses, c, { action: 'claim.refused' }, () => {
      // once somebody owns the box, nothing may stand between them and the recovery codes
      if (boxName !== undefined) box.checkName(boxName)
      return entrances.claim(asked, fromOf(c))
    })
    if (boxName !== undefined) await box.rename(boxName)
    if (secret !== null) letIn(c, { person, secret })
    await box.claimed()
    note(c, { action: 'claim.done', outcome: 'done', target: person.id, who: whoIs(person) })
    return c.json({ person, recoveryCodes }, 201)
  })

  app.openapi(identityRoutes.checkClaimCode, async (c) => {
    const { code } = c.req.valid('json')
    await noted(uses, c, { action: 'claim.refused' }, () => claim.check(code))
    return c.body(null, 204)
  })

  app.openapi(identityRoutes.claimCode, (c) => {
    if (c.get('caller').by !== 'socket') throw new HobError('socket_only')
    const code = claim.code()
    if (code === null) throw new HobError(claim.state() === null ? 'already_claimed' : 'claim_closed')
    // after the # nothing is sent: the code stays between the screen and the page
    return c.json({ code, urls: box.origins().map((origin) => `${origin}/claim#${code}`) }, 200)
  })

  app.openapi(identityRoutes.renewClaimCode, (c) => {
    if (c.get('caller').by !== 'socket') throw new HobError('socket_only')
    claim.renew()
    note(c, { action: 'claim.renewed', outcome: 'done' })
    return c.body(null, 204)
  })

  app.openapi(identityRoutes.signIn, async (c) => {
    const asked = c.req.valid('json')
    // what was typed as a name may be a password: it is noted only where it is a name
    const target = people.byName(asked.name)?.id
    const refused = { action: 'session.refused', ...(target === undefined ? {} : { target }) } as const
    const signedIn = await noted(uses, c, refused, () => entrances.signIn(asked, fromOf(c)))
    const person = letIn(c, signedIn)
    note(c, {
      action: 'session.signed_in',
      outcome: 'done',
      details: { with: 'password' },
      who: whoIs(person),
    })
    return c.json(person, 201)
  })

  app.openapi(identityRoutes.passkeySignInOptions, async (c) =>
    c.json(await passkeys.signInOptions(placeOf(c, uses)), 200),
  )
  app.openapi(identityRoutes.passkeySignIn, async (c) => {
    const answer = c.req.valid('json')
    const signedIn = await noted(uses, c, { action: 'session.refused' }, () =>
      entrances.passkeySignIn(answer, fromOf(c)),
    )
    const person = letIn(c, signedIn)
    note(c, {
      action: 'session.signed_in',
      outcome: 'done',
      details: { with: 'passkey' },
      who: whoIs(person),
    })
    return c.json(person, 201)
  })

  app.openapi(identityRoutes.recover, async (c) => {
    const asked = c.req.valid('json')
    const target = people.byName(asked.name)?.id
    const refused = { action: 'password.recovered', ...(target === undefined ? {} : { target }) } as const
    const signedIn = await noted(uses, c, refused, () => entrances.recover(asked, fromOf(c)))
    const person = letIn(c, signedIn)
    note(c, { action: 'password.recovered', outcome: 'done', target: person.id, who: whoIs(person) })
    return c.json(person, 201)
  })

  app.openapi(identityRoutes.accept, async (c) => {
    const asked = c.req.valid('json')
    const { recoveryCodes, ...signedIn } = await noted(uses, c, { action: 'invitation.used' }, () =>
      entrances.accept(asked, fromOf(c)),
    )
    const person = letIn(c, signedIn)
    const done = {
      outcome: 'done',
      target: person.id,
      details: { role: person.role },
      who: whoIs(person),
    } as const
    note(c, { action: 'invitation.used', ...done })
    note(c, { action: 'person.added', ...done })
    return c.json({ person, recoveryCodes }, 201)
  })

  app.openapi(identityRoutes.signOut, (c) => {
    const { by, id, principal } = c.get('caller')
    if (by === 'session' && id !== null) {
      sessions.end(principal.user, id)
      note(c, { action: 'session.signed_out', outcome: 'done', target: id })
    }
    clearSessionCookie(c, uses)
    return c.body(null, 204)
  })
}
