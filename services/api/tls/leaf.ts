// The certificate with which the box meets a browser: short-lived, signed by its own root, renewed by itself. Pure but
// for randomness; certificate.ts keeps it.
import { X509Certificate as ParsedCertificate } from 'node:crypto'
import { type Authority, ecdsa, keyPem, makeKeys, randomSerial } from './authority.ts'
import type { Pair } from './pair.ts'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from './x509.ts'

/** What a leaf should hold; both lists already permitted (constraints.ts). */
export interface Wanted {
  readonly names: readonly string[]
  readonly addresses: readonly string[]
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Browsers refuse more than 398 days; Apple counts the first and the last second. */
const lifeDays = 397

interface IssueOptions extends Wanted {
  authority: Authority
  now: Date
}

/** A new key and its certificate, with the root behind it. */
export async function issueLeaf({ authority, names, addresses, now }: IssueOptions): Promise<Pair> {
  const keys = await makeKeys()
  const notBefore = new Date(now.getTime() - hourMs)
  const certificate = await X509CertificateGenerator.create({
    // No host name: a name outside of the alternative names would be judged by rules of its own.
    subject: new Name([{ CN: [{ utf8String: 'Hob' }] }]),
    issuer: authority.certificate.subjectName,
    publicKey: keys.publicKey,
    signingKey: authority.key,
    signingAlgorithm: ecdsa,
    serialNumber: randomSerial(),
    notBefore,
    notAfter: new Date(notBefore.getTime() + lifeDays * dayMs),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([
        ...names.map((value) => ({ type: 'dns' as const, value })),
        ...addresses.map((value) => ({ type: 'ip' as const, value })),
      ]),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(authority.certificate.publicKey),
    ],
  })
  return {
    key: await keyPem(keys.privateKey),
    certificate: `${certificate.toString('pem')}\n${authority.pem}`,
  }
}

export type RenewalReason = 'another_root' | 'not_yet_valid' | 'expiring' | 'names'

interface RenewalOptions extends Wanted {
  authority: Authority
  now: Date
}

/** Why the leaf must be replaced, or null. Names that are no longer wanted may stay until then. */
export function needsRenewal(
  leaf: ParsedCertificate,
  { authority, names, addresses, now }: RenewalOptions,
): RenewalReason | null {
  const root = new ParsedCertificate(authority.der)
  if (!leaf.checkIssued(root) || !leaf.verify(root.publicKey)) return 'another_root'
  const [from, to] = [leaf.validFromDate.getTime(), leaf.validToDate.getTime()]
  if (now.getTime() < from) return 'not_yet_valid'
  if (to - now.getTime() < (to - from) / 3) return 'expiring'
  const missing =
    names.some((name) => leaf.checkHost(name, { subject: 'never' }) === undefined) ||
    addresses.some((address) => leaf.checkIP(address) === undefined)
  return missing ? 'names' : null
}
