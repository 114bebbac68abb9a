// Which addresses are public. What is not on the open internet is refused unless the caller was allowed to reach it
// (IANA special-purpose registries, RFC 6890 and its updates). Pure.
import { BlockList, isIPv4, isIPv6 } from 'node:net'

type Range = readonly [network: string, prefix: number]

const special = blockList('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  // Shared by carriers (CGNAT); overlay networks such as Tailscale use it too.
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Link-local, where clouds keep their metadata (169.254.169.254).
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
])

/** Of IPv6 only this is handed out to the world. IPv4-mapped, NAT64, unique local and link-local are outside of it. */
const globalUnicast = blockList('ipv6', [['2000::', 3]])

/** Inside of it, but documentation, protocol assignments (Teredo), 6to4: not hosts, or IPv4 in disguise. */
const exceptions = blockList('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
])

function blockList(family: 'ipv4' | 'ipv6', ranges: readonly Range[]): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, family)
  return list
}

/** The address is one that the open internet routes. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !special.check(address, 'ipv4')
  const bare = address.replace(/%.*$/, '')
  return isIPv6(bare) && globalUnicast.check(bare, 'ipv6') && !exceptions.check(bare, 'ipv6')
}
