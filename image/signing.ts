// The key that says who built an image: Ed25519, so that a box takes updates from its own builder alone. It is the builder's:
// $HOB_SIGNING_KEY names its file; without one, a key of this machine's own is made once.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { Refusal } from './refusal.ts'

export interface Signing {
  readonly file: string
  /** In PEM: `openssl pkeyutl -verify -pubin -inkey` reads it. */
  readonly publicKey: string
  /** 64 bytes. */
  sign(what: Buffer): Buffer
}

/** Throws when the file has no Ed25519 key. */
export function openSigning(): Signing {
  const file =
    process.env['HOB_SIGNING_KEY'] ??
    join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'hob', 'signing-key.pem')
  const key = existsSync(file) ? read(file) : make(file)
  return {
    file,
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
    sign: (what) => sign(null, what, key),
  }
}

function read(file: string): KeyObject {
  const none = `${file} has no Ed25519 key`
  try {
    const key = createPrivateKey(readFileSync(file))
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch (error) {
    throw new Refusal(none, { cause: error })
  }
  throw new Refusal(none)
}

function make(file: string): KeyObject {
  const { privateKey } = generateKeyPairSync('ed25519')
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' })
  return privateKey
}
