// A conversation over a real connection: who leaves stops the model and keeps the part, and who does not read holds the
// model back.
import { once } from 'node:events'
import { Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { describe, expect, it, onTestFinished } from 'vitest'
import { HobError } from '#appliance/errors.ts'
import { listen } from '#appliance/ipc/serve.ts'
import type { Chat } from '#services/api/history/models-chat.ts'
import { openHistory } from '#services/api/history/store.ts'
import { chunk, openBox } from '../unit/services/api/history/box.ts'

/** Asks over a connection of its own, in HTTP/1.1 by hand, so that the test decides when it is read and cut. */
async function asking(chat: Chat) {
  const box = openBox({ chat })
  const server = createAdaptorServer({ fetch: box.app.fetch })
  if (!(server instanceof Server)) throw new TypeError('expected HTTP/1')
  await listen(server, { port: 0, host: '127.0.0.1' })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const id = await box.begin('ann')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const body = '{"content":"hi"}'
  socket.write(
    `POST /hob/v1/conversations/${id}/messages HTTP/1.1\r\nHost: localhost\r\nX-User: ann\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  return { box, id, socket }
}

describe('asking over a real connection', () => {
  it('stops the model when the person leaves, and keeps the part', async () => {
    let stopped = (): void => undefined
    const aborted = new Promise<void>((resolve) => (stopped = resolve))
    const { box, id, socket } = await asking(async function* (_, { signal }) {
      yield chunk('one ')
      await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))
      stopped()
      throw new HobError('client_gone')
    })
    let received = ''
    for await (const bytes of socket) {
      received += String(bytes)
      if (received.includes('event: delta')) break
    }
    expect(received).toContain('content-type: text/event-stream')
    await aborted
    await box.history.close()
    const store = openHistory({ file: box.file, now: () => new Date() })
    expect(store.turns.all('ann', id).at(-1)).toMatchObject({ state: 'stopped', content: 'one ' })
    store.close()
  })

  it('waits for a reader that does not read', async () => {
    let produced = 0
    const { box, socket } = await asking(async function* () {
      for (; produced < 100_000; produced++) yield chunk('x'.repeat(10))
    })
    socket.once('data', () => socket.pause())
    await once(socket, 'data')
    let before = -1
    // until it stands still: the kernel's buffers take some megabytes
    while (before !== produced) {
      before = produced
      for (let turn = 0; turn < 500; turn++) await new Promise((resolve) => setImmediate(resolve))
    }
    expect(produced).toBeGreaterThan(1_000)
    expect(produced).toBeLessThan(100_000)
    socket.destroy()
    await box.history.close()
  })
})
