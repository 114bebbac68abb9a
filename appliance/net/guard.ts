// Decides whether and where a URL may be fetched: only http and https, no credentials in it, and only addresses that
// are public unless the caller was allowed others. Names are resolved here, once; the connection goes to the address
// that was checked (net.ts), so that a second answer of the name server changes nothing.
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { HobError } from '../errors.ts'

export interface ResolvedAddress {
  readonly address: string
  readonly family: 4 | 6
}
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>

export const resolveBySystem: Resolve = async (hostname) => {
  const found = await lookup(hostname, { all: true, verbatim: true })
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }))
}

/** A URL as it may be shown and logged: queries and fragments may carry tokens. */
export function publicUrl(url: URL | string): string {
  const parsed = typeof url === 'string' ? URL.parse(url) : url
  return parsed === null
    ? 'an address that cannot be read'
    : `${parsed.protocol}//${parsed.host}${parsed.pathname}`
}

/** Throws url_not_allowed. */
export function parseUrl(text: string, base?: URL): URL {
  const url = URL.parse(text, base)
  const refuse = (detail: string): HobError =>
    new HobError('url_not_allowed', { url: publicUrl(url ?? text), detail })
  if (url === null) throw refuse('it is no URL')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refuse('only http and https are fetched')
  if (url.username !== '' || url.password !== '') throw refuse('it carries a user name or a password')
  return url
}

/** Refuses a URL that names a private address outright; names are checked when they are resolved. */
export function refusePrivateLiteral(url: URL, isAllowed: (address: string) => boolean): void {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && !isAllowed(host)) throw notPublic(url, host)
}

const notPublic = (url: URL, address: string): HobError =>
  new HobError('url_not_allowed', {
    url: publicUrl(url),
    detail: `${address} is an address inside a network, not on the internet`,
  })

/** The addresses to connect to. Throws url_not_allowed, and download_failed when the name has no address. */
export async function checkedAddresses(
  url: URL,
  { resolve, isAllowed }: { resolve: Resolve; isAllowed: (address: string) => boolean },
): Promise<readonly ResolvedAddress[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const literal = isIP(host)
  const addresses =
    literal === 0
      ? await resolve(host).catch((cause: unknown) => {
          throw new HobError(
            'download_failed',
            { url: publicUrl(url), detail: `the name ${host} has no address` },
            { cause },
          )
        })
      : [{ address: host, family: literal === 6 ? (6 as const) : (4 as const) }]
  if (addresses.length === 0) {
    throw new HobError('download_failed', { url: publicUrl(url), detail: `the name ${host} has no address` })
  }
  // One private address among public ones is enough: nobody publishes such a name by accident.
  const inside = addresses.find(({ address }) => !isAllowed(address))
  if (inside !== undefined) throw notPublic(url, inside.address)
  return addresses
}
