// IPv4 addresses as a form needs them: whether what was typed is one, and whether address, network and router go together.
// The box judges again.

/** As a number; null: not four numbers from 0 to 255 without leading zeros, which some programs read as octal. */
export function parse(text: string): number | null {
  const parts = text.trim().split('.')
  if (parts.length !== 4 || parts.some((part) => !/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255))
    return null
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0)
}

export const maskOf = (prefix: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(maskNumber(prefix) / 2 ** shift) % 256).join('.')

const maskNumber = (prefix: number): number => 2 ** 32 - 2 ** (32 - prefix)

const networkOf = (address: number, prefix: number): number => address - (address % 2 ** (32 - prefix))

export const inSameNetwork = (one: number, other: number, prefix: number): boolean =>
  networkOf(one, prefix) === networkOf(other, prefix)

/** The network's own address and the one that all its machines hear; networks of 31 bits have neither (RFC 3021). */
export const isReserved = (address: number, prefix: number): boolean => {
  const size = 2 ** (32 - prefix)
  return prefix < 31 && (address % size === 0 || address % size === size - 1)
}

export interface Draft {
  readonly address: string
  readonly prefix: number
  readonly gateway: string
  readonly dns: string
}

export type Wrong = 'address' | 'reserved' | 'gateway' | 'gatewayElsewhere' | 'gatewaySame' | 'dns'

/** Each field's fault, of those that were filled in; an empty router is a network without one. */
export function faultsOf({
  address,
  prefix,
  gateway,
  dns,
}: Draft): Readonly<Partial<Record<keyof Draft, Wrong>>> {
  const own = parse(address)
  const router = parse(gateway)
  const ownFault = own === null ? 'address' : isReserved(own, prefix) ? 'reserved' : null
  return {
    ...(address.trim() === '' || ownFault === null ? {} : { address: ownFault }),
    ...gatewayFault(),
    ...(serversIn(dns).every(isAddress) ? {} : { dns: 'dns' }),
  }

  function gatewayFault(): { gateway?: Wrong } {
    if (gateway.trim() === '') return {}
    if (router === null) return { gateway: 'gateway' }
    if (own === null) return {}
    if (router === own) return { gateway: 'gatewaySame' }
    return inSameNetwork(own, router, prefix) ? {} : { gateway: 'gatewayElsewhere' }
  }
}

export const serversIn = (dns: string): string[] => dns.split(/[\s,，、]+/).filter((one) => one !== '')

const isAddress = (text: string): boolean => parse(text) !== null || /^[0-9a-f:]*:[0-9a-f:.]*$/i.test(text)

/** `192.168.1.20/24` without its prefix. */
export const bareAddress = (address: string): string => address.split('/')[0] ?? address
