// The door to the outside against hostile servers: private addresses, changing names, redirects, endless or trickling
// answers.
import { createServer, type RequestListener } from 'node:http'
import { createServer as createRawServer, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, it, onTestFinished } from 'vitest'
import { isPublicAddress } from '#appliance/net/addresses.ts'
import type { ResolvedAddress } from '#appliance/net/guard.ts'
import { createNet, type OpenOptions } from '#appliance/net/net.ts'

const never = new AbortController().signal
const open: OpenOptions = { signal: never, maxBytes: 1_000_000, allowPrivate: true }
const net = createNet()

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
}

async function serveRaw(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createRawServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    onConnection(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
}

it.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '169.254.169.254',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.251',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:8.8.8.8',
  '::ffff:127.0.0.1',
  '64:ff9b::7f00:1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1%eth0',
  'ff02::fb',
  '2001:db8::1',
  '2002:7f00:1::',
  'nonsense',
])('takes %s for not public', (address) => {
  expect(isPublicAddress(address)).toBe(false)
})

it.each(['1.1.1.1', '100.128.0.1', '172.32.0.1', '2606:4700::1111'])('takes %s for public', (address) => {
  expect(isPublicAddress(address)).toBe(true)
})

it.each([
  'http://127.0.0.1/',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://[::1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://localhost/',
  'http://169.254.169.254/latest/meta-data',
  'ftp://example.com/x',
  'file:///etc/passwd',
  'http://user:secret@example.com/',
  'not a url',
])('refuses %s', async (url) => {
  const failure = net.open(url, { signal: never, maxBytes: 100 })
  await expect(failure).rejects.toMatchObject({ code: 'url_not_allowed' })
})

it('never shows the query of a URL', async () => {
  const failure = net.open('http://127.0.0.1/model?token=SECRET', { signal: never, maxBytes: 100 })
  await expect(failure).rejects.toThrow(expect.not.stringContaining('SECRET'))
})

it('refuses a name of which any address is private', async () => {
  const mixed = createNet({
    resolve: () =>
      Promise.resolve([
        { address: '1.1.1.1', family: 4 },
        { address: '192.168.0.9', family: 4 },
      ]),
  })
  await expect(mixed.open('http://mixed.test/', { signal: never, maxBytes: 1 })).rejects.toThrow(
    '192.168.0.9',
  )
})

it('connects to the address that it checked, though the name changes', async () => {
  const url = await serve((_, response) => response.end('here'))
  const answers: ResolvedAddress[] = [
    { address: '127.0.0.1', family: 4 },
    { address: '10.255.255.1', family: 4 },
  ]
  let asked = 0
  const changing = createNet({
    resolve: () => Promise.resolve(answers.slice(asked++, asked)),
    isPublic: (address) => address === '127.0.0.1',
  })
  const { body } = await changing.fetch(url.replace('127.0.0.1', 'changing.test'), {
    ...open,
    allowPrivate: false,
  })
  expect(body.toString()).toBe('here')
  expect(asked).toBe(1)
})

it('follows redirects, and checks each one', async () => {
  const url = await serve((request, response) => {
    if (request.url === '/end') response.end('there')
    else response.writeHead(302, { location: request.url === '/' ? '/end' : 'http://10.0.0.1/' }).end()
  })
  expect((await net.fetch(url, open)).body.toString()).toBe('there')
  // Loopback stands for the internet here, so that the redirect is what is refused.
  const guarded = createNet({ isPublic: (address) => address === '127.0.0.1' })
  expect((await guarded.fetch(url, { ...open, allowPrivate: false })).status).toBe(200)
  const outward = guarded.open(`${url}/away`, { ...open, allowPrivate: false })
  await expect(outward).rejects.toThrow('10.0.0.1')
})

it('gives up after five redirects', async () => {
  let asked = 0
  const url = await serve((_, response) => {
    asked++
    response.writeHead(301, { location: `/${asked}` }).end()
  })
  await expect(net.open(url, open)).rejects.toThrow('more than 5 times')
  expect(asked).toBe(6)
})

it('keeps authorization at its origin', async () => {
  const seen: (string | undefined)[] = []
  const other = await serve((request, response) => {
    seen.push(request.headers.authorization)
    response.end()
  })
  const url = await serve((request, response) => {
    seen.push(request.headers.authorization)
    response.writeHead(302, { location: other }).end()
  })
  await net.fetch(url, { ...open, headers: { authorization: 'Bearer x' } })
  expect(seen).toEqual(['Bearer x', undefined])
})

it('hands over the bytes that were sent, not decompressed', async () => {
  const bytes = gzipSync('hello')
  const url = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bytes))
  expect((await net.fetch(url, open)).body).toEqual(bytes)
})

it('ends an endless body at the limit, and refuses an announced one at once', async () => {
  const endless = await serve((_, response) => {
    const more = (): void => {
      while (response.write(Buffer.alloc(65_536))) continue
    }
    response.on('drain', more)
    more()
  })
  await expect(net.fetch(endless, open)).rejects.toMatchObject({ code: 'download_too_large' })
  const announced = await serve((_, response) =>
    response.writeHead(200, { 'content-length': 2_000_000 }).end(),
  )
  await expect(net.open(announced, open)).rejects.toMatchObject({ code: 'download_too_large' })
})

it('does not wait for headers that trickle', async () => {
  const url = await serveRaw((socket) => socket.write('HTTP/1.1 200 OK\r\nx-slow: '))
  const failure = net.open(url, { ...open, headerTimeoutMs: 100 })
  await expect(failure).rejects.toThrow('did not answer in time')
})

it('does not wait for a body that falls silent, nor past the whole time', async () => {
  const url = await serveRaw((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'))
  await expect(net.fetch(url, { ...open, idleTimeoutMs: 100 })).rejects.toThrow('did not answer in time')
  await expect(net.fetch(url, { ...open, overallTimeoutMs: 100 })).rejects.toThrow('did not answer in time')
})

it('notices a body that is shorter than announced', async () => {
  const url = await serveRaw((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'))
  await expect(net.fetch(url, open)).rejects.toMatchObject({ code: 'download_failed' })
})

it('stops when the caller does', async () => {
  const url = await serveRaw((socket) => socket.write('HTTP/1.1 200 OK\r\n\r\nabc'))
  const abort = new AbortController()
  const response = await net.open(url, { ...open, signal: abort.signal })
  const reading = Array.fromAsync(response.body)
  abort.abort()
  await expect(reading).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
})
