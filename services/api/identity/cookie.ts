// The cookie of a session. Over TLS its name begins with __Host-: no other name of the network can set or read it. The
// server alone says when a session ends; the cookie only lasts as long as one can.
import type { Context } from 'hono'
import { deleteCookie, setCookie } from 'hono/cookie'
import type { AppEnv } from '#appliance/ipc/app.ts'

export interface CookieOptions {
  /** False without TLS, on loopback alone: browsers keep no Secure cookie there. */
  secureCookies: boolean
}

const maxAgeSeconds = 180 * 86_400

export const cookieName = ({ secureCookies }: CookieOptions): string => (secureCookies ? '__Host-hob' : 'hob')
const attributes = ({ secureCookies }: CookieOptions) =>
  ({ path: '/', secure: secureCookies, httpOnly: true, sameSite: 'Strict' }) as const

export const setSessionCookie = (c: Context<AppEnv>, secret: string, options: CookieOptions): void =>
  setCookie(c, cookieName(options), secret, { ...attributes(options), maxAge: maxAgeSeconds })

export const clearSessionCookie = (c: Context<AppEnv>, options: CookieOptions): void =>
  void deleteCookie(c, cookieName(options), attributes(options))
