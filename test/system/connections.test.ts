// The cap on connections, at its default: the 1,001st gets an answer and is closed, the first thousand go on; what never
// asked for anything gives way.
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Box, startBox } from './box.ts'

let box: Box
beforeAll(async () => {
  box = await startBox()
})
afterAll(() => box.stop())

const open = (): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(box.port, '127.0.0.1', () => resolve(socket))
    socket.once('error', reject)
  })

const ask = (socket: Socket): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = ''
    const take = (chunk: Buffer): void => {
      text += chunk.toString('utf8')
      // a short answer comes in one piece with its headers
      if (!text.includes('\r\n\r\n')) return
      socket.off('data', take)
      resolve(text)
    }
    socket.on('data', take)
    socket.once('error', reject)
    socket.once('close', () => reject(new TypeError(`closed after ${JSON.stringify(text)}`)))
    socket.write(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${box.port}\r\n\r\n`)
  })

test('connection 1,001 is refused cleanly while the others go on', async () => {
  const held: Socket[] = []
  // the health check's own keep-alive connections count too: take what is left
  const limit = 1_000
  try {
    for (let i = 0; i < limit; i++) {
      const socket = await open()
      held.push(socket)
      await ask(socket)
    }
    const [first] = held
    if (first === undefined) throw new Error('nothing is held')
    const beyond = await open()
    const refused = await ask(beyond)
    beyond.destroy()
    expect(refused).toMatch(/^HTTP\/1\.1 503 /)
    expect(refused).toContain('too_many_connections')
    expect(await ask(first)).toMatch(/^HTTP\/1\.1 200 /)
  } finally {
    for (const socket of held) socket.destroy()
  }
  await expect
    .poll(() => box.fetch(`/healthz`).then((answer) => answer.status), { timeout: 10_000 })
    .toBe(200)
})
