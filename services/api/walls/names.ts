// The names this box answers to. A Host of another name is DNS rebinding; an Origin of another page is a request that its
// person did not make (Hono's csrf() lets WebSocket upgrades and rebinding through). Names and addresses are asked anew
// for every request: they change while the box runs.
import { isIPv6 } from 'node:net'
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import { HobError } from '#appliance/errors.ts'
import type { AppEnv } from '#appliance/ipc/app.ts'
import { cookieName } from './cookie.ts'

const loopbackNames: readonly string[] = ['localhost', '127.0.0.1', '::1']

export interface Names {
  /** Whether a Host header, or `:authority`, is this box. */
  isOurs(host: string | undefined): boolean
  /** The same whatever its port: for what answers on another. */
  isName(host: string | undefined): boolean
  /** Whether an Origin is the page that this box serves under that Host. */
  isOurPage(origin: string, host: string): boolean
  /** For people who asked for another. */
  allowed(): string
}

interface Uses {
  /** Host names and addresses; loopback's are always ours. */
  names: () => readonly string[]
  /** The port that was really taken. */
  port: () => number
  tls: boolean
}

export function createNames({ names, port, tls }: Uses): Names {
  const scheme = tls ? 'https' : 'http'
  const defaultPort = tls ? 443 : 80
  const ours = (): string[] => [...loopbackNames, ...names()].map(canonical)

  const isOurs = (host: string | undefined): boolean => {
    const parts = split(host ?? '')
    return parts !== null && (parts.port ?? port()) === port() && ours().includes(parts.name)
  }

  return {
    isOurs,
    isName: (host) => {
      const parts = split(host ?? '')
      return parts !== null && ours().includes(parts.name)
    },
    isOurPage: (origin, host) => {
      const [, from, rest] = /^(https?):\/\/(.+)$/.exec(origin) ?? []
      const page = split(rest ?? '')
      return (
        from === scheme &&
        page !== null &&
        (page.port ?? defaultPort) === port() &&
        isOurs(rest ?? '') &&
        page.name === split(host)?.name
      )
    },
    allowed: () => [...new Set(ours())].join(', '),
  }
}

/**
 * Of an HTTP/2 request `:authority`, of one whose target is a whole URL that URL's (RFC 9112 §3.2.2); neither may say
 * something else than a Host beside it.
 */
export function askedHost(c: Context<AppEnv>): string | undefined {
  const host = c.req.header('host')
  const { headers, url = '' } = c.env.incoming
  const authority = headers[':authority'] ?? /^https?:\/\/([^/?#]*)/i.exec(url)?.[1]
  if (typeof authority !== 'string') return host
  return host === undefined || host === authority ? authority : undefined
}

/** Refuses every request that names another host, on HTTP and on WebSocket upgrades alike. */
export const hostWall =
  (names: Names): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const host = askedHost(c)
    if (!names.isOurs(host)) {
      throw new HobError('host_not_allowed', {
        host: (host ?? 'nothing').slice(0, 200),
        allowed: names.allowed(),
      })
    }
    await next()
  }

/**
 * Refuses what another page sent: a foreign Origin always; what Fetch metadata calls cross-site, but for a plain
 * navigation; and what changes something with a session and does not say from where.
 */
export const originWall =
  (names: Names, { tls }: { tls: boolean }): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const origin = c.req.header('origin')
    if (origin !== undefined && !names.isOurPage(origin, askedHost(c) ?? ''))
      throw new HobError('origin_not_allowed', { origin: origin.slice(0, 200) })
    const reads = ['GET', 'HEAD'].includes(c.req.method) && c.env.upgrade === undefined
    const site = c.req.header('sec-fetch-site')
    const navigates = reads && c.req.header('sec-fetch-mode') === 'navigate'
    if ((site === 'cross-site' || site === 'same-site') && !navigates)
      throw new HobError('origin_not_allowed', { origin: site })
    const says = origin !== undefined || site === 'same-origin'
    if (!reads && !says && getCookie(c, cookieName(tls)) !== undefined) throw new HobError('origin_missing')
    await next()
  }

/** `name`, `name:port`, `[address]`, `[address]:port`; null for everything else. */
function split(host: string): { name: string; port: number | null } | null {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::(\d{1,5}))?$/i.exec(host)
  if (match?.[1] === undefined) return null
  return { name: canonical(match[1]), port: match[2] === undefined ? null : Number(match[2]) }
}

/** Lower case, without a final dot; IPv6 in its shortest form, in brackets. */
function canonical(name: string): string {
  const bare = name.replace(/^\[(.*)\]$/, '$1')
  if (isIPv6(bare)) return new URL(`http://[${bare}]`).hostname
  return name.toLowerCase().replace(/\.$/, '')
}
