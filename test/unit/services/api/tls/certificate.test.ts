// What the server shows now: issued, kept, renewed, and exchanged while it runs.
import { X509Certificate } from 'node:crypto'
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { clock, folder, open, verify } from './tools.ts'

const home = { names: ['kitchen.local', 'localhost'], addresses: ['192.168.1.5', '127.0.0.1'] }

test('has something to show before it is told any name', async () => {
  const { certificate, folder: at } = await open()
  const { cert } = certificate.context()
  expect((await verify(join(at, 'ca.pem'), cert, '-verify_hostname', 'localhost')).text).toContain('OK')
})

test('issues once, and not again for the same names or at the next start', async () => {
  const { certificate, folder: at } = await open()
  expect(await certificate.ensure(home)).toBe(true)
  expect(await certificate.ensure(home)).toBe(false)
  const again = await open({ folder: at })
  expect(await again.certificate.ensure(home)).toBe(false)
  expect(again.certificate.context()).toEqual(certificate.context())
  expect(statSync(join(at, 'leaf.key.pem')).mode & 0o777).toBe(0o600)
})

test('calls at the same time wait for each other, and only the first issues', async () => {
  const { certificate, folder: at } = await open()
  let changes = 0
  certificate.onChange(() => changes++)
  const more = { names: [...home.names, 'hob.lan'], addresses: home.addresses }
  const results = await Promise.all([
    certificate.ensure(home),
    certificate.ensure(home),
    certificate.ensure(more),
    certificate.ensure(more),
    certificate.ensure(home),
  ])
  expect(results).toEqual([true, false, true, false, false])
  expect(changes).toBe(2)
  expect(readFileSync(join(at, 'leaf.pem'), 'utf8')).toBe(certificate.context().cert)
})

test('a failed write fails its own call, not the next', async () => {
  const { certificate, folder: at } = await open()
  // a folder in the place of the file that is to be written
  renameSync(at, `${at}.away`)
  writeFileSync(at, '')
  const before = certificate.context()
  await expect(certificate.ensure(home)).rejects.toThrow(/EEXIST|ENOTDIR/)
  expect(certificate.context()).toEqual(before)
  renameSync(`${at}.away`, `${at}.back`)
  renameSync(at, `${at}.file`)
  renameSync(`${at}.back`, at)
  expect(await certificate.ensure(home)).toBe(true)
})

test('leaves out what the root may not vouch for, so that the rest is accepted', async () => {
  const { certificate, folder: at } = await open()
  await certificate.ensure({
    names: [...home.names, 'hob.example.com'],
    addresses: [...home.addresses, '8.8.8.8', '2003:db8::1'],
  })
  const { cert } = certificate.context()
  expect(new X509Certificate(cert).subjectAltName).toBe(
    'DNS:kitchen.local, DNS:localhost, IP Address:192.168.1.5, IP Address:127.0.0.1',
  )
  expect((await verify(join(at, 'ca.pem'), cert)).text).toContain(': OK')
})

test('names nothing but itself when nothing may be named', async () => {
  const { certificate } = await open()
  await certificate.ensure({ names: ['hob.example.com'], addresses: ['8.8.8.8'] })
  expect(new X509Certificate(certificate.context().cert).subjectAltName).toContain('DNS:localhost')
})

test('renews itself as time goes by, and tells who listens', async () => {
  const { now, moveDays } = clock()
  const { certificate } = await open({ now })
  await certificate.ensure(home)
  let changes = 0
  const stop = certificate.onChange(() => changes++)
  const first = certificate.expiresAt()
  moveDays(260)
  expect(await certificate.ensure(home)).toBe(false)
  moveDays(10)
  expect(await certificate.ensure(home)).toBe(true)
  expect(certificate.expiresAt().getTime() - first.getTime()).toBe(270 * 24 * 3_600_000)
  expect(changes).toBe(1)
  stop()
  moveDays(300)
  await certificate.ensure(home)
  expect(changes).toBe(1)
})

test('a clock before the root’s birth does not make leaves that nobody accepts, nor one at each call', async () => {
  const { now, moveDays } = clock()
  const { certificate, folder: at } = await open({ now })
  moveDays(-20_000)
  expect(await certificate.ensure(home)).toBe(true)
  expect(await certificate.ensure(home)).toBe(false)
  const { cert } = certificate.context()
  expect((await verify(join(at, 'ca.pem'), cert)).text).toContain(': OK')
})

test('a damaged leaf is issued again, with a word in the log', async () => {
  const { certificate, folder: at } = await open()
  await certificate.ensure(home)
  writeFileSync(join(at, 'leaf.key.pem'), 'nothing')
  const again = await open({ folder: at })
  expect(again.lines.join('')).toContain('the leaf certificate is damaged')
  await again.certificate.ensure(home)
  expect((await verify(join(at, 'ca.pem'), again.certificate.context().cert)).text).toContain(': OK')
})

test('a leaf of another root is replaced', async () => {
  const one = await open()
  const two = await open()
  await one.certificate.ensure(home)
  for (const file of ['leaf.pem', 'leaf.key.pem']) renameSync(join(one.folder, file), join(two.folder, file))
  const again = await open({ folder: two.folder })
  expect(await again.certificate.ensure(home)).toBe(true)
})

test('a damaged root stops the start', async () => {
  const at = folder()
  await open({ folder: at })
  writeFileSync(join(at, 'ca.key.pem'), 'nothing')
  await expect(open({ folder: at })).rejects.toMatchObject({ code: 'tls_damaged' })
})

test('no line of the log holds a key', async () => {
  const { certificate, lines } = await open()
  await certificate.ensure(home)
  expect(lines.length).toBeGreaterThan(0)
  expect(lines.join('')).not.toMatch(/PRIVATE KEY|-----/)
})
