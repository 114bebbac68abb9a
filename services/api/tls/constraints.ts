// For which names and addresses the box's root may vouch: the home's own, never the internet's. A device that trusts
// the root is safe from its key even when that is stolen. One list for the certificate and for what a leaf may hold.
import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { AsnConvert } from '@peculiar/asn1-schema'
import {
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_nameConstraints,
  NameConstraints,
} from '@peculiar/asn1-x509'
import { Extension } from './x509.ts'

/** Each with all that ends in it: RFC 6762, 6761, 8375; the last two are what routers use (ICANN reserved `internal`). */
const domains = ['local', 'localhost', 'home.arpa', 'lan', 'internal'] as const

type Range = readonly [network: string, prefix: number]

const ranges4: readonly Range[] = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['127.0.0.0', 8],
  // overlay networks such as Tailscale
  ['100.64.0.0', 10],
]

const ranges6: readonly Range[] = [
  ['::1', 128],
  ['fe80::', 10],
  ['fc00::', 7],
]

// One list a family: a mapped address (::ffff:10.0.0.1) must not pass as the IPv4 address within.
const permitted4 = blockList('ipv4', ranges4)
const permitted6 = blockList('ipv6', ranges6)

function blockList(family: 'ipv4' | 'ipv6', ranges: readonly Range[]): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, family)
  return list
}

/** NameConstraints of RFC 5280 §4.2.1.10, critical: who does not know them must refuse the certificate. */
export function nameConstraints(): Extension {
  const bases = [
    ...domains.map((dNSName) => new GeneralName({ dNSName })),
    ...[...ranges4, ...ranges6].map(
      ([network, prefix]) => new GeneralName({ iPAddress: `${network}/${prefix}` }),
    ),
  ]
  const constraints = new NameConstraints({
    permittedSubtrees: new GeneralSubtrees(bases.map((base) => new GeneralSubtree({ base }))),
  })
  return new Extension(id_ce_nameConstraints, true, AsnConvert.serialize(constraints))
}

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const dnsName = new RegExp(`^(?=.{1,253}$)${label}(?:\\.${label})*$`)

/** Names in lower case without a final dot, addresses without a zone; each once, what the root may not vouch for left out. */
export function permitted({ names, addresses }: { names: readonly string[]; addresses: readonly string[] }): {
  names: string[]
  addresses: string[]
} {
  const known = names.map((name) => name.toLowerCase().replace(/\.$/, '')).filter(isPermittedName)
  const reachable = addresses.map((address) => address.replace(/%.*$/, '')).filter(isPermittedAddress)
  return { names: [...new Set(known)], addresses: [...new Set(reachable)] }
}

/**
 * Of a machine's addresses those at which a browser can open the page: not its own loopback, nor link-local ones, which mean nothing
 * without an interface, and no public ones, for which no certificate of the box's vouches; its name leads there, too.
 */
export const openAt = (addresses: readonly string[], { secure }: { secure: boolean }): string[] =>
  (secure ? permitted({ names: [], addresses }).addresses : addresses).filter(
    (address) => !/^(127\.|::1$|fe80:)/.test(address),
  )

const isPermittedName = (name: string): boolean =>
  dnsName.test(name) && domains.some((domain) => name === domain || name.endsWith(`.${domain}`))

const isPermittedAddress = (address: string): boolean =>
  (isIPv4(address) && permitted4.check(address, 'ipv4')) ||
  (isIPv6(address) && permitted6.check(address, 'ipv6'))
