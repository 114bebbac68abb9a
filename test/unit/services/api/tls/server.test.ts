// A real handshake: Node's server with the box's context, OpenSSL's client with the box's root.
import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Certificate } from '#services/api/tls/certificate.ts'
import { open, openssl } from './tools.ts'

const home = { names: ['kitchen.local', 'localhost'], addresses: ['127.0.0.1'] }

async function serve(certificate: Certificate): Promise<{ server: Server; port: number }> {
  const server = createServer({ ...certificate.context(), minVersion: 'TLSv1.3' }, (_request, response) =>
    response.end('hello'),
  )
  certificate.onChange(() => server.setSecureContext({ ...certificate.context(), minVersion: 'TLSv1.3' }))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const bound = server.address()
  return { server, port: typeof bound === 'object' && bound !== null ? bound.port : 0 }
}

const client = (port: number, caFile: string, ...more: string[]) =>
  openssl('s_client', '-connect', `127.0.0.1:${port}`, '-CAfile', caFile, '-verify_return_error', ...more)

test('a client that trusts the root is answered over TLS 1.3, by name and by address', async () => {
  const { certificate, folder } = await open()
  await certificate.ensure(home)
  const { port } = await serve(certificate)
  const root = join(folder, 'ca.pem')
  const byName = await client(port, root, '-servername', 'kitchen.local', '-verify_hostname', 'kitchen.local')
  expect(byName.text).toContain('Verify return code: 0 (ok)')
  expect(byName.text).toContain('New, TLSv1.3')
  expect((await client(port, root, '-verify_ip', '127.0.0.1')).code).toBe(0)
  const stranger = await client(port, root, '-verify_hostname', 'study.local')
  expect(stranger.text).toContain('hostname mismatch')
  expect(stranger.code).not.toBe(0)
})

test('a client that trusts another box is not', async () => {
  const { certificate } = await open()
  const { folder } = await open()
  const { port } = await serve(certificate)
  expect((await client(port, join(folder, 'ca.pem'))).code).not.toBe(0)
})

test('TLS 1.2 is refused', async () => {
  const { certificate, folder } = await open()
  const { port } = await serve(certificate)
  const { code, text } = await client(port, join(folder, 'ca.pem'), '-tls1_2')
  expect(code).not.toBe(0)
  expect(text).toContain('alert protocol version')
})

test('a server that runs shows the new leaf to who comes next', async () => {
  const { certificate, folder } = await open()
  const { port } = await serve(certificate)
  const ask = () => client(port, join(folder, 'ca.pem'), '-verify_hostname', 'kitchen.local')
  expect((await ask()).code).not.toBe(0)
  await certificate.ensure(home)
  expect((await ask()).code).toBe(0)
})
