// What may be done, and by whom: the one table from which the api's walls, the tokens' scopes and the generated test of
// every route × every grant are made. Each route names its right; what names none is refused.
import { z } from '@hono/zod-openapi'
import { type Principal, roles } from './principal.ts'

type Role = (typeof roles)[number]

interface Right {
  /** Whose it is. */
  readonly roles: readonly Role[]
  /** Whether a token may be given it, as a scope of this name. */
  readonly token: boolean
}

const everyone: readonly Role[] = roles
const members: readonly Role[] = ['owner', 'adult']
const owner: readonly Role[] = ['owner']

export const rights = {
  /** OpenAI's endpoints. */
  chat: { roles: everyone, token: true },
  /** One's own conversations: read, search, change. */
  history: { roles: everyone, token: true },
  /** The live channel: what the page sees change. */
  live: { roles: everyone, token: true },
  'models:read': { roles: everyone, token: true },
  'models:manage': { roles: owner, token: true },
  status: { roles: everyone, token: true },
  /** Figures of the machine: /metrics, health in detail. */
  metrics: { roles: owner, token: true },
  audit: { roles: owner, token: true },
  /** One's own account: password, passkeys, devices. */
  self: { roles: everyone, token: false },
  tokens: { roles: members, token: false },
  people: { roles: owner, token: false },
  /** The box's name and certificate, and the machine that it is. */
  box: { roles: owner, token: false },
} as const satisfies Record<string, Right>
export type RightName = keyof typeof rights

/** nobody: answered before anyone signed in, on a claimed box. unclaimed: on an unclaimed one alone. */
export type Need = RightName | 'nobody' | 'unclaimed'

/** Under this key a route says what it needs; it stands in the OpenAPI document, too. */
export const needKey = 'x-hob-needs'
/** Under this key, that the person must have signed in or confirmed it within the last minutes. */
export const freshKey = 'x-hob-fresh'

export const needs = <const Name extends Need>(name: Name) => ({ [needKey]: name }) as const
export const needsFresh = <const Name extends RightName>(name: Name) =>
  ({ [needKey]: name, [freshKey]: true }) as const

export const scopes = (Object.keys(rights) as RightName[]).filter((name) => rights[name].token)
export const scopeSchema = z.enum(scopes)

/** A person has what the role has; a token of that person's only what it was given of it. */
export function mayDo(
  { role, scopes: given }: Pick<Principal, 'role' | 'scopes'>,
  right: RightName,
): boolean {
  const { roles: whose, token } = rights[right]
  if (!whose.some((one) => one === role)) return false
  return given.includes('*') || (token && given.includes(right))
}
