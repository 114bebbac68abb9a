// Floods against a box as it is shipped, TLS and all: bodies of a gigabyte, packed bombs, bodies and headers without end,
// frames, sockets that say nothing. Each is refused and recorded, costs no memory, and others hardly notice.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import type { Socket } from 'node:net'
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { freePort } from '#benchmarks/box.ts'
import { type Box, startBox } from '../box.ts'
import {
  beginning,
  dribble,
  flags,
  floodFrames,
  frame,
  idle,
  literal,
  pour,
  tls,
  types,
} from './flood-tools.ts'
import { ask, exchange, recorded, tell } from './second.ts'

let box: Box
/** Two bodies that never end; a box gives them a minute, which passes while the others are tested. */
let slow: { from: string; answer: Promise<string> }[]
beforeAll(async () => {
  const environment = {
    HOB_TLS: 'on',
    HOB_PLAIN_PORT: String(await freePort()),
    HOB_REQUESTS_PER_MINUTE: '1000000',
  }
  box = await startBox({ environment })
  slow = await Promise.all(['127.5.0.1', '127.5.0.2'].map(slowBody))
})
afterAll(() => box?.stop())

async function slowBody(from: string): Promise<{ from: string; answer: Promise<string> }> {
  const socket = await dribble(box, from)
  let said = ''
  socket.on('data', (piece: Buffer) => (said += piece.toString('utf8')))
  return { from, answer: once(socket, 'close').then(() => said) }
}

const residentBytes = (): number => {
  const status = readFileSync(`/proc/${box.processes().get('api')}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? Number.NaN) * 1024
}
const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`
const expectAlive = async (from = '127.0.0.1'): Promise<void> => {
  const { status, text } = await ask(box, '/hob/v1/conversations', { headers: box.headers, from })
  expect(status, text).toBe(200)
}
const wasRecorded = (code: string, from: string) =>
  recorded(box, (entry) => entry.code === code && entry.from.address === from)

test('a body of a gigabyte is refused after its first megabytes, and is kept nowhere', async () => {
  const before = residentBytes()
  let peak = before
  const watch = setInterval(() => (peak = Math.max(peak, residentBytes())), 50)
  onTestFinished(() => clearInterval(watch))
  for (const [from, announced] of [
    ['127.5.1.1', true],
    ['127.5.1.2', false],
  ] as const) {
    const { answer, sentBytes } = await pour(box, { announced, from })
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer).toContain('x-hob-error: body_too_large')
    // what is refused may still be read for half a second, or 64 MiB, so that the answer is not lost
    expect(sentBytes, mebibytes(sentBytes)).toBeLessThan(128 * 2 ** 20)
    await wasRecorded('body_too_large', from)
  }
  tell(`a gigabyte twice: ${mebibytes(before)} before, at most ${mebibytes(peak)} meanwhile`)
  expect(peak - before, mebibytes(peak - before)).toBeLessThan(96 * 2 ** 20)
  await expectAlive()
})

test('a packed body is refused unopened', async () => {
  const zeros = Buffer.alloc(64 * 2 ** 20)
  const packed = {
    gzip: gzipSync(zeros),
    deflate: deflateSync(zeros),
    br: brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
    zstd: zstdCompressSync(zeros),
    'gzip, gzip': gzipSync(gzipSync(zeros)),
  }
  const before = residentBytes()
  for (const [i, [encoding, body]] of Object.entries(packed).entries()) {
    const from = `127.5.2.${i + 1}`
    const headers = { ...box.headers, 'content-encoding': encoding }
    const answer = await ask(box, '/v1/chat/completions', { method: 'POST', headers, body, from })
    expect([answer.status, answer.code], encoding).toEqual([415, 'unsupported_encoding'])
    await wasRecorded('unsupported_encoding', from)
  }
  expect(residentBytes() - before).toBeLessThan(64 * 2 ** 20)
})

test('headers without end are refused over HTTP/1.1, and end the session over HTTP/2', async () => {
  // a little more than the limit: of a bomb that is still pouring in, the answer may be lost when it is cut
  const large = `GET / HTTP/1.1\r\nhost: localhost:${box.port}\r\nx: ${'a'.repeat(17_000)}\r\n\r\n`
  const many = `GET / HTTP/1.1\r\nhost: localhost:${box.port}\r\n${'x: a\r\n'.repeat(3_400)}\r\n`
  for (const [bytes, from] of [
    [large, '127.5.3.1'],
    [many, '127.5.3.2'],
  ] as const) {
    const answer = await exchange(box, bytes, from)
    expect([answer.status, answer.code]).toEqual([431, 'header_too_large'])
    await wasRecorded('header_too_large', from)
  }
  const first = frame(types.headers, 0, 1, beginning(box))
  for (const [part, from] of [
    [literal('x-a', 'b'.repeat(100)), '127.5.3.3'],
    [Buffer.alloc(0), '127.5.3.4'],
  ] as const) {
    const frames = [first, ...Array.from({ length: 5_000 }, () => frame(types.continuation, 0, 1, part))]
    expect(await floodFrames(box, { from, frames })).toBe(true)
    await wasRecorded('bad_http', from)
  }
  await expectAlive()
})

test('streams that are opened and reset in thousands end the session', async () => {
  const cancel = Buffer.from([0, 0, 0, 8])
  const whole = flags.endStream | flags.endHeaders
  const frames = Array.from({ length: 10_000 }, (_, i) =>
    Buffer.concat([
      frame(types.headers, whole, 2 * i + 1, beginning(box)),
      frame(types.reset, 0, 2 * i + 1, cancel),
    ]),
  )
  const before = residentBytes()
  expect(await floodFrames(box, { from: '127.5.4.1', frames })).toBe(true)
  await wasRecorded('bad_http', '127.5.4.1')
  await expectAlive()
  expect(residentBytes() - before).toBeLessThan(64 * 2 ** 20)
})

test('a thousand sockets that say nothing give way to whoever asks, from wherever', async () => {
  const kept = await tls(box)
  const sockets = await idle(box, 1_100, () => '127.5.5.1')
  await expectAlive('127.5.5.1')
  await expectAlive('127.5.5.2')
  await wasRecorded('too_many_connections', '127.5.5.1')
  for (const socket of sockets) socket.destroy()
  kept.destroy()
  await expectAlive()
})

test('others hardly notice a thousand idle sockets, 200 slow bodies and a gigabyte at once', async () => {
  const others = new Agent({ keepAlive: true, maxSockets: 4, rejectUnauthorized: false })
  await calm()
  // what grows at the first time only is no leak
  await underAttack(() => measure(others, 20))
  await calm()
  const before = residentBytes()
  let ratio = Number.POSITIVE_INFINITY
  for (let round = 1; round <= 3 && ratio >= 2; round++) {
    const quiet: number[] = []
    const attacked: number[] = []
    for (let turn = 0; turn < 2; turn++) {
      quiet.push(...(await measure(others, requestsPerTurn)))
      attacked.push(...(await underAttack(() => measure(others, requestsPerTurn))))
      await calm()
    }
    ratio = quantile(attacked, 0.95) / quantile(quiet, 0.95)
    const figures = (times: number[]): string =>
      `median ${quantile(times, 0.5).toFixed(1)} ms, p95 ${quantile(times, 0.95).toFixed(1)} ms`
    tell(`undisturbed: ${figures(quiet)}; under attack: ${figures(attacked)}; p95 × ${ratio.toFixed(2)}`)
  }
  const after = residentBytes()
  tell(`the api's memory: ${mebibytes(before)} before, ${mebibytes(after)} after`)
  others.destroy()
  expect(ratio).toBeLessThan(2)
  expect(after - before, mebibytes(after - before)).toBeLessThan(64 * 2 ** 20)
})

test('a body that does not come is refused after its minute', async () => {
  for (const { from, answer } of slow) {
    expect(await answer).toMatch(/^HTTP\/1\.1 408 /)
    await wasRecorded('request_timeout', from)
  }
})

const requestsPerTurn = 150
/** Between two requests of the others, who are four. */
const paceMs = 20

const quantile = (times: readonly number[], share: number): number =>
  times.toSorted((a, b) => a - b)[Math.floor(share * times.length)] ?? Number.NaN

/** Milliseconds of each request, on connections that stay; every tenth time somebody new comes, too, and is let in. */
async function measure(agent: Agent, count: number): Promise<number[]> {
  const running: Promise<number>[] = []
  for (let i = 0; i < count; i++) {
    running.push(timed(agent))
    if (i % 10 === 0) await expectAlive()
    await new Promise((resolve) => setTimeout(resolve, paceMs))
  }
  return await Promise.all(running)
}

function timed(agent: Agent): Promise<number> {
  const at = { host: '127.0.0.1', port: box.port, path: '/hob/v1/conversations', agent }
  const headers = { host: `localhost:${box.port}`, ...box.headers }
  return new Promise((resolve, reject) => {
    const begin = performance.now()
    const asking = request({ ...at, headers }, (response) => {
      response.resume()
      response.once('end', () =>
        response.statusCode === 200
          ? resolve(performance.now() - begin)
          : reject(new TypeError(`answered ${response.statusCode}`)),
      )
    })
    asking.once('error', reject)
    asking.end()
  })
}

/** Everything is under way while `work` goes on, and gone afterwards. */
async function underAttack<Result>(work: () => Promise<Result>): Promise<Result> {
  const sockets: Socket[] = await idle(box, 1_000, (i) => `127.5.6.${(i % 4) + 1}`)
  for (let i = 0; i < 200; i += 20)
    sockets.push(
      ...(await Promise.all(Array.from({ length: 20 }, (_, j) => dribble(box, `127.5.7.${i + j + 1}`)))),
    )
  const poured = pour(box, { announced: false, from: '127.5.8.1' })
  try {
    return await work()
  } finally {
    for (const socket of sockets) socket.destroy()
    expect((await poured).answer).toMatch(/^HTTP\/1\.1 413 /)
  }
}

/** The box has noticed that they left. */
const calm = async (): Promise<void> =>
  await expect
    .poll(
      async () => {
        const { text } = await ask(box, '/hob/v1/status', { headers: box.headers })
        return (JSON.parse(text) as { connections: { open: number } }).connections.open
      },
      { timeout: 60_000, interval: 100 },
    )
    .toBeLessThan(20)
