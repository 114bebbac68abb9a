// The certificate that the owner brings, used instead of the box's own: checked before it is used, kept as owner.key.pem
// and owner.pem. What it says to the server goes through certificate.ts.
import { createSecureContext } from 'node:tls'
import { HobError } from '#appliance/errors.ts'
import { errorFields, type Log } from '#appliance/log.ts'
import type { Wanted } from './leaf.ts'
import { type Pair, parseCertificates, parseKey, readPair, removePair, writePair } from './pair.ts'

export interface OwnersCertificate extends Pair {
  readonly from: Date
  readonly to: Date
}

export interface Owners {
  /** Null while there is none, and while it has expired or the clock stands before it. */
  current(): OwnersCertificate | null
  /** Throws certificate_invalid, and then what was in use stays. */
  use(pair: Pair): Promise<void>
  /** The damaged and the expired, too. False: there was none. */
  drop(): Promise<boolean>
}

const longestText = 65_536
const longestChain = 8
const serverAuth = '1.3.6.1.5.5.7.3.1'

interface OwnersOptions {
  folder: string
  now: () => Date
  log: Log
  /** What the box is called now. */
  wanted: () => Wanted
}

/** A kept pair that was damaged since is left where it is, with a word in the log: the box's own stands in. */
export async function openOwners({ folder, now, log, wanted }: OwnersOptions): Promise<Owners> {
  let kept = await load()

  async function load(): Promise<OwnersCertificate | null> {
    const { key, certificate } = await readPair(folder, 'owner')
    if (key === null || certificate === null) return null
    try {
      return check({ key, certificate })
    } catch (error) {
      log.warn('the owner’s certificate is not used', errorFields(error))
      return null
    }
  }

  return {
    current: () => (kept !== null && kept.from <= now() && now() < kept.to ? kept : null),
    use: async (pair) => {
      const checked = check(pair)
      requireDate(checked, now())
      requireName(pair, wanted())
      await writePair(folder, 'owner', pair)
      kept = checked
    },
    drop: async () => {
      const { key, certificate } = await readPair(folder, 'owner')
      await removePair(folder, 'owner')
      kept = null
      return key !== null || certificate !== null
    },
  }
}

const invalid = (detail: string): HobError => new HobError('certificate_invalid', { detail })

/** Throws certificate_invalid; no word of the key is in it. */
function check({ key, certificate }: Pair): OwnersCertificate {
  if (key.length > longestText || certificate.length > longestText) throw invalid('it is too long.')
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(key))
    throw invalid('the key is behind a passphrase; the box must read it by itself.')
  const privateKey = parseKey(key)
  if (privateKey === null) throw invalid('the key is no private key in PEM.')
  const chain = parseCertificates(certificate)
  const [leaf] = chain ?? []
  if (chain === null || leaf === undefined) throw invalid('the certificate is not in PEM.')
  if (chain.length > longestChain) throw invalid(`the chain has more than ${longestChain} certificates.`)
  if (!leaf.checkPrivateKey(privateKey)) {
    throw chain.some((other) => other.checkPrivateKey(privateKey))
      ? invalid('the chain is out of order: the certificate of the key must come first.')
      : invalid('the key does not belong to the certificate.')
  }
  for (const [i, each] of chain.entries()) {
    const issuer = chain[i + 1]
    if (issuer !== undefined && !(each.checkIssued(issuer) && each.verify(issuer.publicKey)))
      throw invalid(`the chain is out of order: certificate ${i + 2} did not sign certificate ${i + 1}.`)
  }
  if (leaf.keyUsage !== undefined && !leaf.keyUsage.includes(serverAuth))
    throw invalid('it is not made for servers (serverAuth).')
  try {
    createSecureContext({ key, cert: certificate, minVersion: 'TLSv1.3' })
  } catch (error) {
    throw new HobError(
      'certificate_invalid',
      { detail: 'TLS does not accept it; the key may be too weak.' },
      { cause: error },
    )
  }
  const from = Math.max(...chain.map((each) => each.validFromDate.getTime()))
  const to = Math.min(...chain.map((each) => each.validToDate.getTime()))
  return { key, certificate, from: new Date(from), to: new Date(to) }
}

function requireDate({ from, to }: OwnersCertificate, now: Date): void {
  if (now < from) throw invalid(`it, or one of its chain, is not valid before ${from.toISOString()}.`)
  if (now >= to) throw invalid(`it, or one of its chain, expired on ${to.toISOString()}.`)
}

function requireName({ certificate }: Pair, { names, addresses }: Wanted): void {
  const [leaf] = parseCertificates(certificate) ?? []
  const covers =
    leaf !== undefined &&
    (names.some((name) => leaf.checkHost(name, { subject: 'never' }) !== undefined) ||
      addresses.some((address) => leaf.checkIP(address) !== undefined))
  if (!covers)
    throw invalid(
      `it names ${leaf?.subjectAltName?.slice(0, 200) ?? 'nothing'}, but not this box: ${[...names, ...addresses].join(', ')}.`,
    )
}
