// Everything that changes who may come in is noted for the audit, refusals too, and no note holds a secret.
import { expect, test } from 'vitest'
import { openBox, password, seconds } from './box.ts'

test('each action has its note, with whom it concerns and no secret in it', async () => {
  const box = openBox()
  const secrets: string[] = [password, 'not the lamp', 'seven slow tortoises']
  const owner = await box.owner()
  const juno = await box.person(owner, 'Juno', 'adult')
  secrets.push(...juno.recoveryCodes)
  const call = async (method: string, path: string, body?: unknown) =>
    (await owner.call(method, path, body)).json
  const token = await call('POST', '/tokens', { name: 'lamp', scopes: ['chat'] })
  await call('DELETE', `/tokens/${token.id}`)
  await call('POST', '/session/confirm', { password })
  await call('POST', '/password', { password: 'seven slow tortoises' })
  const { recoveryCodes } = await call('POST', '/recovery-codes')
  await call('PATCH', `/people/${juno.id}`, { role: 'child' })
  const reset = await call('POST', `/people/${juno.id}/reset`)
  const invitation = await call('POST', '/invitations', { role: 'guest' })
  await call('DELETE', `/invitations/${invitation.id}`)
  const other = box.visitor()
  await other.call('POST', '/session', { name: 'not the lamp', password })
  await other.call('POST', '/session', { name: 'Vesta', password: 'not the lamp' })
  await other.call('POST', '/recovery', { name: 'Juno', code: reset.code, password: 'seven slow tortoises' })
  const [session] = (await other.call('GET', '/sessions')).json.sessions
  await other.call('DELETE', `/sessions/${session.id}`)
  await call('DELETE', `/people/${juno.id}`)
  await call('DELETE', '/people/local-owner')
  box.clock.advance(seconds)
  await call('DELETE', '/session')
  secrets.push(token.token, reset.code, invitation.code, ...recoveryCodes, owner.cookie ?? 'gone')

  expect(
    box.notes.map(({ action, outcome, code }) =>
      code === undefined ? `${action} ${outcome}` : `${action} ${outcome}: ${code}`,
    ),
  ).toEqual([
    'claim.done done',
    'session.signed_in done',
    'invitation.made done',
    'invitation.used done',
    'person.added done',
    'token.made done',
    'token.removed done',
    'session.renewed done',
    'password.changed done',
    'recovery.made done',
    'person.changed done',
    'recovery.made done',
    'invitation.made done',
    'invitation.removed done',
    'session.refused refused: sign_in_failed',
    'session.refused refused: sign_in_failed',
    'password.recovered done',
    'session.revoked done',
    'person.removed done',
    'person.removed refused: last_owner',
    'session.signed_out done',
  ])
  expect(box.notes.filter(({ action }) => action === 'session.refused').map(({ target }) => target)).toEqual([
    undefined,
    'local-owner',
  ])
  expect(box.notes.find(({ action }) => action === 'person.removed')).toMatchObject({
    target: juno.id,
    details: { name: 'Juno' },
  })
  const told = JSON.stringify([box.notes, box.logged])
  for (const secret of secrets) expect(told).not.toContain(secret)
})
