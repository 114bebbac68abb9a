// The live channel over real WebSockets: no event is lost, doubled or shown to another person, whatever is cut, slow,
// silent or hostile.
import { once } from 'node:events'
import type { z } from '@hono/zod-openapi'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type RawData, WebSocket } from 'ws'
import { liveEventSchema, liveHelloSchema } from '#appliance/contracts/box.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import { createApp } from '#appliance/ipc/app.ts'
import { createLog } from '#appliance/log.ts'
import { createHub } from '#services/api/live/hub.ts'
import { createLiveServer, livePath, registerLive } from '#services/api/live/routes.ts'
import { createWebServer } from '#services/api/server.ts'
import { createConnections } from '#services/api/walls/connections.ts'
import { createNames } from '#services/api/walls/names.ts'
import { seededRandom } from '#test/fakes/random.ts'

async function liveBox(options: { events?: number; bytes?: number; beatEveryMs?: number } = {}) {
  const hub = createHub(options)
  const app = createApp({ log: createLog({ service: 'api', level: 'error', write: () => undefined }) })
  app.use(async (c, next) => {
    const principal = { ...localOwner('page'), user: c.req.header('x-user') ?? 'ann' }
    c.set('caller', { principal, by: 'session', id: principal.user, name: null, fresh: true, address: null })
    await next()
  })
  let end = (_id: string): void => undefined
  const live = registerLive(app, {
    hub,
    identity: { onEnded: (listener) => (end = (id) => listener({ kind: 'session', id })) },
    ...(options.beatEveryMs ? { beatEveryMs: options.beatEveryMs } : {}),
  })
  const connections = createConnections({ limit: 10_000 })
  const names = createNames({ names: () => [], port: () => server.port(), tls: false })
  const websocket = createLiveServer()
  const server = createWebServer({ app, connections, names, websocket, certificate: null })
  await server.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(async () => {
    live.close()
    await server.close(AbortSignal.abort())
  })
  const origin = `127.0.0.1:${server.port()}`
  const connect = (query = '', user = 'ann', more = {}) =>
    new WebSocket(`ws://${origin}${livePath}${query}`, { headers: { 'x-user': user }, ...more })
  return { hub, live, connect, origin, end: (id: string) => end(id) }
}

const text = (data: RawData): string => (Buffer.isBuffer(data) ? data.toString() : '')

/** The next message; each awaits its own, so none is passed over. */
const messages = (socket: WebSocket): AsyncIterator<[RawData]> => {
  const queue: [RawData][] = []
  let wake = (): void => undefined
  socket.on('message', (data) => {
    queue.push([data])
    wake()
  })
  return {
    next: async () => {
      for (;;) {
        const value = queue.shift()
        if (value !== undefined) return { value, done: false }
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  }
}

const hello = async (from: AsyncIterator<[RawData]>) =>
  liveHelloSchema.parse(JSON.parse(text((await from.next()).value[0])))
const event = async (from: AsyncIterator<[RawData]>) =>
  liveEventSchema.parse(JSON.parse(text((await from.next()).value[0])))

describe('the live channel', () => {
  it('misses none and doubles none of 10,000 events over 100 cuts', async () => {
    const next = seededRandom()
    const box = await liveBox()
    const total = 10_000
    const seen: number[] = []
    const wrong: string[] = []
    const last = { epoch: '', seq: 0 }
    let resumed = 0
    let published = 0
    const cutAt = Array.from({ length: 100 }, () => Math.floor(next() * total)).toSorted((a, b) => a - b)

    const publishSome = (): void => {
      for (let i = 0; i < 1 + next() * 40 && published < total; i++) {
        box.hub.publish('models', { installed: published++, defaultModel: null }, 'everyone')
        if (next() < 0.2) box.hub.publish('conversation', { id: 'x', change: 'updated' }, { user: 'bob' })
      }
    }
    const greeted = (greeting: z.infer<typeof liveHelloSchema>): void => {
      if (greeting.resumed) resumed++
      if (last.epoch !== '' && (!greeting.resumed || greeting.seq !== last.seq))
        wrong.push(`hello ${greeting.seq} after ${last.seq}`)
      last.epoch = greeting.epoch
      last.seq = greeting.seq
    }
    while (seen.length < total) {
      const socket = box.connect(last.epoch === '' ? '' : `?epoch=${last.epoch}&seq=${last.seq}`)
      socket.on('message', (data) => {
        const message = JSON.parse(text(data))
        if (message.type === 'hello') greeted(liveHelloSchema.parse(message))
        else {
          if (message.seq !== last.seq + 1) wrong.push(`event ${message.seq} after ${last.seq}`)
          last.seq = message.seq
          seen.push(message.data.installed)
          if (seen.length > (cutAt[0] ?? total)) {
            cutAt.shift()
            // what is already read from the socket is lost with it, as on a real link
            socket.removeAllListeners('message')
            return socket.terminate()
          }
        }
        setImmediate(publishSome)
        if (seen.length === total) socket.close()
      })
      await once(socket, 'close')
      publishSome()
    }
    expect(wrong).toEqual([])
    expect(resumed).toBeGreaterThanOrEqual(99)
    expect(cutAt).toEqual([])
    expect(seen).toEqual(Array.from({ length: total }, (_, i) => i))
  })

  it('begins with what is new, and says so, when the box no longer has what came between', async () => {
    const box = await liveBox({ events: 10 })
    for (let i = 0; i < 30; i++)
      box.hub.publish('conversation', { id: `${i}`, change: 'created' }, 'everyone')
    const late = messages(box.connect(`?epoch=${box.hub.epoch}&seq=19`))
    expect(await hello(late)).toEqual({ type: 'hello', epoch: box.hub.epoch, seq: 30, resumed: false })
    const other = messages(box.connect('?epoch=another&seq=29'))
    expect(await hello(other)).toMatchObject({ seq: 30, resumed: false })
    const ahead = messages(box.connect(`?epoch=${box.hub.epoch}&seq=31`))
    expect(await hello(ahead)).toMatchObject({ seq: 30, resumed: false })
    const soon = messages(box.connect(`?epoch=${box.hub.epoch}&seq=20`))
    expect(await hello(soon)).toMatchObject({ seq: 20, resumed: true })
    for (let seq = 21; seq <= 30; seq++) expect((await event(soon)).seq).toBe(seq)
    box.hub.publish('conversation', { id: 'new', change: 'created' }, 'everyone')
    for (const reader of [late, other, ahead, soon])
      expect(await event(reader)).toEqual({
        seq: 31,
        type: 'conversation',
        data: { id: 'new', change: 'created' },
      })
  })

  it("shows nobody another person's events, live or replayed", async () => {
    const box = await liveBox()
    const ann = messages(box.connect('', 'ann'))
    const bob = messages(box.connect('', 'bob'))
    await hello(ann)
    await hello(bob)
    box.hub.publish('conversation', { id: 'secret', change: 'created' }, { user: 'ann' })
    box.hub.publish('models', { installed: 1, defaultModel: null }, 'everyone')
    expect(await event(ann)).toMatchObject({ seq: 1, data: { id: 'secret' } })
    expect(await event(ann)).toMatchObject({ seq: 2, type: 'models' })
    expect(await event(bob)).toMatchObject({ seq: 1, type: 'models' })
    box.hub.publish('conversation', { id: 'later', change: 'created' }, { user: 'ann' })
    const again = messages(box.connect(`?epoch=${box.hub.epoch}&seq=0`, 'bob'))
    expect(await hello(again)).toMatchObject({ seq: 0, resumed: true })
    expect(await event(again)).toMatchObject({ seq: 1, type: 'models' })
  })

  it('cuts a reader that is too slow, and lets it come back with its number', async () => {
    const box = await liveBox()
    const slow = box.connect()
    const reader = messages(slow)
    const { epoch } = await hello(reader)
    slow.pause()
    const id = 'x'.repeat(10_000)
    let published = 0
    while (box.live.connections() === 1 && published < 5_000) {
      for (let i = 0; i < 50; i++, published++)
        box.hub.publish('conversation', { id, change: 'updated' }, 'everyone')
      // the kernel takes some megabytes before anything is unread
      await new Promise((resolve) => setImmediate(resolve))
      if (published > 2_500) break
    }
    const closed = once(slow, 'close')
    slow.resume()
    const [code, reason] = await closed
    expect([code, String(reason)]).toEqual([1013, 'slow'])
    let seq = 0
    const back = messages(box.connect(`?epoch=${epoch}&seq=${published - 20}`))
    expect(await hello(back)).toMatchObject({ resumed: true })
    while (seq < published) seq = (await event(back)).seq
    expect(seq).toBe(published)
  })

  it('replays more than a slow reader’s bound without cutting it', async () => {
    const box = await liveBox()
    for (let i = 0; i < 1_500; i++)
      box.hub.publish('conversation', { id: 'y'.repeat(5_000), change: 'updated' }, 'everyone')
    const reader = messages(box.connect(`?epoch=${box.hub.epoch}&seq=0`))
    expect(await hello(reader)).toMatchObject({ seq: 0, resumed: true })
    for (let seq = 1; seq <= 1_500; seq++) expect((await event(reader)).seq).toBe(seq)
  })

  it('ends a peer that answers no ping, and keeps one that does', async () => {
    const box = await liveBox({ beatEveryMs: 40 })
    const dead = box.connect('', 'ann', { autoPong: false })
    const alive = box.connect('', 'ann')
    let pings = 0
    const kept = new Promise<void>((resolve) => alive.on('ping', () => void (++pings === 6 && resolve())))
    const [code] = await once(dead, 'close')
    expect(code).toBe(1006)
    await kept
    expect(alive.readyState).toBe(WebSocket.OPEN)
    expect(box.live.connections()).toBe(1)
  })

  it('answers a ping, passes over anything else, and refuses what is large or too much', async () => {
    const box = await liveBox()
    const socket = box.connect()
    const reader = messages(socket)
    await hello(reader)
    for (const said of ['{"type":"publish","data":1}', 'not json', 'null', '{"type":"ping"}'])
      socket.send(said)
    expect(text((await reader.next()).value[0])).toBe('{"type":"pong"}')
    const large = once(socket, 'close')
    socket.send('x'.repeat(5_000))
    expect((await large)[0]).toBe(1009)
    const chatty = box.connect()
    await hello(messages(chatty))
    for (let i = 0; i < 200; i++) chatty.send('x')
    expect((await once(chatty, 'close'))[0]).toBe(1008)
  })

  it('speaks WebSocket only, and wants numbers that it gave', async () => {
    const box = await liveBox()
    expect((await fetch(`http://${box.origin}${livePath}`)).status).toBe(426)
    const wrong = box.connect('?epoch=a&seq=-4')
    const [, response] = await once(wrong, 'unexpected-response')
    expect(response.statusCode).toBe(400)
  })

  it('says goodbye when the box shuts down', async () => {
    const box = await liveBox()
    const socket = box.connect()
    await hello(messages(socket))
    box.live.close()
    expect((await once(socket, 'close'))[0]).toBe(1001)
  })

  it('carries 500 clients and every event to each', async () => {
    const box = await liveBox()
    const readers = Array.from({ length: 500 }, () => messages(box.connect()))
    for (const reader of readers) await hello(reader)
    expect(box.live.connections()).toBe(500)
    for (let i = 1; i <= 20; i++) box.hub.publish('models', { installed: i, defaultModel: null }, 'everyone')
    for (const reader of readers)
      for (let seq = 1; seq <= 20; seq++) expect((await event(reader)).seq).toBe(seq)
  })
})
