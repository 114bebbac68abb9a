// Codes that people read and type: Crockford's base-32 (no I, L, O, U), five bits a character, in groups of five.
// https://www.crockford.com/base32.html
import { randomBytes } from 'node:crypto'
import { sameHash, sha256 } from './secrets.ts'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** 50 bits: for what is tried against the box alone and ends soon. */
const shortLength = 10
/** 75 bits: for what lies in a drawer for years, and in every backup as a hash. */
export const longLength = 15

/** A random code as people see it: `4F7KQ-ZX90A`. */
export function newCode(length: number = shortLength): string {
  const characters = [...randomBytes(length)].map((byte) => alphabet.charAt(byte & 31))
  return characters.join('').replaceAll(/.{5}(?=.)/g, '$&-')
}

/** What was typed, as it was meant. */
export const normalise = (typed: string): string =>
  typed
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s\p{Pd}]/gu, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1')

export const hashCode = (typed: string): Buffer => sha256(normalise(typed))

export const isCode = (typed: string, hash: Uint8Array): boolean => sameHash(hashCode(typed), hash)
