// The application of the plain-HTTP port: gives out the root certificate, explains it, and sends everything else to the
// encrypted port. Holds nothing, sets no cookie, reads no body.
import { readFileSync } from 'node:fs'
import type { Context, MiddlewareHandler } from 'hono'
import { accepts } from 'hono/accepts'
import { HobError } from '#appliance/errors.ts'
import { type App, type AppEnv, createApp } from '#appliance/ipc/app.ts'
import type { Log } from '#appliance/log.ts'
import { type Refused, refusals } from '../walls/refusals.ts'
import type { Certificate } from './certificate.ts'
import { mobileconfig } from './mobileconfig.ts'
import { plainPage, platformOf } from './plain-page.ts'
import { type Language, languages } from './plain-texts.ts'

interface PlainOptions {
  certificate: Pick<Certificate, 'caDer' | 'caPem' | 'fingerprint'>
  /** `https://name:port` for a Host header that isAllowedHost has let through. */
  secureOrigin: (host: string) => string
  isAllowedHost: (host: string | undefined) => boolean
  boxName: () => string
  log: Log
  refused?: Refused
}

/** No script at all; the one style sheet is the box's own. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export function createPlainApp({
  certificate,
  secureOrigin,
  isAllowedHost,
  boxName,
  log,
  refused = () => undefined,
}: PlainOptions): App {
  const app = createApp({ log })
  const style = readFileSync(new URL('plain.css', import.meta.url), 'utf8')
  app.use(headersWall())
  app.use(refusals(refused))
  app.use(async (c, next) => {
    const host = c.req.header('host')
    if (!isAllowedHost(host))
      throw new HobError('host_not_allowed', { host: (host ?? 'nothing').slice(0, 200), allowed: boxName() })
    await next()
  })
  const secure = (host: string | undefined): string => secureOrigin(host ?? '')

  const file = (
    path: string,
    type: string,
    name: string,
    body: () => Uint8Array<ArrayBuffer> | string,
  ): void => {
    app.get(path, (c) =>
      c.body(body(), 200, { 'content-type': type, 'content-disposition': `attachment; filename="${name}"` }),
    )
  }
  file('/ca.pem', 'application/x-pem-file', 'hob.pem', certificate.caPem)
  file('/ca.crt', 'application/x-x509-ca-cert', 'hob.crt', () => new Uint8Array(certificate.caDer()))
  // as an attachment, Safari would only save it
  app.get('/ca.mobileconfig', (c) =>
    c.body(
      mobileconfig({
        der: certificate.caDer(),
        fingerprint: certificate.fingerprint().full,
        boxName: boxName(),
      }),
      200,
      { 'content-type': 'application/x-apple-aspen-config' },
    ),
  )

  app.get('/healthz', (c) => c.text('ok'))
  app.get('/plain.css', (c) => c.body(style, 200, { 'content-type': 'text/css; charset=utf-8' }))
  app.get('/', (c) =>
    c.html(
      plainPage({
        boxName: boxName(),
        fingerprint: certificate.fingerprint(),
        language: languageOf(c),
        platform: platformOf(c.req.header('user-agent') ?? ''),
        secure: secure(c.req.header('host')),
      }),
    ),
  )

  // HEAD comes here, too. Never remembered by the browser: the encrypted port may move.
  app.get('*', (c) => {
    const { pathname, search } = new URL(c.req.url)
    return c.body(null, 308, { location: `${secure(c.req.header('host'))}${pathname}${search}` })
  })
  app.all('*', (c) => {
    throw new HobError('plain_http', { origin: secure(c.req.header('host')) })
  })
  return app
}

/** The first language that the browser names and the page speaks. */
function languageOf(c: Context): Language {
  const spoken = accepts(c, {
    header: 'Accept-Language',
    supports: [...languages],
    default: 'en',
    match: (accepted, { default: otherwise }) =>
      accepted
        .toSorted((a, b) => b.q - a.q)
        .map(({ type }) => type.toLowerCase().split('-')[0] ?? '')
        .find((name) => isLanguage(name)) ?? otherwise,
  })
  return isLanguage(spoken) ? spoken : 'en'
}

const isLanguage = (name: string): name is Language => languages.some((language) => language === name)

function headersWall(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    await next()
    const { headers } = c.res
    headers.set('content-security-policy', contentSecurityPolicy)
    headers.set('x-content-type-options', 'nosniff')
    headers.set('x-frame-options', 'DENY')
    headers.set('referrer-policy', 'no-referrer')
    headers.set('cache-control', 'no-store')
    // a body that nobody reads must not hold the connection
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') headers.set('connection', 'close')
  }
}
