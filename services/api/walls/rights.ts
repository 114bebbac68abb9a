// Who may do what. Each route of the contracts names what it needs; what names nothing is refused. Asks Hono which route
// it has matched, so no way of writing a path can lead to a route past its right.
import type { RouteConfig } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { freshKey, mayDo, type Need, needKey, type RightName, rights } from '#appliance/contracts/access.ts'
import type { Caller } from '#appliance/contracts/principal.ts'
import { HobError } from '#appliance/errors.ts'
import type { AppEnv } from '#appliance/ipc/app.ts'
import type { Identity } from '../identity/identity.ts'
import { livePath } from '../live/routes.ts'

interface Rule {
  readonly need: Need
  readonly fresh: boolean
}

/** What is no JSON route of a contract. */
const withoutContract: readonly (readonly [string, Need])[] = [
  ['/healthz', 'nobody'],
  ['/readyz', 'nobody'],
  ['/metrics', 'metrics'],
  ['/openapi.json', 'nobody'],
  ['/reference', 'nobody'],
  ['/reference.css', 'nobody'],
  [livePath, 'live'],
]

/** What begins so is the API's: that there is nothing there is told to people who signed in. */
const isApi = (path: string): boolean => /^[/\\]*(?:hob|v1)(?:[/\\]|$)/i.test(path)

/** public: a file of the page, or nothing at all. unknown: nothing that the contracts know. */
type Asked = Rule | 'public' | 'unknown' | 'unlisted' | { readonly otherMethods: readonly string[] }

interface Uses {
  identity: Pick<Identity, 'claimed'>
  routes: readonly RouteConfig[]
}

export function rightsWall({ identity, routes }: Uses): MiddlewareHandler<AppEnv> {
  const rules = rulesOf(routes)

  const asked = (c: Context<AppEnv>): Asked => {
    const route = matchedRoutes(c).find(({ path }) => path !== '/*' && path !== '*')
    if (route === undefined) return isApi(c.req.path) ? 'unknown' : 'public'
    const methods = rules.get(route.path)
    if (methods === undefined) return 'unlisted'
    if (route.method === 'ALL') return { otherMethods: [...methods.keys()] }
    return methods.get(route.method) ?? 'unlisted'
  }

  return async (c, next) => {
    const what = asked(c)
    const caller = c.get('caller')
    if (!isOpen(what)) {
      // the socket's file mode has let them in: `hob` works before the claim
      if (!identity.claimed() && caller.by !== 'socket') throw new HobError('unclaimed')
      if (caller.by === 'nobody') throw new HobError('sign_in_required')
      if (what === 'unlisted') throw refused(caller, 'a right that nobody has')
      if (typeof what === 'object' && 'otherMethods' in what) {
        const allowed = what.otherMethods.join(', ')
        throw new HobError('method_not_allowed', { path: c.req.path, method: c.req.method, allowed })
      }
      if (typeof what === 'object') require(caller, what)
    }
    await next()
  }
}

const isOpen = (what: Asked): boolean =>
  what === 'public' ||
  (typeof what === 'object' && 'need' in what && (what.need === 'nobody' || what.need === 'unclaimed'))

/** Throws not_allowed or confirm_required. */
function require(caller: Caller, { need, fresh }: Rule): void {
  if (need === 'nobody' || need === 'unclaimed') return
  if (!mayDo(caller.principal, need)) {
    const byRole = mayDo({ ...caller.principal, scopes: ['*'] }, need)
    throw refused(caller, byRole ? `the scope “${need}”` : `the right “${need}”`)
  }
  if (fresh && !caller.fresh) throw new HobError('confirm_required')
}

function refused({ by, principal }: Caller, what: string): HobError {
  const role = /^[ao]/.test(principal.role) ? `an ${principal.role}` : `a ${principal.role}`
  return new HobError('not_allowed', { what, who: by === 'token' ? 'this token' : role })
}

/** By Hono's pattern of the path, then by method. */
function rulesOf(routes: readonly RouteConfig[]): ReadonlyMap<string, ReadonlyMap<string, Rule>> {
  const rules = new Map<string, Map<string, Rule>>(
    withoutContract.map(([path, need]) => [path, new Map([['GET', { need, fresh: false }]])]),
  )
  for (const route of routes) {
    const need: unknown = route[needKey]
    if (!isNeed(need)) continue
    const path = route.path.replaceAll(/\{(.+?)\}/g, ':$1')
    const methods = rules.get(path) ?? new Map<string, Rule>()
    rules.set(path, methods.set(route.method.toUpperCase(), { need, fresh: route[freshKey] === true }))
  }
  return rules
}

const isNeed = (value: unknown): value is Need =>
  value === 'nobody' || value === 'unclaimed' || (typeof value === 'string' && isRight(value))

const isRight = (name: string): name is RightName => Object.hasOwn(rights, name)
