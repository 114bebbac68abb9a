// The owner's own certificate: what is refused and why, and that it takes over and gives way while the box runs.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { byHand, clock, folder, open, openssl } from './tools.ts'

const home = { names: ['kitchen.local', 'hob.example.com'], addresses: ['192.168.1.5'] }

/** OpenSSL dates from the real time, this far into whose life the box's clock stands. */
async function box(daysLater = 0.01) {
  const { now, moveDays } = clock()
  const opened = await open({ now })
  await opened.certificate.ensure(home)
  moveDays(daysLater)
  return { ...opened, moveDays }
}

async function pairFor(san: string, options: Parameters<typeof byHand>[1] = {}) {
  const { key, certificate } = await byHand(san, options)
  return { key: readFileSync(key, 'utf8'), certificate: readFileSync(certificate, 'utf8') }
}

test('takes over at once, survives a restart, and gives way when dropped', async () => {
  const { certificate, folder: at } = await box()
  const own = certificate.context()
  let changes = 0
  certificate.onChange(() => changes++)
  const pair = await pairFor('DNS:hob.example.com')

  await certificate.useOwners(pair)
  expect(certificate.context()).toEqual({ key: pair.key, cert: pair.certificate })
  expect(certificate.source()).toBe('owner')
  expect(changes).toBe(1)
  expect(statSync(join(at, 'owner.key.pem')).mode & 0o777).toBe(0o600)

  const { now, moveDays } = clock()
  moveDays(0.01)
  const again = await open({ folder: at, now })
  expect(again.certificate.context()).toEqual({ key: pair.key, cert: pair.certificate })

  await certificate.dropOwners()
  expect(certificate.context()).toEqual(own)
  expect(certificate.source()).toBe('box')
  expect(changes).toBe(2)
  expect(existsSync(join(at, 'owner.key.pem'))).toBe(false)
  expect(existsSync(join(at, 'owner.pem'))).toBe(false)
})

test.each(['DNS:*.example.com', 'IP:192.168.1.5', 'DNS:elsewhere.example.com,DNS:kitchen.local'])(
  'one for %s covers the box',
  async (san) => {
    const { certificate } = await box()
    await certificate.useOwners(await pairFor(san))
    expect(certificate.source()).toBe('owner')
  },
)

test('comes with the chain that signed it', async () => {
  const { certificate } = await box()
  const root = await byHand('DNS:root.example.com', { extra: ['basicConstraints=critical,CA:TRUE'] })
  const leaf = await pairFor('DNS:hob.example.com', { by: root })
  const chain = leaf.certificate + readFileSync(root.certificate, 'utf8')
  await certificate.useOwners({ key: leaf.key, certificate: chain })
  expect(certificate.context().cert).toBe(chain)
})

type Pair = Awaited<ReturnType<typeof pairFor>>

const wrong: [string, RegExp, () => Promise<Pair>][] = [
  ['text that is no certificate', /not in PEM/, async () => ({ ...(await good()), certificate: 'hello' })],
  [
    'half a certificate',
    /not in PEM/,
    async () => {
      const pair = await good()
      return { ...pair, certificate: pair.certificate.replace(/\n[^-\n]+\n(?=-----END)/, '\n') }
    },
  ],
  ['text that is no key', /no private key/, async () => ({ ...(await good()), key: 'hello' })],
  [
    'a certificate as its key',
    /no private key/,
    async () => ({ ...(await good()), key: (await good()).certificate }),
  ],
  ['another key', /does not belong/, async () => ({ ...(await good()), key: (await good()).key })],
  ['a key behind a passphrase', /passphrase/, encrypted],
  ['a name of somewhere else', /not this box: kitchen\.local/, () => pairFor('DNS:elsewhere.example.com')],
  [
    'a chain upside down',
    /out of order: the certificate of the key must come first/,
    async () => {
      const { leaf, root } = await chained()
      return { key: leaf.key, certificate: root + leaf.certificate }
    },
  ],
  [
    'a chain with a stranger',
    /out of order: certificate 2 did not sign certificate 1/,
    async () => {
      const { leaf } = await chained()
      return { key: leaf.key, certificate: leaf.certificate + (await good()).certificate }
    },
  ],
  [
    'one that is not for servers',
    /serverAuth/,
    () => pairFor('DNS:kitchen.local', { extra: ['extendedKeyUsage=clientAuth'] }),
  ],
  ['a weak key', /too weak/, weak],
  ['too much text', /too long/, async () => ({ ...(await good()), certificate: 'x'.repeat(70_000) })],
]

const good = () => pairFor('DNS:kitchen.local')

async function chained() {
  const root = await byHand('DNS:root.example.com', { extra: ['basicConstraints=critical,CA:TRUE'] })
  const leaf = await pairFor('DNS:kitchen.local', { by: root })
  return { leaf, root: readFileSync(root.certificate, 'utf8') }
}

async function encrypted(): Promise<Pair> {
  const { key, certificate } = await byHand('DNS:kitchen.local')
  const locked = `${key}.locked`
  await openssl('pkcs8', '-topk8', '-in', key, '-out', locked, '-passout', 'pass:secret')
  return { key: readFileSync(locked, 'utf8'), certificate: readFileSync(certificate, 'utf8') }
}

async function weak(): Promise<Pair> {
  const at = folder()
  const [key, certificate] = [join(at, 'key.pem'), join(at, 'cert.pem')]
  const life = ['-days', '30', '-subj', '/CN=weak', '-addext', 'subjectAltName=DNS:kitchen.local']
  await openssl('req', '-x509', '-newkey', 'rsa:1024', '-nodes', '-keyout', key, '-out', certificate, ...life)
  return { key: readFileSync(key, 'utf8'), certificate: readFileSync(certificate, 'utf8') }
}

test.each(wrong)('refuses %s, and keeps what is in use', async (_what, detail, make) => {
  const { certificate, folder: at } = await box()
  const before = certificate.context()
  const refused = certificate.useOwners(await make())
  await expect(refused).rejects.toMatchObject({ code: 'certificate_invalid', status: 422 })
  await expect(refused).rejects.toThrow(detail)
  await expect(refused).rejects.not.toThrow(/PRIVATE KEY/)
  expect(certificate.context()).toEqual(before)
  expect(existsSync(join(at, 'owner.key.pem'))).toBe(false)
})

test.each([
  ['expired', 31, /expired on/],
  ['not valid yet', -1, /not valid before/],
])('refuses one that is %s', async (_what, days, detail) => {
  const { certificate } = await box(days)
  await expect(certificate.useOwners(await good())).rejects.toThrow(detail)
})

test('gives way to the box’s own when it expires, and is told once', async () => {
  const { certificate, moveDays } = await box()
  const own = certificate.context()
  await certificate.useOwners(await good())
  let changes = 0
  certificate.onChange(() => changes++)
  moveDays(31)
  await certificate.ensure(home)
  await certificate.ensure(home)
  expect(certificate.context()).toEqual(own)
  expect(changes).toBe(1)
})

test('a new pair replaces the old', async () => {
  const { certificate, folder: at } = await box()
  await certificate.useOwners(await good())
  const second = await good()
  await certificate.useOwners(second)
  expect(certificate.context().cert).toBe(second.certificate)
  expect(readFileSync(join(at, 'owner.pem'), 'utf8')).toBe(second.certificate)
})

test('a kept pair that was damaged is left alone, and the box’s own stands in', async () => {
  const { certificate, folder: at } = await box()
  await certificate.useOwners(await good())
  writeFileSync(join(at, 'owner.key.pem'), 'nothing')
  const again = await open({ folder: at })
  expect(again.certificate.source()).toBe('box')
  expect(again.lines.join('')).toContain('the owner’s certificate is not used')
  expect(readFileSync(join(at, 'owner.key.pem'), 'utf8')).toBe('nothing')
})
