// A private key and its certificate on the disk, as NAME.key.pem and NAME.pem in a folder that nobody else may read.
// Written so that a crash leaves the old pair or the new one, never one file of each. Knows no certificate's meaning.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { storeError } from '#appliance/store/open.ts'

export interface Pair {
  /** PEM, PKCS#8 where the box made it. */
  readonly key: string
  /** PEM: the certificate, and those between it and its root. */
  readonly certificate: string
}

export interface StoredPair {
  readonly key: string | null
  readonly certificate: string | null
}

/**
 * The new certificate lies beside its place before the new key takes its own. So a key without its certificate means that
 * this was cut short, and readPair finishes it. Throws data_full or data_unwritable.
 */
export async function writePair(folder: string, name: string, { key, certificate }: Pair): Promise<void> {
  const files = filesOf(folder, name)
  await guard(folder, async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await chmod(folder, 0o700)
    await writeSynced(files.nextCertificate, certificate, 0o644)
    await writeSynced(files.nextKey, key, 0o600)
    await rename(files.nextKey, files.key)
    await syncFolder(folder)
    await rename(files.nextCertificate, files.certificate)
    await syncFolder(folder)
  })
}

/** What is there; null for a file that is not. Throws data_unwritable when the files may not be read. */
export async function readPair(folder: string, name: string): Promise<StoredPair> {
  const files = filesOf(folder, name)
  return await guard(folder, async () => {
    const key = await readIfThere(files.key)
    const next = await readIfThere(files.nextCertificate)
    if (key !== null && next !== null && belongTogether({ key, certificate: next })) {
      await rename(files.nextCertificate, files.certificate)
      await syncFolder(folder)
    }
    return { key, certificate: await readIfThere(files.certificate) }
  })
}

/** Forgets the pair, the key first. */
export async function removePair(folder: string, name: string): Promise<void> {
  const files = filesOf(folder, name)
  await guard(folder, async () => {
    for (const file of Object.values(files)) await rm(file, { force: true })
    await syncFolder(folder)
  })
}

/** The key is the one of the first certificate; false when either cannot be read. */
export function belongTogether({ key, certificate }: Pair): boolean {
  const privateKey = parseKey(key)
  const [first] = parseCertificates(certificate) ?? []
  return privateKey !== null && first !== undefined && first.checkPrivateKey(privateKey)
}

/** Null when the text is no private key, or one behind a passphrase. */
export function parseKey(text: string): KeyObject | null {
  try {
    return createPrivateKey(text)
  } catch {
    // OpenSSL's words may quote the text; whoever asks says which file it was
    return null
  }
}

const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** In the text's order; null when one of them cannot be read. */
export function parseCertificates(text: string): X509Certificate[] | null {
  try {
    return (text.match(block) ?? []).map((pem) => new X509Certificate(pem))
  } catch {
    // the same: the caller has the words
    return null
  }
}

const filesOf = (folder: string, name: string) => ({
  key: join(folder, `${name}.key.pem`),
  certificate: join(folder, `${name}.pem`),
  nextKey: join(folder, `${name}.key.pem.new`),
  nextCertificate: join(folder, `${name}.pem.new`),
})

async function writeSynced(file: string, text: string, mode: number): Promise<void> {
  // one that a crash left may have another mode
  await rm(file, { force: true })
  const handle = await open(file, 'wx', mode)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

async function guard<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw storeError(join(folder, 'tls'), error)
  }
}
