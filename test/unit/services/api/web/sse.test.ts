// The page's reader of server-sent events: the same events wherever the network cuts the bytes.
import { describe, expect, it } from 'vitest'
import { readEvents, type ServerEvent } from '#services/api/web/chat/sse.ts'

const bytes = new TextEncoder()

async function read(chunks: readonly Uint8Array[]): Promise<ServerEvent[]> {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
  const events: ServerEvent[] = []
  for await (const event of readEvents(body)) events.push(event)
  return events
}

describe('server-sent events', () => {
  const text =
    'event: delta\r\ndata: {"content":"炉火 🔥"}\r\n\r\n: a comment\ndata: one\ndata:two\n\nevent: turn\ndata: x\n\n'
  const expected = [
    { event: 'delta', data: '{"content":"炉火 🔥"}' },
    { event: 'message', data: 'one\ntwo' },
    { event: 'turn', data: 'x' },
  ]

  it('come out the same wherever the network cuts them, between the bytes of a character too', async () => {
    const whole = bytes.encode(text)
    for (let cut = 0; cut <= whole.length; cut += 1)
      expect(await read([whole.slice(0, cut), whole.slice(cut)]), `cut at ${cut}`).toEqual(expected)
  })

  it('come out the same byte by byte', async () => {
    expect(await read([...bytes.encode(text)].map((byte) => Uint8Array.of(byte)))).toEqual(expected)
  })

  it('leave out one that was not finished', async () => {
    expect(await read([bytes.encode('data: a\n\ndata: b\n')])).toEqual([{ event: 'message', data: 'a' }])
  })

  it('close the connection when their reader leaves', async () => {
    let cancelled = false
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(bytes.encode('data: a\n\ndata: b\n\n')),
      cancel: () => {
        cancelled = true
      },
    })
    for await (const event of readEvents(body)) if (event.data === 'a') break
    expect(cancelled).toBe(true)
  })
})
