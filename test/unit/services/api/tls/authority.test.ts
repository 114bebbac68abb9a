// The box's own root: what it says of itself, how it is kept, and that it never becomes another by itself.
import { X509Certificate } from 'node:crypto'
import { chmodSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openAuthority } from '#services/api/tls/authority.ts'
import { byHand, clock, folder, openssl, verify } from './tools.ts'

const open = (at: string, boxName = 'kitchen') => openAuthority({ folder: at, boxName, now: clock().now })

test('is a P-256 root for ten years that can sign leaves only, as OpenSSL reads it', async () => {
  const at = join(folder(), 'tls')
  await open(at)
  const { text } = await openssl('x509', '-in', join(at, 'ca.pem'), '-noout', '-text')
  expect(text).toMatch(/Subject: CN = Hob kitchen [0-9a-f]{4}\n/)
  expect(text).toContain('NIST CURVE: P-256')
  expect(text).toMatch(/Basic Constraints: critical\n\s+CA:TRUE, pathlen:0\n/)
  expect(text).toMatch(/Key Usage: critical\n\s+Certificate Sign, CRL Sign\n/)
  expect(text).toMatch(/Subject Key Identifier/)
  const { validFromDate, validToDate } = new X509Certificate(readFileSync(join(at, 'ca.pem')))
  expect(validToDate.getUTCFullYear() - validFromDate.getUTCFullYear()).toBe(10)
})

test('vouches for home names and private addresses, and says so critically', async () => {
  const at = folder()
  await open(at)
  const { text } = await openssl('x509', '-in', join(at, 'ca.pem'), '-noout', '-ext', 'nameConstraints')
  expect(text.split('\n').map((line) => line.trim())).toEqual([
    'X509v3 Name Constraints: critical',
    'Permitted:',
    'DNS:local',
    'DNS:localhost',
    'DNS:home.arpa',
    'DNS:lan',
    'DNS:internal',
    'IP:10.0.0.0/255.0.0.0',
    'IP:172.16.0.0/255.240.0.0',
    'IP:192.168.0.0/255.255.0.0',
    'IP:169.254.0.0/255.255.0.0',
    'IP:127.0.0.0/255.0.0.0',
    'IP:100.64.0.0/255.192.0.0',
    'IP:0:0:0:0:0:0:0:1/FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF',
    'IP:FE80:0:0:0:0:0:0:0/FFC0:0:0:0:0:0:0:0',
    'IP:FC00:0:0:0:0:0:0:0/FE00:0:0:0:0:0:0:0',
    '',
  ])
})

test.each(['DNS:kitchen.local', 'IP:192.168.1.5', 'IP:fd00::5'])(
  'what its key signs by hand for %s is accepted',
  async (san) => {
    const at = folder()
    await open(at)
    const by = { key: join(at, 'ca.key.pem'), certificate: join(at, 'ca.pem') }
    const made = await byHand(san, { by })
    expect((await openssl('verify', '-CAfile', by.certificate, made.certificate)).text).toContain(': OK')
  },
)

test.each([
  'DNS:example.com',
  'DNS:local.example.com',
  'DNS:notlocal',
  'IP:8.8.8.8',
  'IP:172.32.0.1',
  'IP:2001:4860:4860::8888',
  'DNS:kitchen.local,DNS:example.com',
])('what its key signs by hand for %s is refused', async (san) => {
  const at = folder()
  await open(at)
  const by = { key: join(at, 'ca.key.pem'), certificate: join(at, 'ca.pem') }
  const made = await byHand(san, { by })
  const { code, text } = await openssl('verify', '-CAfile', by.certificate, made.certificate)
  expect(text).toContain('permitted subtree violation')
  expect(code).not.toBe(0)
})

test('a second authority under it is refused', async () => {
  const at = folder()
  await open(at)
  const by = { key: join(at, 'ca.key.pem'), certificate: join(at, 'ca.pem') }
  const middle = await byHand('DNS:middle.local', { by, extra: ['basicConstraints=critical,CA:TRUE'] })
  const leaf = await byHand('DNS:kitchen.local', { by: middle })
  const { text } = await openssl(
    'verify',
    '-CAfile',
    by.certificate,
    '-untrusted',
    middle.certificate,
    leaf.certificate,
  )
  expect(text).toContain('path length constraint exceeded')
})

test('signs itself in a way that strict verification accepts', async () => {
  const at = folder()
  const { pem } = await open(at)
  expect((await verify(join(at, 'ca.pem'), pem)).text).toContain(': OK')
})

test('its fingerprint is OpenSSL’s', async () => {
  const at = folder()
  const { full, short } = (await open(at)).fingerprint()
  const { text } = await openssl('x509', '-in', join(at, 'ca.pem'), '-noout', '-fingerprint', '-sha256')
  expect(text.trim().split('=')[1]).toBe(full)
  expect(short).toBe(full.slice(0, 23))
})

test('nobody else can read the key', async () => {
  const at = join(folder(), 'tls')
  await open(at)
  expect(statSync(at).mode & 0o777).toBe(0o700)
  expect(statSync(join(at, 'ca.key.pem')).mode & 0o777).toBe(0o600)
  expect(readdirSync(at).sort()).toEqual(['ca.key.pem', 'ca.pem'])
})

test('is the same at the next start, whatever the box is called then', async () => {
  const at = folder()
  const first = await open(at, 'kitchen')
  const second = await open(at, 'study')
  expect(second.pem).toBe(first.pem)
})

test.each(['a"b, O=Evil', '#0403', 'Küche 厨房', 'x'.repeat(200), '  \n', '\u0000'])(
  'a box called %j gets a root, too',
  async (name) => {
    const { certificate } = await open(folder(), name)
    expect(certificate.subjectName.toJSON()).toHaveLength(1)
    const [cn = ''] = certificate.subjectName.getField('CN')
    expect(cn).toMatch(/^Hob (.* )?[0-9a-f]{4}$/)
    expect(Array.from(cn).length).toBeLessThanOrEqual(64)
    expect(cn).not.toMatch(/\p{Cc}/u)
  },
)

const damages: [string, string, (at: string) => void][] = [
  ['a certificate of zeros', 'ca.pem', (at) => writeFileSync(join(at, 'ca.pem'), Buffer.alloc(900))],
  ['half a certificate', 'ca.pem', (at) => cut(join(at, 'ca.pem'))],
  ['a missing certificate', 'ca.pem', (at) => rmSync(join(at, 'ca.pem'))],
  ['half a key', 'ca.key.pem', (at) => cut(join(at, 'ca.key.pem'))],
  ['an empty key', 'ca.key.pem', (at) => writeFileSync(join(at, 'ca.key.pem'), '')],
  ['a missing key', 'ca.key.pem', (at) => rmSync(join(at, 'ca.key.pem'))],
]

const cut = (file: string): void => {
  const text = readFileSync(file)
  writeFileSync(file, text.subarray(0, text.length / 2))
}

test.each(damages)('refuses %s and touches nothing', async (_what, file, damage) => {
  const at = folder()
  await open(at)
  damage(at)
  const before = readdirSync(at).map((name) => [name, readFileSync(join(at, name), 'utf8')])
  await expect(open(at)).rejects.toMatchObject({
    code: 'tls_damaged',
    message: expect.stringContaining(`${file} is damaged`),
    remedy: expect.stringContaining('Restore'),
  })
  expect(readdirSync(at).map((name) => [name, readFileSync(join(at, name), 'utf8')])).toEqual(before)
})

test('refuses the key of another root, and a certificate that is no root', async () => {
  const [one, two] = [folder(), folder()]
  await open(one)
  await open(two)
  renameSync(join(two, 'ca.key.pem'), join(one, 'ca.key.pem'))
  await expect(open(one)).rejects.toMatchObject({ code: 'tls_damaged' })

  const leaf = await byHand('DNS:kitchen.local', { extra: ['basicConstraints=CA:FALSE'] })
  const three = folder()
  renameSync(leaf.key, join(three, 'ca.key.pem'))
  renameSync(leaf.certificate, join(three, 'ca.pem'))
  await expect(open(three)).rejects.toMatchObject({ code: 'tls_damaged' })
})

test('finishes a first start that was cut between its two files', async () => {
  const at = folder()
  const made = await open(at)
  renameSync(join(at, 'ca.pem'), join(at, 'ca.pem.new'))
  expect((await open(at)).pem).toBe(made.pem)
  expect(readdirSync(at).sort()).toEqual(['ca.key.pem', 'ca.pem'])
})

test('begins anew after a first start that was cut before its key was in place', async () => {
  const at = folder()
  const made = await open(at)
  renameSync(join(at, 'ca.pem'), join(at, 'ca.pem.new'))
  renameSync(join(at, 'ca.key.pem'), join(at, 'ca.key.pem.new'))
  chmodSync(join(at, 'ca.key.pem.new'), 0o644)
  expect((await open(at)).pem).not.toBe(made.pem)
  expect(statSync(join(at, 'ca.key.pem')).mode & 0o777).toBe(0o600)
  expect(readdirSync(at).sort()).toEqual(['ca.key.pem', 'ca.pem'])
})
