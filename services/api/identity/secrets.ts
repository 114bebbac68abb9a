// The secrets that the box makes and keeps only as SHA-256: they are random and long, so that a slow hash would protect
// nothing. A token says what it is, and ends with a checksum, so that scanners of leaked secrets recognise it.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const checkLength = 6
/** Longer ones are none of ours, and hashing them would be work for nothing. */
const longestSecret = 200

export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Both are SHA-256; takes the same time wherever they differ. */
export const sameHash = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && timingSafeEqual(one, other)

/** 256 random bits as 43 characters. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

export const newToken = (): string => {
  const body = `hob_${newSecret()}`
  return body + checksum(body)
}

function checksum(text: string): string {
  let rest = crc32(text)
  let digits = ''
  for (let i = 0; i < checkLength; i++) {
    digits = base62.charAt(rest % 62) + digits
    rest = Math.floor(rest / 62)
  }
  return digits
}

const nobodys = sha256('nobody')

/**
 * The row whose hash the secret has, or null. What is wrong takes the same steps as what is right: the index is
 * searched for a hash, about which the time of the search tells nothing that leads back to a secret.
 */
export function findBySecret<Row extends { hash: Uint8Array }>(
  secret: string,
  read: (hash: Buffer) => Row | undefined,
): Row | null {
  const hash = sha256(secret.slice(0, longestSecret))
  const row = read(hash)
  const right = sameHash(hash, row?.hash ?? nobodys)
  return row !== undefined && right && secret.length <= longestSecret ? row : null
}
