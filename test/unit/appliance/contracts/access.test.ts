// Who may do what: every route names its right, and the rights of each role are the ones written out here by hand.
import { describe, expect, test } from 'vitest'
import { freshKey, mayDo, needKey, type RightName, rights, scopes } from '#appliance/contracts/access.ts'
import { publicRoutes } from '#appliance/contracts/openapi.ts'
import { roles } from '#appliance/contracts/principal.ts'

const namesOf = (): RightName[] => Object.keys(rights).filter((name): name is RightName => name in rights)
const everything = ['*']

/** y: may; -: may not. In the order owner, adult, child, guest. */
const people: Readonly<Record<RightName, string>> = {
  chat: 'yyyy',
  history: 'yyyy',
  live: 'yyyy',
  'models:read': 'yyyy',
  'models:manage': 'y---',
  status: 'yyyy',
  metrics: 'y---',
  audit: 'y---',
  self: 'yyyy',
  tokens: 'yy--',
  people: 'y---',
  box: 'y---',
}

/** The same for a token that was given the right itself. */
const tokens: Readonly<Record<RightName, string>> = {
  ...people,
  self: '----',
  tokens: '----',
  people: '----',
  box: '----',
}

const row = (right: RightName, given: readonly string[]): string =>
  roles.map((role) => (mayDo({ role, scopes: [...given] }, right) ? 'y' : '-')).join('')

describe('routes', () => {
  test.each(publicRoutes.map((route) => [`${route.method} ${route.path}`, Object.entries(route)] as const))(
    '%s names what it needs',
    (_, fields) => {
      const need = fields.find(([key]) => key === needKey)?.[1]
      expect([...namesOf(), 'nobody', 'unclaimed']).toContain(need)
    },
  )

  test('what changes who may come in, or with what, or cuts the box off, needs a fresh look', () => {
    const fresh = publicRoutes.filter((route) => Object.entries(route).some(([key]) => key === freshKey))
    expect(fresh.map((route) => `${route.method} ${route.path}`).sort()).toEqual([
      'delete /hob/v1/certificate',
      'delete /hob/v1/passkeys/{id}',
      'delete /hob/v1/people/{id}',
      'delete /hob/v1/system/wifi/{ssid}',
      'patch /hob/v1/name',
      'patch /hob/v1/people/{id}',
      'post /hob/v1/invitations',
      'post /hob/v1/passkeys',
      'post /hob/v1/passkeys/options',
      'post /hob/v1/password',
      'post /hob/v1/people/{id}/reset',
      'post /hob/v1/recovery-codes',
      'post /hob/v1/system/health/{check}/fix',
      'post /hob/v1/system/power-off',
      'post /hob/v1/system/reboot',
      'post /hob/v1/system/recovery-key',
      'post /hob/v1/tokens',
      'put /hob/v1/certificate',
      'put /hob/v1/system/network/{device}',
      'put /hob/v1/system/wifi',
    ])
  })

  test('before signing in there is the door alone', () => {
    const open = publicRoutes.filter((route) =>
      Object.entries(route).some(
        ([key, value]) => key === needKey && (value === 'nobody' || value === 'unclaimed'),
      ),
    )
    expect(open.map((route) => `${route.method} ${route.path}`).sort()).toEqual([
      'get /hob/v1/claim/code',
      'get /hob/v1/door',
      'get /hob/v1/health',
      'post /hob/v1/claim',
      'post /hob/v1/claim/check',
      'post /hob/v1/claim/code',
      'post /hob/v1/invitations/accept',
      'post /hob/v1/recovery',
      'post /hob/v1/session',
      'post /hob/v1/session/passkey',
      'post /hob/v1/session/passkey/options',
    ])
  })
})

describe('roles', () => {
  test.each(namesOf())('%s belongs to the roles that are written here', (right) => {
    expect(row(right, everything)).toBe(people[right])
  })
})

describe('tokens', () => {
  test.each(namesOf())('one that was given %s has it where its person has', (right) => {
    expect(row(right, [right])).toBe(tokens[right])
  })

  test.each(namesOf())('one that was given everything but %s does not have it', (right) => {
    expect(
      row(
        right,
        namesOf().filter((name) => name !== right),
      ),
    ).toBe('----')
  })

  test('one that was given nothing has nothing', () => {
    expect(namesOf().map((right) => row(right, []))).toEqual(namesOf().map(() => '----'))
  })

  test('can be given these scopes and no others', () => {
    expect(scopes).toEqual([
      'chat',
      'history',
      'live',
      'models:read',
      'models:manage',
      'status',
      'metrics',
      'audit',
    ])
  })
})
