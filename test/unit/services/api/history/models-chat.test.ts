// The client of the models service: the stream comes out the same wherever it is cut, failures keep their codes, and a
// caller who leaves closes the connection.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type ChatChunk, chatRequestSchema } from '#appliance/contracts/openai.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import { HobError, toErrorBody } from '#appliance/errors.ts'
import { createClient } from '#appliance/ipc/client.ts'
import { listen } from '#appliance/ipc/serve.ts'
import { createModelsChat } from '#services/api/history/models-chat.ts'
import { createModelsEmbed } from '#services/api/history/models-embed.ts'
import { readEventData } from '#services/api/history/sse.ts'
import { seededRandom } from '#test/fakes/random.ts'
import { chunk, folder } from './box.ts'

const principal = localOwner('page')
const request = chatRequestSchema.parse({ messages: [{ role: 'user', content: 'hi' }] })

async function modelsService(answer: (request: IncomingMessage, response: ServerResponse) => unknown) {
  const socketPath = join(folder(), 'models.sock')
  const server = createServer((incoming, response) => void answer(incoming, response))
  await listen(server, { path: socketPath })
  const client = createClient({ service: 'models', socketPath })
  onTestFinished(() => {
    client.close()
    server.closeAllConnections()
    server.close()
  })
  return { chat: createModelsChat({ client }), embed: createModelsEmbed({ client, model: () => 'e' }) }
}

const textOf = (chunks: readonly ChatChunk[]): string =>
  chunks.map((piece) => piece.choices[0]?.delta.content ?? '').join('')

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const stream = (...events: unknown[]): string =>
  events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')

describe('the models service behind a conversation', () => {
  it('gives every piece, wherever the bytes are cut', async () => {
    const next = seededRandom()
    const words = ['Grüße ', '東京は', '雨🙂です', ' "quotes"\n\n', 'ﬁn\r\n', '🇨🇭👩‍👩‍👧']
    for (let round = 0; round < 30; round++) {
      const newline = ['\n', '\r\n', '\r'][round % 3] ?? '\n'
      const body = words
        .map((word) => `: keep-alive\n\nevent: x\nid: 7\ndata: ${JSON.stringify(chunk(word))}\n\n`)
        .join('')
        .concat('data: [DONE]\n\n')
        .replaceAll('\n', newline)
      const bytes = Buffer.from(body)
      const { chat } = await modelsService((_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        const write = (from: number): void => {
          if (from >= bytes.length) return void response.end()
          const to = from + 1 + Math.floor(next() * 40)
          response.write(bytes.subarray(from, to), () => setImmediate(() => write(to)))
        }
        write(0)
      })
      expect(textOf(await Array.fromAsync(chat(request, { principal })))).toBe(words.join(''))
    }
  })

  it('asks for a stream with usage, as the person who asked', async () => {
    const seen: unknown[] = []
    const { chat } = await modelsService(async (incoming, response) => {
      const body = Buffer.concat(await Array.fromAsync(incoming)).toString()
      seen.push(incoming.url, JSON.parse(body), incoming.headers['x-hob-principal'] !== undefined)
      response.end('data: [DONE]\n\n')
    })
    await Array.fromAsync(chat(request, { principal }))
    expect(seen).toEqual([
      '/v1/chat/completions',
      { ...request, stream: true, stream_options: { include_usage: true } },
      true,
    ])
  })

  it.each([
    ['before the stream', (error: unknown, response: ServerResponse) => json(response, 429, error)],
    [
      'inside the stream',
      (error: unknown, response: ServerResponse) => response.end(stream(chunk('a'), error)),
    ],
  ])('throws the error that came %s', async (_, answer) => {
    const error = toErrorBody(new HobError('queue_full', { waiting: 3, retryAfter: 2 })).body
    const { chat } = await modelsService((_incoming, response) => answer(error, response))
    await expect(Array.fromAsync(chat(request, { principal }))).rejects.toMatchObject({
      code: 'queue_full',
      status: 429,
      remedy: 'Try again in 2 s.',
    })
  })

  it.each([
    ['ends early', (response: ServerResponse) => response.end(stream(chunk('a')))],
    [
      'breaks off',
      (response: ServerResponse) => response.write(stream(chunk('a')), () => response.destroy()),
    ],
    ['is not JSON', (response: ServerResponse) => response.end('data: {"id"\n\n')],
    ['is not a chunk', (response: ServerResponse) => response.end(stream({ id: 7 }))],
    ['never ends a line', (response: ServerResponse) => response.end(`data: ${'x'.repeat(2_000_000)}`)],
  ])('is unavailable when the stream %s', async (_, answer) => {
    const { chat } = await modelsService((_incoming, response) => answer(response))
    await expect(Array.fromAsync(chat(request, { principal }))).rejects.toMatchObject({
      code: 'service_unavailable',
    })
  })

  it('closes the connection when the caller leaves, by its signal or by its loop', async () => {
    let closed = (): void => undefined
    const { chat } = await modelsService((_, response) => {
      response.once('close', () => closed())
      response.write(stream(chunk('a')))
    })
    const leaving = new AbortController()
    const first = chat(request, { principal, signal: leaving.signal })[Symbol.asyncIterator]()
    let gone = new Promise<void>((resolve) => (closed = resolve))
    await first.next()
    leaving.abort(new HobError('client_gone'))
    await expect(first.next()).rejects.toMatchObject({ code: 'client_gone' })
    await gone
    gone = new Promise<void>((resolve) => (closed = resolve))
    for await (const piece of chat(request, { principal })) if (textOf([piece]) === 'a') break
    await gone
  })

  it('bounds an event, also when it is made of many lines', async () => {
    const lines = async function* () {
      for (let i = 0; i < 1_000; i++) yield Buffer.from(`data: ${'x'.repeat(90)}\n`)
    }
    const reading = Array.fromAsync(readEventData(lines(), { service: 'models', maxUnits: 10_000 }))
    await expect(reading).rejects.toMatchObject({ code: 'service_unavailable' })
  })

  it('embeds, or says that no model does', async () => {
    const data = [0, 1].map((index) => ({ object: 'embedding', index, embedding: [index, 2] }))
    const usage = { prompt_tokens: 2, total_tokens: 2 }
    const { embed } = await modelsService((_, response) =>
      json(response, 200, { object: 'list', model: 'e', data, usage }),
    )
    expect(await embed(['a', 'b'], { principal })).toEqual({
      model: 'e',
      vectors: [new Float32Array([0, 2]), new Float32Array([1, 2])],
    })
    const without = await modelsService((_, response) =>
      json(response, 400, toErrorBody(new HobError('embeddings_unsupported', { model: 'x' })).body),
    )
    expect(await without.embed(['a'], { principal })).toBeNull()
  })
})
