// What a certificate says of itself, for people to read. Pure; knows no private key.
import { X509Certificate as Parsed } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { SubjectAlternativeNameExtension, X509Certificate } from './x509.ts'

export interface Described {
  readonly names: string[]
  /** IPv6 in its shortest form. */
  readonly addresses: string[]
  readonly issuer: string
  readonly from: Date
  readonly to: Date
  /** SHA-256 in pairs of upper-case hex with colons. */
  readonly fingerprint: string
}

const namesMax = 256
const longestIssuer = 200

/** Of the first certificate in the text, which must be one. */
export function describeCertificate(pem: string): Described {
  const leaf = new Parsed(pem)
  const alternative = new X509Certificate(leaf.raw).getExtension(SubjectAlternativeNameExtension)
  const all = alternative?.names.toJSON() ?? []
  const valuesOf = (type: 'dns' | 'ip'): string[] =>
    all.flatMap((each) => (each.type === type ? [each.value] : [])).slice(0, namesMax)
  return {
    names: valuesOf('dns'),
    addresses: valuesOf('ip').map(shortest),
    issuer: (/^CN=(.+)$/m.exec(leaf.issuer)?.[1] ?? leaf.issuer.replaceAll('\n', ', ')).slice(
      0,
      longestIssuer,
    ),
    from: leaf.validFromDate,
    to: leaf.validToDate,
    fingerprint: leaf.fingerprint256,
  }
}

const shortest = (address: string): string =>
  isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address
