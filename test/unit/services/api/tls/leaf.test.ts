// The leaf: what it holds, who signed it, and when it must be replaced.
import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Authority, openAuthority } from '#services/api/tls/authority.ts'
import { openAt, permitted } from '#services/api/tls/constraints.ts'
import { issueLeaf, needsRenewal } from '#services/api/tls/leaf.ts'
import { clock, dayMs, folder, verify } from './tools.ts'

const wanted = {
  names: ['kitchen.local', 'localhost', 'kitchen.home.arpa'],
  addresses: ['192.168.1.5', '127.0.0.1', '::1', 'fe80::1:2', 'fd00::5'],
}

async function issued(): Promise<{
  at: string
  authority: Authority
  leaf: X509Certificate
  chain: string
  now: Date
}> {
  const at = folder()
  const now = clock().now()
  const authority = await openAuthority({ folder: at, boxName: 'kitchen', now: () => now })
  const { certificate } = await issueLeaf({ authority, ...wanted, now })
  return { at, authority, leaf: new X509Certificate(certificate), chain: certificate, now }
}

test('is accepted by OpenSSL’s strict verification for each of its names and addresses', async () => {
  const { at, chain } = await issued()
  const root = join(at, 'ca.pem')
  for (const name of wanted.names)
    expect((await verify(root, chain, '-purpose', 'sslserver', '-verify_hostname', name)).text).toContain(
      'OK',
    )
  for (const address of wanted.addresses)
    expect((await verify(root, chain, '-verify_ip', address)).text).toContain(': OK')
  expect((await verify(root, chain, '-verify_hostname', 'study.local')).text).toContain('mismatch')
})

test('is for servers, for 397 days from an hour ago, with the root behind it', async () => {
  const { leaf, chain, authority, now } = await issued()
  expect(leaf.validFromDate.getTime()).toBe(now.getTime() - 3_600_000)
  expect(leaf.validToDate.getTime() - leaf.validFromDate.getTime()).toBe(397 * dayMs)
  expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  expect(leaf.ca).toBe(false)
  expect(leaf.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
  expect(chain.endsWith(authority.pem)).toBe(true)
  expect(chain.match(/BEGIN CERTIFICATE/g)).toHaveLength(2)
})

test('has a positive serial number of 16 random octets', async () => {
  const { authority, now } = await issued()
  const serials = new Set<string>()
  for (let i = 0; i < 20; i++) {
    const { certificate } = await issueLeaf({ authority, ...wanted, now })
    serials.add(new X509Certificate(certificate).serialNumber)
  }
  expect(serials.size).toBe(20)
  for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/)
})

test('lives until less than a third of its life is left', async () => {
  const { authority, leaf } = await issued()
  const at = (days: number) => new Date(leaf.validFromDate.getTime() + days * dayMs)
  const third = (397 * 2) / 3
  expect(needsRenewal(leaf, { authority, ...wanted, now: at(third - 0.01) })).toBeNull()
  expect(needsRenewal(leaf, { authority, ...wanted, now: at(third + 0.01) })).toBe('expiring')
  expect(needsRenewal(leaf, { authority, ...wanted, now: at(1000) })).toBe('expiring')
})

test('must be replaced when the clock has moved to before it', async () => {
  const { authority, leaf } = await issued()
  const now = new Date(leaf.validFromDate.getTime() - 1)
  expect(needsRenewal(leaf, { authority, ...wanted, now })).toBe('not_yet_valid')
})

test('must be replaced for a new name or address, not for one that is gone', async () => {
  const { authority, leaf, now } = await issued()
  const check = (names: string[], addresses: string[]) =>
    needsRenewal(leaf, { authority, names, addresses, now })
  expect(check(['kitchen.local', 'study.local'], [])).toBe('names')
  expect(check([], ['192.168.1.6'])).toBe('names')
  expect(check([], ['fe80::3'])).toBe('names')
  expect(check(['kitchen.local'], ['fe80:0:0::1:2'])).toBeNull()
})

test('must be replaced when another root signed it', async () => {
  const { leaf, now } = await issued()
  const other = await issued()
  expect(needsRenewal(leaf, { authority: other.authority, ...wanted, now })).toBe('another_root')
})

test('what may stand in it: home names and private addresses, each once', () => {
  const names = [
    'Kitchen.Local',
    'kitchen.local.',
    'kitchen',
    'a_b.local',
    '*.local',
    'x.example.com',
    '.lan',
  ]
  const addresses = [
    'fe80::1%eth0',
    'fe80::1%wlan0',
    '100.64.0.1',
    '8.8.8.8',
    '::ffff:10.0.0.1',
    '2003::1',
    '0.0.0.0',
    '10.0.0.1',
    'kitchen.local',
  ]
  expect(permitted({ names, addresses })).toEqual({
    names: ['kitchen.local'],
    addresses: ['fe80::1', '100.64.0.1', '10.0.0.1'],
  })
})

test('the page is opened at addresses that the root may vouch for; without a certificate at all that others can reach', () => {
  const addresses = ['192.168.1.7', '127.0.0.1', '203.0.113.9', 'fe80::1', 'fd00::7', '2001:db8::7', '::1']
  expect(openAt(addresses, { secure: true })).toEqual(['192.168.1.7', 'fd00::7'])
  expect(openAt(addresses, { secure: false })).toEqual([
    '192.168.1.7',
    '203.0.113.9',
    'fd00::7',
    '2001:db8::7',
  ])
})
