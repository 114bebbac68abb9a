// Who has an image checks it with openssl, as its README says: what was signed is taken, anything else is not.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Refusal } from '../../../image/refusal.ts'
import { openSigning } from '../../../image/signing.ts'

const openssl = (...args: string[]): { status: number | null; said: string } => {
  const { status, stdout, stderr } = spawnSync('openssl', args, { encoding: 'utf8' })
  return { status, said: `${stdout}${stderr}` }
}
const sums = 'd2a84f4b8b650937ec8f73cd8be2c74add5a911ba64df27458ed8229da804a26  hob_1.2.3.img.gz\n'

describe('a builder’s key', () => {
  let folder: string
  let file: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hob-signing-'))
    file = join(folder, 'of/mine/key.pem')
    vi.stubEnv('HOB_SIGNING_KEY', file)
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true })
  })

  /** What `openssl pkeyutl` says to a file with this text, under a signature that was made for `sums`. */
  const verify = (text: string): { status: number | null; said: string } => {
    const at = (name: string): string => join(folder, name)
    const { publicKey, sign } = openSigning()
    writeFileSync(at('SHA256SUMS'), text)
    writeFileSync(at('SHA256SUMS.sig'), sign(Buffer.from(sums)))
    writeFileSync(at('key.pem'), publicKey)
    const signed = ['-rawin', '-in', at('SHA256SUMS'), '-sigfile', at('SHA256SUMS.sig')]
    return openssl('pkeyutl', '-verify', '-pubin', '-inkey', at('key.pem'), ...signed)
  }

  test('openssl takes what it has signed', () => {
    expect(verify(sums)).toEqual({ status: 0, said: 'Signature Verified Successfully\n' })
  })

  test('openssl refuses it with one byte changed', () => {
    expect(verify(sums.replace('d2a8', 'd2a9')).status).toBe(1)
  })

  test('is made once, for its owner’s eyes alone', () => {
    expect(existsSync(file)).toBe(false)
    const { publicKey } = openSigning()
    const made = readFileSync(file, 'utf8')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(openSigning().publicKey).toBe(publicKey)
    expect(readFileSync(file, 'utf8')).toBe(made)
  })

  test('may be one that openssl has made', () => {
    vi.stubEnv('HOB_SIGNING_KEY', join(folder, 'theirs.pem'))
    openssl('genpkey', '-algorithm', 'ed25519', '-out', join(folder, 'theirs.pem'))
    expect(verify(sums).status).toBe(0)
  })

  test.each(['ED448', 'X25519', 'nothing that is a key'])('may not be %s', (what) => {
    const theirs = join(folder, 'theirs.pem')
    vi.stubEnv('HOB_SIGNING_KEY', theirs)
    if (what.includes(' ')) writeFileSync(theirs, what)
    else openssl('genpkey', '-algorithm', what, '-out', theirs)
    const before = readFileSync(theirs, 'utf8')
    expect(() => openSigning()).toThrow(new Refusal(`${theirs} has no Ed25519 key`))
    expect(readFileSync(theirs, 'utf8')).toBe(before)
  })
})
