// What each role may do, so that the page does not show what the box would refuse. The contract (access.ts) decides; a
// test holds this table to it, for zod stays out of the page.
import type { RightName } from '#appliance/contracts/access.ts'
import { useApp } from '../app/context.ts'
import type { BoxPart } from '../app/router.ts'
import { useStore } from '../app/store.ts'
import type { Role, Scope } from './calls.ts'

export const roleNames = ['owner', 'adult', 'child', 'guest'] as const satisfies readonly Role[]

/** What a token may be given. */
export const scopeNames = [
  'chat',
  'history',
  'live',
  'models:read',
  'models:manage',
  'status',
  'metrics',
  'audit',
] as const satisfies readonly Scope[]

const members: readonly Role[] = ['owner', 'adult']
const owner: readonly Role[] = ['owner']

const whose: Readonly<Record<RightName, readonly Role[]>> = {
  chat: roleNames,
  history: roleNames,
  live: roleNames,
  'models:read': roleNames,
  'models:manage': owner,
  status: roleNames,
  metrics: owner,
  audit: owner,
  self: roleNames,
  tokens: members,
  people: owner,
  box: owner,
}

export const may = (role: Role, right: RightName): boolean => whose[right].includes(role)

const partNeeds: Readonly<Record<BoxPart, RightName>> = {
  me: 'self',
  people: 'people',
  programs: 'tokens',
  audit: 'audit',
  system: 'box',
  network: 'box',
  power: 'box',
  logs: 'box',
  support: 'box',
}
export const mayOpen = (role: Role, part: BoxPart): boolean => may(role, partNeeds[part])

/** Who is signed in; null only outside the frame. */
export function usePerson() {
  const { door } = useApp()
  return useStore(door.state, (now) => now.door?.person ?? null)
}

export function useMay(right: RightName): boolean {
  const person = usePerson()
  return person !== null && may(person.role, right)
}
