// The names this box answers to. A Host header of another name is DNS rebinding; an Origin of another page is a
// request that its person did not make (Hono's csrf() lets WebSocket upgrades and rebinding through).
import type { MiddlewareHandler } from 'hono'
import { HobError } from '#appliance/errors.ts'
import type { AppEnv } from '#appliance/ipc/app.ts'

/** Loopback's names, any port: an SSH tunnel changes the port, a rebinding attacker the name. */
const loopbackNames: readonly string[] = ['localhost', '127.0.0.1', '[::1]']

export const isAllowedHost = (host: string | undefined): boolean => {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::\d{1,5})?$/i.exec(host ?? '')
  return match?.[1] !== undefined && loopbackNames.includes(match[1].toLowerCase())
}

/** Refuses every request that names another host, on HTTP and on WebSocket upgrades alike. */
export const hostWall = (): MiddlewareHandler<AppEnv> => async (c, next) => {
  const host = c.req.header('host')
  if (!isAllowedHost(host)) {
    throw new HobError('host_not_allowed', {
      host: (host ?? 'nothing').slice(0, 200),
      allowed: loopbackNames.join(', '),
    })
  }
  await next()
}

/** Refuses what another page sent: a foreign Origin always, and cross-site requests that are not plain navigation. */
export const originWall = (): MiddlewareHandler<AppEnv> => async (c, next) => {
  const origin = c.req.header('origin')
  if (origin !== undefined && origin !== `http://${c.req.header('host')}`) {
    throw new HobError('origin_not_allowed', { origin: origin.slice(0, 200) })
  }
  const site = c.req.header('sec-fetch-site')
  if ((site === 'cross-site' || site === 'same-site') && c.req.header('sec-fetch-mode') !== 'navigate') {
    throw new HobError('origin_not_allowed', { origin: site })
  }
  await next()
}
