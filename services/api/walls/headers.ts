// What every answer tells the browser: run only what the box serves, call only the box, embed nowhere, sniff nothing.
import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from '#appliance/ipc/app.ts'

/** data: and blob: images are pictures that a person pastes into the chat; nothing else comes from outside the box. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

export const headersWall = (): MiddlewareHandler<AppEnv> => async (c, next) => {
  await next()
  const { headers } = c.res
  headers.set('content-security-policy', contentSecurityPolicy)
  headers.set('x-content-type-options', 'nosniff')
  headers.set('x-frame-options', 'DENY')
  headers.set('referrer-policy', 'no-referrer')
  headers.set('cross-origin-opener-policy', 'same-origin')
  headers.set('cross-origin-resource-policy', 'same-origin')
  headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()')
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
}
