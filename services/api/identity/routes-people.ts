// The routes of the household: its people and the invitations to it. For owners; the walls have seen to that.
import { identityRoutes } from '#appliance/contracts/identity.ts'
import type { App } from '#appliance/ipc/app.ts'
import { futureMs, type IdentityRoutesUses, noted } from './routes-shared.ts'

/** A guest whose end nobody named. */
const guestMs = 30 * 86_400_000

export function registerPeople(app: App, uses: IdentityRoutesUses): void {
  const { note } = uses
  const { people, household, invitations, now } = uses.parts

  app.openapi(identityRoutes.people, (c) => c.json({ people: people.list() }, 200))

  app.openapi(identityRoutes.changePerson, async (c) => {
    const { id } = c.req.valid('param')
    const { role, expiresAt } = c.req.valid('json')
    const details = {
      ...(role === undefined ? {} : { role }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    }
    const person = await noted(uses, c, { action: 'person.changed', target: id, details }, () =>
      household.change(id, {
        ...(role === undefined ? {} : { role }),
        ...(expiresAt === undefined ? {} : { expiresMs: expiresAt === null ? null : Date.parse(expiresAt) }),
      }),
    )
    note(c, {
      action: 'person.changed',
      outcome: 'done',
      target: id,
      details: { ...details, name: person.name },
    })
    return c.json(person, 200)
  })

  app.openapi(identityRoutes.resetPerson, async (c) => {
    const { id } = c.req.valid('param')
    const { name } = people.account(id)
    const { code, expiresAt } = household.reset(id)
    note(c, { action: 'recovery.made', outcome: 'done', target: id, details: { name } })
    return c.json({ code, expiresAt: expiresAt.toISOString() }, 201)
  })

  app.openapi(identityRoutes.removePerson, async (c) => {
    const { id } = c.req.valid('param')
    const { name } = people.account(id)
    const details = { name }
    await noted(uses, c, { action: 'person.removed', target: id, details }, () => household.remove(id))
    note(c, { action: 'person.removed', outcome: 'done', target: id, details })
    return c.body(null, 204)
  })

  app.openapi(identityRoutes.invitations, (c) => c.json({ invitations: invitations.list() }, 200))

  app.openapi(identityRoutes.invite, async (c) => {
    const { role, personExpiresAt } = c.req.valid('json')
    const { user: id, role: own } = c.get('caller').principal
    const invitation = await noted(uses, c, { action: 'invitation.made', details: { role } }, () => {
      const asked = futureMs(personExpiresAt, now)
      const forgotten = role === 'guest' && personExpiresAt === undefined
      const personExpiresMs = forgotten ? now().getTime() + guestMs : asked
      return invitations.make({ id, role: own }, { role, personExpiresMs })
    })
    note(c, { action: 'invitation.made', outcome: 'done', target: invitation.id, details: { role } })
    return c.json(invitation, 201)
  })

  app.openapi(identityRoutes.removeInvitation, (c) => {
    const { id } = c.req.valid('param')
    invitations.remove(id)
    note(c, { action: 'invitation.removed', outcome: 'done', target: id })
    return c.body(null, 204)
  })
}
