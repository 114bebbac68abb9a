// The box asked from outside, over real TLS: its own certificate counts and no other's; a closed port, a stranger, a clock that
// fell back.
import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import { expect, onTestFinished, test } from 'vitest'
import { lanCheck } from '#appliance/health/lan.ts'
import { createAskOwn, type Trust } from '#services/api/health/ask-own.ts'
import type { Certificate } from '#services/api/tls/certificate.ts'
import { open } from '../tls/tools.ts'

const signal = new AbortController().signal
const home = { names: ['kitchen.local', 'localhost'], addresses: ['127.0.0.1'] }

async function serve(certificate: Certificate, status = 200): Promise<{ server: Server; origin: string }> {
  const server = createServer(certificate.context(), (_, response) => {
    response.writeHead(status, { 'content-type': 'text/plain' }).end('ok')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const bound = server.address()
  return {
    server,
    origin: `https://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`,
  }
}

async function box(now?: () => Date): Promise<Certificate> {
  const { certificate } = await open(now === undefined ? {} : { now })
  await certificate.ensure(home)
  return certificate
}

const ownTrust = (certificate: Certificate): Trust => ({ source: 'box', anchors: certificate.caPem() })
const check = (origin: string, trust: Trust) =>
  lanCheck({ origins: () => [origin], ask: createAskOwn(() => trust) }).detect(signal)

test('the box that answers with its own certificate is well', async () => {
  const certificate = await box()
  const { origin } = await serve(certificate)
  expect(await check(origin, ownTrust(certificate))).toEqual({ state: 'ok' })
})

test('a closed port is silent', async () => {
  const certificate = await box()
  const { server, origin } = await serve(certificate)
  server.close()
  await once(server, 'close')
  expect(await check(origin, ownTrust(certificate))).toMatchObject({
    code: 'lan_silent',
    values: { origin, reason: 'ECONNREFUSED' },
  })
})

test('another box at this address is not this box', async () => {
  const { origin } = await serve(await box())
  expect(await check(origin, ownTrust(await box()))).toMatchObject({ code: 'lan_certificate' })
})

test('a certificate that does not name the address is no good there', async () => {
  const { certificate } = await open()
  await certificate.ensure({ names: ['kitchen.local'], addresses: ['192.168.1.5'] })
  const { origin } = await serve(certificate)
  expect(await check(origin, ownTrust(certificate))).toMatchObject({
    code: 'lan_certificate',
    values: { reason: 'ERR_TLS_CERT_ALTNAME_INVALID' },
  })
})

test('an owner’s certificate is held to be the one that they brought, and to no address', async () => {
  const { certificate } = await open()
  await certificate.ensure({ names: ['kitchen.local'], addresses: ['192.168.1.5'] })
  const { origin } = await serve(certificate)
  // as the chain of a stranger's authority, of which only the leaf is known
  const { cert } = certificate.context()
  const leaf = cert.slice(0, cert.indexOf('-----END CERTIFICATE-----') + 26)
  expect(await check(origin, { source: 'owner', anchors: leaf })).toEqual({ state: 'ok' })
  const other = (await box()).context().cert
  expect(await check(origin, { source: 'owner', anchors: other })).toMatchObject({ code: 'lan_certificate' })
})

test('a certificate from what the clock calls the future is the clock’s matter', async () => {
  const certificate = await box(() => new Date(Date.now() + 400 * 24 * 3_600_000))
  const { origin } = await serve(certificate)
  expect(await check(origin, ownTrust(certificate))).toEqual({ state: 'ok' })
})

test('an answer that is no answer of a box is told', async () => {
  const certificate = await box()
  const { origin } = await serve(certificate, 404)
  expect(await check(origin, ownTrust(certificate))).toMatchObject({
    code: 'lan_wrong',
    values: { status: 404 },
  })
})

test('of several addresses each must answer', async () => {
  const certificate = await box()
  const [here, gone] = [await serve(certificate), await serve(certificate)]
  gone.server.close()
  await once(gone.server, 'close')
  const ask = createAskOwn(() => ownTrust(certificate))
  const found = lanCheck({ origins: () => [here.origin, gone.origin], ask })
  expect(await found.detect(signal)).toMatchObject({ values: { origin: gone.origin } })
})
