// The plain-HTTP port: gives out the root, explains it, sends all else to the encrypted port.
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { expect, onTestFinished, test } from 'vitest'
import type { App } from '#appliance/ipc/app.ts'
import { createPlainApp } from '#services/api/tls/plain.ts'
import { platforms } from '#services/api/tls/plain-texts.ts'
import { open, readableLog } from './tools.ts'

const host = 'kitchen.local:4621'

async function plain({ boxName = 'kitchen' } = {}) {
  const { certificate } = await open()
  const app = createPlainApp({
    certificate,
    secureOrigin: (name) => `https://${name.replace(/:\d+$/, '')}:4620`,
    isAllowedHost: (name) => name === host,
    boxName: () => boxName,
    log: readableLog().log,
  })
  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    app.request(`http://${host}${path}`, { method, headers: { host, ...headers } })
  return { app, ask, certificate }
}

test('gives out the root in three forms', async () => {
  const { ask, certificate } = await plain()
  const pem = await ask('/ca.pem')
  expect(await pem.text()).toBe(certificate.caPem())
  const crt = await ask('/ca.crt')
  expect(crt.headers.get('content-type')).toBe('application/x-x509-ca-cert')
  expect(new X509Certificate(Buffer.from(await crt.arrayBuffer())).fingerprint256).toBe(
    certificate.fingerprint().full,
  )
  const profile = await ask('/ca.mobileconfig')
  expect(profile.headers.get('content-type')).toBe('application/x-apple-aspen-config')
  expect(await profile.text()).toContain(certificate.caDer().toString('base64'))
})

test('the page names the box, its fingerprint and where it goes on', async () => {
  const { ask, certificate } = await plain()
  const response = await ask('/')
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^text\/html/)
  const text = await response.text()
  const shown = /class="fingerprint">(.*?)<\/p>/.exec(text)?.[1] ?? ''
  expect(shown.replaceAll('<wbr>', '')).toBe(certificate.fingerprint().full)
  expect(text).toContain('href="https://kitchen.local:4620/"')
  for (const file of ['/ca.pem', '/ca.crt', '/ca.mobileconfig']) expect(text).toContain(`href="${file}"`)
})

test('the page needs no script, no style of its own and nothing from elsewhere', async () => {
  const { ask } = await plain()
  const response = await ask('/')
  const text = await response.text()
  expect(text).not.toMatch(/<script|<style|\sstyle=|\son\w+=|javascript:/i)
  const sources = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1])
  expect(new Set(sources)).toEqual(
    new Set(['/plain.css', '/ca.pem', '/ca.crt', '/ca.mobileconfig', 'https://kitchen.local:4620/']),
  )
  const policy = response.headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/unsafe|script-src/)
  expect(response.headers.get('set-cookie')).toBeNull()
  expect((await ask('/plain.css')).headers.get('content-type')).toBe('text/css; charset=utf-8')
})

test('the page writes a box’s name as text', async () => {
  const { ask } = await plain({ boxName: '<img src=x onerror=alert(1)>' })
  expect(await (await ask('/')).text()).not.toContain('<img')
})

test.each([
  [undefined, 'en'],
  ['', 'en'],
  ['de', 'en'],
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-Hans'],
  ['de-DE, zh-TW;q=0.5, en;q=0.4', 'zh-Hans'],
  ['zh;q=0.3, en-GB;q=0.7', 'en'],
  [';;;q=, zzz;q=x', 'en'],
])('a browser that speaks %j reads %s', async (spoken, language) => {
  const { ask } = await plain()
  const text = await (await ask('/', spoken === undefined ? {} : { 'accept-language': spoken })).text()
  expect(text).toContain(`<html lang="${language}">`)
})

test.each([
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15', 'iPhone, iPad'],
  ['Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36', 'Android'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36', 'Windows'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15', 'Mac'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101', 'Linux'],
])('to %s it opens the steps for %s, and puts them first', async (agent, name) => {
  const { ask } = await plain()
  const text = await (await ask('/', { 'user-agent': agent })).text()
  expect(/<details class="card" open>\s*<summary>([^<]+)/.exec(text)?.[1]).toBe(name)
  expect(/<summary>([^<]+)/.exec(text)?.[1]).toBe(name)
  expect(text.match(/<details/g)).toHaveLength(platforms.length)
  expect(text.match(/<details[^>]* open/g)).toHaveLength(1)
})

test('to who does not say it opens none', async () => {
  const { ask } = await plain()
  expect(await (await ask('/', { 'user-agent': 'curl/8' })).text()).not.toMatch(/<details[^>]* open/)
})

test.each([
  ['/chat/1?q=a%20b&x=%0d%0aSet-Cookie:a', 'https://kitchen.local:4620/chat/1?q=a%20b&x=%0d%0aSet-Cookie:a'],
  ['/v1/models', 'https://kitchen.local:4620/v1/models'],
  ['//evil.example/x', 'https://kitchen.local:4620//evil.example/x'],
  ['/%2e%2e/@evil.example', 'https://kitchen.local:4620/@evil.example'],
  ['/ca.pem/more', 'https://kitchen.local:4620/ca.pem/more'],
])('sends %s to the encrypted port', async (path, location) => {
  const { ask } = await plain()
  for (const method of ['GET', 'HEAD']) {
    const response = await ask(path, {}, method)
    expect(response.status).toBe(308)
    expect(response.headers.get('location')).toBe(location)
    expect(response.headers.get('cache-control')).toBe('no-store')
  }
})

test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY'])(
  'refuses %s without reading its body',
  async (method) => {
    const { app } = await plain()
    let pulled = 0
    for (const path of ['/', '/ca.pem', '/v1/chat/completions', '/healthz']) {
      const body = new ReadableStream({ pull: () => void pulled++ }, { highWaterMark: 0 })
      const init: RequestInit & { duplex: 'half' } = { method, headers: { host }, body, duplex: 'half' }
      const response = await app.request(`http://${host}${path}`, init)
      expect(response.status).toBe(403)
      expect(await response.json()).toMatchObject({ error: { code: 'plain_http' } })
    }
    expect(pulled).toBe(0)
  },
)

/** What a real server answers to these bytes until it closes the connection itself. */
async function raw(app: App, bytes: string): Promise<string> {
  const server = createAdaptorServer({ fetch: app.fetch })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const bound = server.address()
  const socket = connect(typeof bound === 'object' && bound !== null ? bound.port : 0, '127.0.0.1')
  socket.write(bytes)
  let answer = ''
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text))
  await once(socket, 'close')
  return answer
}

test('closes the connection of who announces a body, without waiting for it', async () => {
  const { app } = await plain()
  const answer = await raw(
    app,
    `POST /v1/chat/completions HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 100000000\r\n\r\n{`,
  )
  expect(answer).toMatch(/^HTTP\/1\.1 403 /)
  // Node alone would keep the connection for what is still to come
  expect(answer).toMatch(/^connection: close\r$/im)
  expect(answer).toContain('"plain_http"')
})

test.each([
  ['GET http://evil.example/x HTTP/1.1', `Host: ${host}`],
  ['GET //evil.example/x HTTP/1.1', `Host: ${host}`],
])('%s never leads to another host', async (line, header) => {
  const { app } = await plain()
  const answer = await raw(app, `${line}\r\n${header}\r\nConnection: close\r\n\r\n`)
  expect(answer).not.toMatch(/^location: (?!https:\/\/kitchen\.local:4620\/)/im)
})

test.each(['/', '/ca.pem', '/healthz', '/chat'])('%s is not for who uses another name', async (path) => {
  const { ask } = await plain()
  for (const name of ['evil.example', 'kitchen.local', '']) {
    const response = await ask(path, { host: name })
    expect(response.status).toBe(421)
    expect(response.headers.get('location')).toBeNull()
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await response.json()).toMatchObject({ error: { code: 'host_not_allowed' } })
  }
})

test('says that it is alive', async () => {
  const { ask } = await plain()
  const response = await ask('/healthz')
  expect([response.status, await response.text()]).toEqual([200, 'ok'])
})
