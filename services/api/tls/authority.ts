// The box's own root certificate: made at the first start, kept for its ten years as ca.key.pem and ca.pem. Devices are
// asked to trust it, so it never changes by itself: a damaged one is refused. Only leaf.ts signs with its key.
import { createHash, createPrivateKey, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { HobError } from '#appliance/errors.ts'
import { nameConstraints } from './constraints.ts'
import { belongTogether, type Pair, parseCertificates, parseKey, readPair, writePair } from './pair.ts'
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from './x509.ts'

export interface Fingerprint {
  /** SHA-256 of the DER: 32 pairs of upper-case hex with colons between them, as devices show it. */
  readonly full: string
  /** Its first 8 bytes. */
  readonly short: string
}

export interface Authority {
  readonly certificate: X509Certificate
  /** Signs; cannot be read out. */
  readonly key: CryptoKey
  readonly der: Buffer
  readonly pem: string
  fingerprint(): Fingerprint
}

const hourMs = 3_600_000
const lifeYears = 10
/** RFC 5280's upper bound for a common name. */
const longestCommonName = 64

export const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

interface AuthorityOptions {
  folder: string
  boxName: string
  now: () => Date
}

/** Opens the root in `folder`, or makes it when there is none. Throws tls_damaged, data_full or data_unwritable. */
export async function openAuthority({ folder, boxName, now }: AuthorityOptions): Promise<Authority> {
  const stored = await readPair(folder, 'ca')
  if (stored.key !== null || stored.certificate !== null) {
    const { key, certificate } = stored
    if (key === null) throw damaged(folder, 'ca.key.pem', 'it is missing, though ca.pem is there')
    if (certificate === null) throw damaged(folder, 'ca.pem', 'it is missing, though ca.key.pem is there')
    return await authorityOf(folder, { key, certificate })
  }
  const made = await makeRoot({ boxName, now: now() })
  await writePair(folder, 'ca', made)
  return await authorityOf(folder, made)
}

async function authorityOf(folder: string, pair: Pair): Promise<Authority> {
  const key = parseKey(pair.key)
  if (key === null) throw damaged(folder, 'ca.key.pem', 'it holds no private key')
  const [parsed, ...more] = parseCertificates(pair.certificate) ?? []
  if (parsed === undefined || more.length > 0)
    throw damaged(folder, 'ca.pem', 'it does not hold one certificate')
  if (!belongTogether(pair)) throw damaged(folder, 'ca.key.pem', 'it is not the key of ca.pem')
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw damaged(folder, 'ca.key.pem', 'it is no P-256 key')
  if (!parsed.ca || !parsed.verify(parsed.publicKey))
    throw damaged(folder, 'ca.pem', 'it is no root certificate that signed itself')
  const fingerprint = fingerprintOf(parsed.raw)
  return {
    certificate: new X509Certificate(parsed.raw),
    key: await crypto.subtle.importKey('pkcs8', key.export({ type: 'pkcs8', format: 'der' }), ecdsa, false, [
      'sign',
    ]),
    der: parsed.raw,
    pem: parsed.toString(),
    fingerprint: () => fingerprint,
  }
}

const damaged = (folder: string, file: string, detail: string): HobError =>
  new HobError('tls_damaged', { file: join(folder, file), detail })

async function makeRoot({ boxName, now }: { boxName: string; now: Date }): Promise<Pair> {
  const keys = await makeKeys()
  const notAfter = new Date(now)
  notAfter.setUTCFullYear(now.getUTCFullYear() + lifeYears)
  const certificate = await X509CertificateGenerator.createSelfSigned({
    // typed: a bare string would be read as RFC 4514 text, with its quotes and escapes
    name: new Name([{ CN: [{ utf8String: commonName(boxName) }] }]),
    keys,
    signingAlgorithm: ecdsa,
    serialNumber: randomSerial(),
    notBefore: new Date(now.getTime() - hourMs),
    notAfter,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      nameConstraints(),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { key: await keyPem(keys.privateKey), certificate: `${certificate.toString('pem')}\n` }
}

/** The four hex digits tell two boxes of one name apart in a device's list. */
function commonName(boxName: string): string {
  const digits = randomBytes(2).toString('hex')
  const room = longestCommonName - `Hob  ${digits}`.length
  const name = boxName.replaceAll(/\p{C}/gu, '').trim()
  return ['Hob', Array.from(name).slice(0, room).join(''), digits].filter((part) => part !== '').join(' ')
}

export const makeKeys = (): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey(ecdsa, true, ['sign', 'verify'])

export async function keyPem(key: CryptoKey): Promise<string> {
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', key))
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    .export({ type: 'pkcs8', format: 'pem' })
    .toString()
}

/** 16 octets in hex; the first begins with the bits 01, so that it is positive and as long as it looks. */
export function randomSerial(): string {
  const bytes = randomBytes(16)
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0)
  return bytes.toString('hex')
}

function fingerprintOf(der: Buffer): Fingerprint {
  const pairs = [...createHash('sha256').update(der).digest()].map((byte) =>
    byte.toString(16).padStart(2, '0').toUpperCase(),
  )
  return { full: pairs.join(':'), short: pairs.slice(0, 8).join(':') }
}
