// Forged, swapped, old and foreign tickets at the live channel of a running box. A ticket's 30
// seconds pass by the box's moved clock.
import { createHmac, generateKeyPairSync, randomUUID, sign, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { identityRoutes } from '#appliance/contracts/identity.ts'
import { createLog } from '#appliance/log.ts'
import { openIdentity } from '#services/api/identity/open.ts'
import { isRefusal, openOverHttp1, openOverHttp2 } from '../live-clients.ts'
import { http2, tls } from '../tls-box.ts'
import { ask, claimedBox, movedClock, owner, type Target } from './box.ts'

let target: Target
let boxId = ''
let token = { id: '', headers: { authorization: '' } }
beforeAll(async () => {
  target = await claimedBox({ environment: movedClock })
  token = await target.token('live')
  const file = join(target.box.dataDir, 'api', 'box.json')
  boxId = z.object({ id: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).id
})
afterAll(() => target.stop())

async function realTicket(): Promise<string> {
  const said = await ask(target.port, { method: 'POST', path: '/hob/v1/ticket', headers: token.headers })
  return z.object({ ticket: z.string() }).parse(JSON.parse(said.text)).ticket
}

/** Over HTTP/1.1 and HTTP/2. */
async function expectRefused(ticket: string, what: string): Promise<void> {
  const { port } = target
  const query = `?ticket=${encodeURIComponent(ticket)}`
  const [one, two] = [target.stranger(), target.stranger()]
  for (const [who, opened] of [
    [one, await openOverHttp1(port, { ...one.headers }, query, one.from)],
    [two, await openOverHttp2(await http2(port, two.from), port, { ...two.headers }, query)],
  ] as const) {
    expect(isRefusal(opened) && [opened.status, opened.code], what).toEqual([401, 'ticket_invalid'])
    const row = await target.auditRow(who, 'ticket_invalid')
    expect(row).toMatchObject({ action: 'token.refused', target: '/hob/v1/live' })
    if (ticket.length > 20) expect(JSON.stringify(row)).not.toContain(ticket)
  }
}

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const decoded = (part = ''): Record<string, unknown> =>
  z.record(z.string(), z.unknown()).parse(JSON.parse(Buffer.from(part, 'base64url').toString('utf8')))

type Signer = (text: string) => Buffer
const forge = (header: object, payload: object, signer: Signer): string => {
  const text = `${base64({ typ: 'hob-ticket', ...header })}.${base64(payload)}`
  return `${text}.${signer(text).toString('base64url')}`
}
const hmac =
  (hash: string, key: string | Buffer): Signer =>
  (text) =>
    createHmac(hash, key).update(text).digest()

/** What a ticket of the owner's would say, of this box and for a day. */
const claims = (change: object = {}): object => ({
  holder: { kind: 'socket' },
  aud: boxId,
  jti: randomUUID(),
  exp: Math.floor(Date.now() / 1_000) + 86_400,
  ...change,
})

/** All that the box tells anybody of its keys: the certificates of its handshake and the plain port's root. */
async function publicKeys(): Promise<(string | Buffer)[]> {
  const leaf = (await tls(target.port)).getPeerX509Certificate()
  if (leaf === undefined) throw new TypeError('no certificate')
  const pem = await new Promise<string>((resolve, reject) => {
    get(`http://localhost:${target.plainPort}/ca.pem`, { family: 4 }, (answer) => {
      buffer(answer).then((bytes) => resolve(bytes.toString('utf8')), reject)
    }).once('error', reject)
  })
  return [leaf, new X509Certificate(pem)].flatMap((certificate) => [
    certificate.toString(),
    certificate.raw,
    certificate.publicKey.export({ type: 'spki', format: 'pem' }),
    certificate.publicKey.export({ type: 'spki', format: 'der' }),
  ])
}

test('without a signature it is none, whatever it is called', async () => {
  const real = await realTicket()
  const [header, payload, signature] = real.split('.')
  for (const alg of ['none', 'None', 'NONE', 'nOnE', '', null]) {
    await expectRefused(
      forge({ alg }, claims(), () => Buffer.alloc(0)),
      `alg ${alg}`,
    )
    await expectRefused(
      `${base64({ typ: 'hob-ticket', alg })}.${payload}.${signature}`,
      `alg ${alg}, a real signature`,
    )
  }
  await expectRefused(`${header}.${payload}.`, 'a real one without its signature')
  const richer = base64({ ...decoded(payload), holder: { kind: 'socket' } })
  await expectRefused(`${header}.${richer}.${signature}`, 'a real one for somebody else')
})

test('with another algorithm it is none: the box’s public keys as secrets, or a key of the forger’s own', async () => {
  const keys = await publicKeys()
  expect(keys).toHaveLength(8)
  for (const key of keys)
    await expectRefused(forge({ alg: 'HS256' }, claims(), hmac('sha256', key)), 'HS256 with a public key')
  for (const key of ['', 'secret', boxId, Buffer.alloc(32)])
    await expectRefused(forge({ alg: 'HS256' }, claims(), hmac('sha256', key)), 'HS256 with a guess')
  for (const [alg, hash] of [
    ['HS384', 'sha384'],
    ['HS512', 'sha512'],
  ] as const)
    await expectRefused(forge({ alg }, claims(), hmac(hash, keys[0] ?? '')), alg)
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ed = generateKeyPairSync('ed25519')
  for (const [alg, { privateKey, publicKey }, hash] of [
    ['RS256', rsa, 'sha256'],
    ['ES256', ec, 'sha256'],
    ['EdDSA', ed, null],
  ] as const) {
    const signer: Signer = (text) =>
      sign(hash, Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    await expectRefused(forge({ alg }, claims(), signer), alg)
    // the forger's own key, offered in the header
    await expectRefused(
      forge({ alg, jwk: publicKey.export({ format: 'jwk' }) }, claims(), signer),
      `${alg} with its key`,
    )
  }
})

test('from another box, or from another start of this one, it is none', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hob-other-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [id, what] of [
    [boxId, 'another key'],
    ['0123456789abcdef', 'another box'],
  ] as const) {
    const other = openIdentity({
      file: join(folder, `${id}.db`),
      // not expired, whatever the clocks say
      now: () => new Date(Date.now() + 3_600_000),
      log: createLog({ service: 'api', level: 'error', write: () => undefined }),
      boxId: id,
      hosts: () => ['localhost'],
      boxName: () => 'other',
      onRemoved: () => undefined,
    })
    for (const holder of [{ kind: 'token', id: token.id }, { kind: 'socket' }] as const)
      await expectRefused((await other.tickets.issue(holder)).ticket, what)
    other.identity.close()
  }
})

test('used once it is used up, even by two at the same moment', async () => {
  const { port } = target
  const ticket = await realTicket()
  expect(isRefusal(await openOverHttp1(port, {}, `?ticket=${ticket}`))).toBe(false)
  await expectRefused(ticket, 'used')
  const second = await realTicket()
  const session = await http2(port)
  const both = await Promise.all([
    openOverHttp1(port, {}, `?ticket=${second}`),
    openOverHttp2(session, port, {}, `?ticket=${second}`),
  ])
  expect(both.filter((opened) => isRefusal(opened) && opened.code === 'ticket_invalid')).toHaveLength(1)
})

test('after its 30 s it is none, and before them it is one', async () => {
  const [early, late] = [await realTicket(), await realTicket()]
  expect(isRefusal(await openOverHttp2(await http2(target.port), target.port, {}, `?ticket=${early}`))).toBe(
    false,
  )
  await target.aMinuteLater()
  await expectRefused(late, 'expired')
})

test('of what was revoked it is none', async () => {
  const { id, headers } = await target.token('live')
  const said = await ask(target.port, { method: 'POST', path: '/hob/v1/ticket', headers })
  const { ticket } = z.object({ ticket: z.string() }).parse(JSON.parse(said.text))
  await target.client.call(identityRoutes.removeToken, { params: { id } }, owner)
  await expectRefused(ticket, 'revoked')
})

test('it opens the live channel and nothing else', async () => {
  const ticket = await realTicket()
  const { port } = target
  for (const path of ['/hob/v1/status', '/v1/models', '/hob/v1/audit']) {
    const who = target.stranger()
    const said = await ask(port, { method: 'GET', path: `${path}?ticket=${ticket}`, who })
    expect([said.status, said.code], path).toEqual([401, 'sign_in_required'])
    expect(JSON.stringify(await target.auditRow(who, 'sign_in_required'))).not.toContain(ticket)
  }
  const who = target.stranger()
  const headers = { authorization: `Bearer ${ticket}` }
  const said = await ask(port, { method: 'GET', path: '/hob/v1/status', headers, who })
  expect([said.status, said.code]).toEqual([401, 'token_invalid'])
  await target.auditRow(who, 'token_invalid')
})
