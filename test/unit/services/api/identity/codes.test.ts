// Codes and secrets: their form, and how they are compared.
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { hashCode, isCode, longLength, newCode, normalise } from '#services/api/identity/codes.ts'
import { findBySecret, newSecret, newToken, sha256 } from '#services/api/identity/secrets.ts'

describe('a code', () => {
  test('is ten characters of Crockford’s base-32 in groups of five; a recovery code fifteen', () => {
    const seen = new Set<string>()
    for (let i = 0; i < 500; i++) {
      const code = newCode()
      expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/)
      seen.add(code)
    }
    expect(seen.size).toBe(500)
    expect(newCode(longLength)).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{5}-){2}[0-9A-HJKMNP-TV-Z]{5}$/)
  })

  test('uses each of the 32 characters about as often', () => {
    const counts = new Map<string, number>()
    for (let i = 0; i < 1_000; i++)
      for (const one of normalise(newCode())) counts.set(one, (counts.get(one) ?? 0) + 1)
    expect(counts.size).toBe(32)
    // 312 expected of each; six standard deviations
    for (const count of counts.values()) expect(Math.abs(count - 312)).toBeLessThan(105)
  })

  test.each([
    ['4f7kq-zx90a', '4F7KQZX90A'],
    [' 4F7KQ ZX9OA ', '4F7KQZX90A'],
    ['iIlLoO', '111100'],
    ['４Ｆ７ＫＱ—ＺＸ９０Ａ', '4F7KQZX90A'],
    ['4F7KQ\n‑ZX90A', '4F7KQZX90A'],
  ])('typed as %j is %s', (typed, meant) => expect(normalise(typed)).toBe(meant))

  test('is right by its hash alone', () => {
    const code = newCode()
    expect(isCode(code.toLowerCase().replace('-', ' '), hashCode(code))).toBe(true)
    expect(isCode(newCode(), hashCode(code))).toBe(false)
    expect(isCode('', hashCode(code))).toBe(false)
  })
})

/** CRC-32 by its definition, bit by bit (ISO 3309). */
function crcByHand(text: string): number {
  let crc = 0xffffffff
  for (const byte of Buffer.from(text)) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}

describe('a secret', () => {
  test('of a session is 256 random bits', () => {
    expect(newSecret()).toMatch(/^[\w-]{43}$/)
    expect(newSecret()).not.toBe(newSecret())
  })

  test('of a token names what it is, and ends with a checksum by which scanners know it', () => {
    const token = newToken()
    expect(token).toMatch(/^hob_[\w-]{43}[0-9A-Za-z]{6}$/)
    const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
    const checksum = token
      .slice(-6)
      .split('')
      .reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0)
    expect(checksum).toBe(crcByHand(token.slice(0, -6)))
  })

  test('is looked for by its SHA-256, and a row of another hash is not it', () => {
    const row = { hash: createHash('sha256').update('right').digest() }
    expect(findBySecret('right', (hash) => (hash.equals(row.hash) ? row : undefined))).toBe(row)
    expect(findBySecret('wrong', () => row)).toBeNull()
    expect(findBySecret('wrong', () => undefined)).toBeNull()
    const long = 'x'.repeat(1_000)
    expect(findBySecret(long, () => ({ hash: sha256(long.slice(0, 200)) }))).toBeNull()
  })
})
