// A box for the page's tests: serves the built page and plays the contracts' routes from memory. A test sets the scene
// (which model, how fast, what fails) and looks at what was asked. Same policy headers as the api service sends.

import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { type WebSocket, WebSocketServer } from 'ws'
import { type Ask, askSchema, type SearchHit, type Turn } from '#appliance/contracts/box.ts'
import { addModelSchema, type Download } from '#appliance/contracts/models.ts'
import type { FoundBox } from '#appliance/contracts/network.ts'
import { type ErrorCode, HobError, toErrorBody } from '#appliance/errors.ts'
import {
  choiceOf,
  conversations,
  engineOf,
  hardware,
  installedOf,
  type Scenario,
  type StoredConversation,
  statusOf,
} from './box-data.ts'
import { createFakeDoor, type FakeDoor } from './door.ts'
import { createFakeHealth, type FakeHealth } from './health.ts'
import { createFakePlace, type FakePlace } from './place.ts'
import { createFakeSystem, type FakeSystem } from './system.ts'
import { answerMachine } from './system-http.ts'

export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export interface FakeApi {
  readonly url: string
  scenario: Scenario
  /** What the next answers say, and how fast. */
  answer: { words: readonly string[]; reasoning?: string; intervalMs: number }
  /** The next question fails with this: at once, or after so many words. */
  failNext: { code: ErrorCode; parameters?: Record<string, string | number>; afterWords?: number } | null
  /** Answers that a page stopped by leaving. */
  readonly stopped: string[]
  readonly asked: Ask[]
  /** Queries of the live channel, as they came. */
  readonly liveQueries: string[]
  readonly conversations: StoredConversation[]
  publish(type: string, data: unknown): void
  /** The boxes on the network; null: the box cannot look. */
  others: (FoundBox & { own: boolean })[] | null
  readonly door: FakeDoor
  /** Its name and certificate. */
  readonly place: FakePlace
  readonly health: FakeHealth
  /** What is under it. */
  readonly machine: FakeSystem
  /** Cuts every live connection, or closes it with a code; refused while `away`. */
  cutLive(code?: number): void
  away: boolean
  close(): Promise<void>
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
}

export async function createFakeApi(distFolder: string): Promise<FakeApi> {
  const sockets = new Set<WebSocket>()
  const events: { seq: number; type: string; data: unknown }[] = []
  const epoch = 'fake-1'
  const downloads: Download[] = []
  let lastId = 0
  const newId = (prefix: string): string => `${prefix}-${++lastId}`

  const json = (response: ServerResponse, status: number, body?: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(body === undefined ? undefined : JSON.stringify(body))
  }
  const fail = (response: ServerResponse, error: unknown): void => {
    const { status, body, retryAfterSeconds } = toErrorBody(error, 'fake')
    if (retryAfterSeconds !== undefined) response.setHeader('retry-after', String(retryAfterSeconds))
    json(response, status, body)
  }
  const readBody = async (request: IncomingMessage): Promise<unknown> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  }
  const find = (id: string): StoredConversation => {
    const found = api.conversations.find(({ conversation }) => conversation.id === id)
    if (found === undefined) throw new HobError('conversation_not_found')
    return found
  }
  const touch = (stored: StoredConversation): void => {
    stored.conversation.turns = stored.turns.length
    stored.conversation.updatedAt = new Date().toISOString()
    api.publish('conversation', { id: stored.conversation.id, change: 'updated' })
  }

  const stream = async (response: ServerResponse, stored: StoredConversation, ask: Ask): Promise<void> => {
    const failure = api.failNext
    api.failNext = null
    if (failure !== null && failure.afterWords === undefined)
      throw new HobError(failure.code, failure.parameters ?? {})
    const cut = stored.turns.findIndex(({ id }) => id === ask.replaces)
    if (cut !== -1) stored.turns.length = cut
    const base = {
      reasoning: null,
      model: null,
      tokens: null,
      tokensPerSecond: null,
      firstTokenMs: null,
      error: null,
    }
    const createdAt = new Date().toISOString()
    const question: Turn = {
      ...base,
      id: newId('q'),
      role: 'user',
      content: ask.content,
      state: 'complete',
      createdAt,
    }
    const model = ask.model ?? engineOf(api.scenario)?.model ?? null
    const answer: Turn = {
      ...base,
      id: newId('a'),
      role: 'assistant',
      content: '',
      state: 'streaming',
      model,
      createdAt,
    }
    stored.turns.push(question, answer)
    if (stored.conversation.title === '') stored.conversation.title = ask.content.slice(0, 60)

    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    const send = (event: string, data: unknown): void => {
      response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    }
    send('turn', question)
    send('turn', answer)
    const gone = new Promise<'gone'>((resolve) => response.once('close', () => resolve('gone')))
    const pause = (): Promise<'gone' | null> =>
      Promise.race([
        gone,
        new Promise<null>((resolve) => setTimeout(() => resolve(null), api.answer.intervalMs)),
      ])
    if (api.answer.reasoning !== undefined) {
      answer.reasoning = api.answer.reasoning
      send('delta', { reasoning: api.answer.reasoning })
    }
    for (const [index, word] of api.answer.words.entries()) {
      if ((await pause()) === 'gone') {
        answer.state = 'stopped'
        api.stopped.push(answer.id)
        touch(stored)
        return
      }
      if (failure?.afterWords === index) {
        const { body } = toErrorBody(new HobError(failure.code, failure.parameters ?? {}))
        const { code, message, remedy } = body.error
        Object.assign(answer, { state: 'failed', error: { code, message, remedy } })
        send('error', body)
        response.end()
        touch(stored)
        return
      }
      answer.content += word
      send('delta', { content: word })
    }
    Object.assign(answer, {
      state: 'complete',
      tokens: api.answer.words.length,
      tokensPerSecond: 12.3,
      firstTokenMs: 480,
    })
    send('turn', answer)
    response.end()
    touch(stored)
  }

  const search = (words: string): SearchHit[] =>
    api.conversations.flatMap(({ conversation, turns }) =>
      turns.flatMap((turn): SearchHit[] => {
        const at = turn.content.toLowerCase().indexOf(words.toLowerCase())
        if (at === -1) return []
        const end = at + words.length
        const text = turn.content
        const snippet = `${text.slice(Math.max(0, at - 20), at)}\uE000${text.slice(at, end)}\uE001${text.slice(end, end + 30)}`
        return [{ conversation, turnId: turn.id, snippet, by: 'words' }]
      }),
    )

  /** True: it was a matter of the door, and is answered. */
  const openDoor = async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> => {
    const path = url.pathname.slice('/hob/v1/'.length)
    // `people/p-ben/reset` is asked as `people/reset` of p-ben; `session/passkey` and the like have no id.
    const [, resource = '', id = '', rest = ''] =
      /^(people|sessions|tokens|invitations|passkeys)\/(?!options$|accept$)([^/]+)(\/\w+)?$/.exec(path) ?? [
        '',
        path,
      ]
    const type = request.headers['content-type']
    const body =
      /^(door|claim|session|recovery|password|people|tokens|invitations|passkeys|audit)/.test(path) &&
      type === 'application/json'
        ? await readBody(request)
        : null
    const answer = api.door.answer(`${request.method} ${resource}${rest}`, id, body, url.searchParams)
    if (answer === null) return false
    json(response, answer.status, answer.body)
    return true
  }

  const route = async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const [resource, id, action] = url.pathname.slice('/hob/v1/'.length).split('/').map(decodeURIComponent)
    const { method } = request
    if (await openDoor(request, response, url)) return undefined
    api.door.guard()
    if (resource === 'system' && id === 'health') {
      const [, , check, fix] = url.pathname.slice('/hob/v1/'.length).split('/')
      if (fix !== undefined && !api.door.fresh) throw new HobError('confirm_required')
      const what = [method, ...(fix === undefined ? [check] : [check, fix])].filter(
        (part) => part !== undefined,
      )
      const body = check === 'run' ? await readBody(request) : null
      return json(response, 200, await api.health.answer(what.join(' '), body))
    }
    if (resource === 'system') {
      const uses = { machine: api.machine, isFresh: () => api.door.fresh, readBody, json }
      return answerMachine(uses, request, response, url)
    }
    const what = `${method} ${resource}${id === undefined ? '' : `/${resource === 'models' && method === 'GET' ? id : ':id'}`}${action === undefined ? '' : `/${action}`}`
    const engine = engineOf(api.scenario)
    switch (what) {
      case 'GET status':
        return json(response, 200, statusOf(api.scenario))
      case 'GET discover':
        if (api.others === null) throw new HobError('browse_failed', { detail: 'no network interface is up' })
        return json(response, 200, { boxes: api.others })
      case 'GET hardware':
        return json(response, 200, hardware)
      case 'GET models/installed':
        return json(response, 200, installedOf(api.scenario))
      case 'GET models/choice':
        return json(response, 200, choiceOf(api.scenario))
      case 'GET models/state':
        return json(response, 200, statusOf(api.scenario).models)
      case 'GET downloads':
        return json(response, 200, { downloads })
      case 'POST models': {
        const { source } = addModelSchema.parse(await readBody(request))
        const download: Download = {
          id: newId('d'),
          source,
          file: source.split('/').at(-1) ?? source,
          state: 'running',
          receivedBytes: 812_000_000,
          totalBytes: 5_030_000_000,
          bytesPerSecond: 11_400_000,
          model: null,
          error: null,
        }
        downloads.unshift(download)
        return json(response, 202, download)
      }
      case 'DELETE downloads/:id': {
        const download = downloads.find((one) => one.id === id)
        if (download === undefined) throw new HobError('download_not_found', { id: id ?? '' })
        download.state = 'cancelled'
        return json(response, 200, download)
      }
      case 'DELETE models/:id':
        return json(response, 204)
      case 'POST models/:id/load':
      case 'POST models/:id/unload':
        if (engine === null) throw new HobError('no_model')
        return json(response, 200, {
          ...engine,
          model: id,
          state: action === 'load' ? 'ready' : 'idle',
          residentBytes: null,
        })
      case 'GET conversations':
        return json(response, 200, {
          conversations: api.conversations
            .map(({ conversation }) => conversation)
            .filter(({ updatedAt }) => updatedAt < (url.searchParams.get('before') ?? '9'))
            .sort((a, b) => b.updatedAt.localeCompare(a.updatedAt))
            .slice(0, 50),
        })
      case 'POST conversations': {
        const now = new Date().toISOString()
        const conversation = { id: newId('c'), title: '', createdAt: now, updatedAt: now, turns: 0 }
        api.conversations.unshift({ conversation, turns: [] })
        return json(response, 201, conversation)
      }
      case 'GET conversations/:id': {
        const { conversation, turns } = find(id ?? '')
        return json(response, 200, { ...conversation, messages: turns })
      }
      case 'PATCH conversations/:id': {
        const stored = find(id ?? '')
        const body = await readBody(request)
        Object.assign(stored.conversation, body)
        touch(stored)
        return json(response, 200, stored.conversation)
      }
      case 'DELETE conversations/:id':
        api.conversations.splice(api.conversations.indexOf(find(id ?? '')), 1)
        api.publish('conversation', { id, change: 'deleted' })
        return json(response, 204)
      case 'POST conversations/:id/messages': {
        const ask = askSchema.parse(await readBody(request))
        api.asked.push(ask)
        if (api.scenario === 'none') throw new HobError('no_model')
        return stream(response, find(id ?? ''), ask)
      }
      case 'GET name':
      case 'GET certificate':
        return json(response, 200, api.place.answer(what, null))
      case 'PATCH name':
      case 'PUT certificate':
      case 'DELETE certificate': {
        const body = method === 'DELETE' ? null : await readBody(request)
        if (!api.door.fresh) throw new HobError('confirm_required')
        return json(response, 200, api.place.answer(what, body))
      }
      case 'GET search':
        return json(response, 200, { hits: search(url.searchParams.get('q') ?? '') })
      default:
        throw new HobError('not_found', { path: url.pathname })
    }
  }

  const file = async (response: ServerResponse, path: string): Promise<void> => {
    const isFile = /^\/(assets\/[\w.-]+|[\w-]+\.(svg|png|webmanifest))$/.test(path)
    const name = isFile ? path : '/index.html'
    const body = await readFile(join(distFolder, name))
    response.writeHead(200, {
      'content-type': types[extname(name)] ?? 'application/octet-stream',
      'content-security-policy': contentSecurityPolicy,
    })
    response.end(body)
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://fake')
    if (api.away) {
      request.socket.destroy()
      return
    }
    const work = url.pathname.startsWith('/hob/v1/')
      ? route(request, response, url)
      : file(response, url.pathname)
    work.catch((error: unknown) => fail(response, error))
  })
  const live = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    if (api.away || !api.door.claimed || api.door.signedIn === null) {
      if (api.away) socket.destroy()
      else socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n')
      return
    }
    live.handleUpgrade(request, socket, head, (client) => {
      const query = new URL(request.url ?? '/', 'http://fake').searchParams
      api.liveQueries.push(query.toString())
      const resumed = query.get('epoch') === epoch
      client.send(JSON.stringify({ type: 'hello', epoch, seq: events.length, resumed }))
      if (resumed)
        for (const event of events.slice(Number(query.get('seq')))) client.send(JSON.stringify(event))
      sockets.add(client)
      client.once('close', () => sockets.delete(client))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0

  const api: FakeApi = {
    url: `http://127.0.0.1:${port}`,
    scenario: 'real',
    answer: { words: 'A heat pump moves warmth from outside to inside.'.split(/(?= )/), intervalMs: 15 },
    failNext: null,
    stopped: [],
    asked: [],
    liveQueries: [],
    conversations: conversations(),
    others: [],
    door: createFakeDoor(),
    health: createFakeHealth(distFolder),
    place: createFakePlace((renamed) => api.publish('box', renamed)),
    machine: createFakeSystem(),
    away: false,
    publish: (type, data) => {
      const event = { seq: events.length + 1, type, data }
      events.push(event)
      for (const socket of sockets) socket.send(JSON.stringify(event))
    },
    cutLive: (code) => {
      for (const socket of sockets)
        if (code === undefined) socket.terminate()
        else socket.close(code)
    },
    close: async () => {
      for (const socket of sockets) socket.terminate()
      live.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return api
}
