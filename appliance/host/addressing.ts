// Whether a static address, or a Wi-Fi network's name and password, can work at all: said in words before NetworkManager is asked,
// which takes much that leaves a box unreachable. Pure; used by the door to NetworkManager and by its fake.
import { isIP, isIPv4 } from 'node:net'
import type { Addressing, JoinWifi } from '../contracts/host-network.ts'
import { HobError } from '../errors.ts'

const mostDns = 3

/** Throws network_invalid. */
export function checkAddressing(addressing: Addressing): void {
  const wrong = addressing.method === 'static' ? wrongWith(addressing) : null
  if (wrong !== null) throw new HobError('network_invalid', { detail: wrong })
}

/** Throws network_invalid; the password is never in it. IEEE 802.11: an SSID has 1 to 32 bytes; WPA: 8 to 63 printable ASCII, or the key. */
export function checkWifi({ ssid, password }: JoinWifi): void {
  const bytes = Buffer.byteLength(ssid)
  if (bytes === 0 || bytes > 32 || ssid.includes('\0'))
    throw new HobError('network_invalid', { detail: `a Wi-Fi name has 1 to 32 bytes, and this one ${bytes}` })
  if (password === null || /^[ -~]{8,63}$/.test(password) || /^[0-9a-f]{64}$/i.test(password)) return
  const detail =
    'a Wi-Fi password has 8 to 63 letters, digits and signs, or is a key of 64 hexadecimal digits'
  throw new HobError('network_invalid', { detail })
}

/** `192.168.1.20/24` in its parts. Throws network_invalid. */
export function splitAddress(text: string): { address: string; prefix: number } {
  const [, address = '', prefix = ''] = /^([\d.]+)\/(\d{1,2})$/.exec(text) ?? []
  if (isIPv4(address)) return { address, prefix: Number(prefix) }
  throw new HobError('network_invalid', {
    detail: `${text} is no address with its prefix, like 192.168.1.20/24`,
  })
}

function wrongWith({ address: text, gateway, dns }: Addressing & { method: 'static' }): string | null {
  const { address, prefix } = splitAddress(text)
  if (prefix < 8 || prefix > 30) return `the prefix is from 8 to 30, not ${prefix}`
  const hosts = 2 ** (32 - prefix)
  const network = (one: string): number => Math.floor(toNumber(one) / hosts)
  const notHost = (one: string): string | null => {
    if (!isUsable(one)) return `${one} is no address that one machine may have`
    const host = toNumber(one) % hosts
    if (host === 0) return `${one} is the network itself`
    return host === hosts - 1 ? `${one} is for all machines of the network (broadcast)` : null
  }
  const own = notHost(address)
  if (own !== null) return own
  if (gateway !== null) {
    if (!isIPv4(gateway)) return `${gateway} is no IPv4 address`
    if (network(gateway) !== network(address))
      return `the gateway ${gateway} is not in the network of ${text}`
    if (gateway === address) return 'the gateway is another machine than the box'
    const there = notHost(gateway)
    if (there !== null) return there
  }
  if (dns.length > mostDns) return `at most ${mostDns} name servers are asked`
  const wrong = dns.find((one) => isIP(one) === 0 || !isUsable(one))
  return wrong === undefined ? null : `${wrong} is no address of a name server`
}

const toNumber = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

/** Neither unspecified, loopback, multicast nor reserved (RFC 6890, RFC 4291). */
function isUsable(address: string): boolean {
  if (!isIPv4(address)) return !/^(::1?$|ff)/i.test(address)
  const first = Number(address.split('.', 1)[0])
  return first !== 0 && first !== 127 && first < 224
}
