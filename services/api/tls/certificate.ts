// With what the box proves itself over TLS, now: the owner's certificate if there is a valid one, or a leaf of its own
// root. Owns DATA/api/tls. The server takes context() at its start and again at every onChange.
import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import type { Log } from '#appliance/log.ts'
import { type Fingerprint, openAuthority } from './authority.ts'
import { permitted } from './constraints.ts'
import { issueLeaf, needsRenewal, type Wanted } from './leaf.ts'
import { openOwners } from './owners.ts'
import { belongTogether, type Pair, readPair, writePair } from './pair.ts'

export interface Certificate {
  /** `key` and `cert` as PEM, the chain included. */
  context(): { key: string; cert: string }
  /**
   * Makes sure that the leaf holds these and lives on; to be called at the start, when a name or an address changes, and
   * each hour. True when a new one was issued. What the root may not vouch for is left out.
   */
  ensure(wanted: Wanted): Promise<boolean>
  /** Of the box's own root, whatever is in use. */
  caDer(): Buffer
  caPem(): string
  fingerprint(): Fingerprint
  /** Of what is in use. */
  expiresAt(): Date
  /** After context() changed, by itself or because the owner said so; returns how to stop it. */
  onChange(listener: (by: 'box' | 'owner') => void): () => void
  /** From now on the owner's; throws certificate_invalid. */
  useOwners(pair: Pair): Promise<void>
  /** From now on the box's own. False: there was no other. */
  dropOwners(): Promise<boolean>
  source(): 'box' | 'owner'
}

interface CertificateOptions {
  /** DATA/api/tls */
  folder: string
  boxName: string
  now: () => Date
  log: Log
}

const hourMs = 3_600_000
/** What every box is called: enough for a context before the first `ensure`. */
const always: Wanted = { names: ['localhost'], addresses: ['127.0.0.1', '::1'] }

/** Throws tls_damaged, data_full or data_unwritable. */
export async function createCertificate({
  folder,
  boxName,
  now,
  log,
}: CertificateOptions): Promise<Certificate> {
  const authority = await openAuthority({ folder, boxName, now })
  const listeners = new Set<(by: 'box' | 'owner') => void>()
  const inTurn = createTurns()
  const earliest = new Date(authority.certificate.notBefore.getTime() + hourMs)
  let wanted = always
  let leaf = (await readLeaf()) ?? (await issue(always, 'none'))
  const owners = await openOwners({ folder, now, log, wanted: () => wanted })
  let told = context().cert

  /** A clock before the root's own birth is wrong (no battery, no network yet): the birth is the better guess. */
  function time(): Date {
    const at = now()
    return at < earliest ? earliest : at
  }

  async function readLeaf(): Promise<Pair | null> {
    const { key, certificate } = await readPair(folder, 'leaf')
    if (key === null && certificate === null) return null
    if (key !== null && certificate !== null && belongTogether({ key, certificate }))
      return { key, certificate }
    log.warn('the leaf certificate is damaged and is issued again', { file: join(folder, 'leaf.pem') })
    return null
  }

  async function issue({ names, addresses }: Wanted, reason: string): Promise<Pair> {
    const pair = await issueLeaf({ authority, names, addresses, now: time() })
    await writePair(folder, 'leaf', pair)
    log.info('a certificate was issued', {
      reason,
      names: names.join(' '),
      addresses: addresses.join(' '),
      expires: new X509Certificate(pair.certificate).validToDate.toISOString(),
    })
    return pair
  }

  function context(): { key: string; cert: string } {
    const { key, certificate } = owners.current() ?? leaf
    return { key, cert: certificate }
  }

  const source = () => (owners.current() === null ? 'box' : 'owner')
  const expiresAt = () => owners.current()?.to ?? new X509Certificate(leaf.certificate).validToDate

  /** Also notices that the owner's certificate has expired since. */
  const tell = (by: 'box' | 'owner'): void => {
    const { cert } = context()
    if (cert === told) return
    told = cert
    log.info('the certificate in use changed', { source: source(), expires: expiresAt().toISOString() })
    for (const listener of listeners) listener(by)
  }

  return {
    context,
    ensure: (asked) =>
      inTurn(async () => {
        wanted = asked
        const { names, addresses } = permitted(asked)
        // a leaf that names nothing is none
        const allowed = names.length + addresses.length === 0 ? always : { names, addresses }
        const reason = needsRenewal(new X509Certificate(leaf.certificate), {
          authority,
          ...allowed,
          now: time(),
        })
        if (reason !== null) leaf = await issue(allowed, reason)
        tell('box')
        return reason !== null
      }),
    caDer: () => authority.der,
    caPem: () => authority.pem,
    fingerprint: authority.fingerprint,
    expiresAt,
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    useOwners: (pair) =>
      inTurn(async () => {
        await owners.use(pair)
        tell('owner')
      }),
    dropOwners: () =>
      inTurn(async () => {
        const dropped = await owners.drop()
        tell('owner')
        return dropped
      }),
    source,
  }
}

/** One piece of work after the other, each whatever became of the last. */
function createTurns(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = last.then(work)
    last = mine.catch(() => undefined)
    return mine
  }
}
