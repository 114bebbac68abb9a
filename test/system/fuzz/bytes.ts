// What no HTTP library sends: requests whose lines, headers and lengths are broken, or that are another protocol's.
import { chance, pick, type Random } from './values.ts'

const start = (port: number): string => `GET /healthz HTTP/1.1\r\nhost: localhost:${port}\r\n`
const post = (port: number): string =>
  `POST /hob/v1/session HTTP/1.1\r\nhost: localhost:${port}\r\ncontent-type: application/json\r\n`

const makers: readonly ((port: number) => string)[] = [
  () => '',
  () => '\r\n\r\n\r\n',
  () => 'GET\r\n\r\n',
  () => 'GET / HTTP/9.9\r\n\r\n',
  () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  () => 'GET / HTTP/1.1\r\n\r\n',
  () => 'EHLO localhost\r\n',
  (port) => `GET /healthz HTTP/1.0\r\nhost: localhost:${port}\r\n\r\n`,
  (port) => `GET http://evil.example/ HTTP/1.1\r\nhost: localhost:${port}\r\n\r\n`,
  (port) => `GET //evil.example/%0d%0a HTTP/1.1\r\nhost: localhost:${port}\r\nconnection: close\r\n\r\n`,
  (port) => `CONNECT localhost:${port} HTTP/1.1\r\nhost: localhost:${port}\r\n\r\n`,
  (port) => `OPTIONS * HTTP/1.1\r\nhost: localhost:${port}\r\nconnection: close\r\n\r\n`,
  (port) => `BREW /pot HTTP/1.1\r\nhost: localhost:${port}\r\n\r\n`,
  (port) => `${start(port)}no colon\r\n\r\n`,
  (port) => `${start(port)}x: a\0b\r\n\r\n`,
  (port) => `${start(port)}x : y\r\n\r\n`,
  (port) => `${start(port)} folded: y\r\n\r\n`,
  (port) => `${start(port)}host: evil.example\r\n\r\n`,
  (port) => `${start(port)}x: ${'a'.repeat(20_000)}\r\n\r\n`,
  (port) => `${start(port)}${'x: y\r\n'.repeat(3_000)}\r\n`,
  (port) => `${post(port)}content-length: -1\r\n\r\n{}`,
  (port) => `${post(port)}content-length: 2\r\ncontent-length: 3\r\n\r\n{} `,
  (port) => `${post(port)}content-length: 99999999999999999999\r\n\r\n{}`,
  (port) => `${post(port)}content-length: 1000\r\n\r\n{}`,
  (port) =>
    `${post(port)}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n`,
  (port) => `${post(port)}transfer-encoding: chunked, gzip\r\n\r\n0\r\n\r\n`,
  (port) => `${post(port)}transfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n{}`,
  (port) => `${post(port)}transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
  (port) => `${start(port)}connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: x\r\n\r\n`,
  (port) => `${start(port)}connection: upgrade\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n\r\n`,
]

export function bytesFor(next: Random, port: number): Buffer {
  const bytes = Buffer.from(pick(next, makers)(port), 'latin1')
  if (chance(next, 0.5)) return bytes
  // some of them fall over on the way
  for (let n = 0; n < bytes.length / 40; n++)
    bytes[Math.floor(next() * bytes.length)] = Math.floor(next() * 256)
  return bytes
}
