// What this folder's tests stand on: a clock that the test moves, a scripted model, a database in a folder of its own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Turn } from '#appliance/contracts/box.ts'
import type { ChatChunk } from '#appliance/contracts/openai.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import { type App, createApp } from '#appliance/ipc/app.ts'
import { strictJson } from '#appliance/ipc/body.ts'
import { createLog } from '#appliance/log.ts'
import type { Clock } from '#appliance/timers/timers.ts'
import type { Embed } from '#services/api/history/embedder.ts'
import type { Chat } from '#services/api/history/models-chat.ts'
import { type History, registerHistory } from '#services/api/history/routes.ts'

export interface ManualClock extends Clock {
  advance(ms: number): void
}

export function manualClock(start = '2026-11-21T12:00:00Z'): ManualClock {
  let nowMs = Date.parse(start)
  let waiting: { atMs: number; callback: () => void }[] = []
  return {
    now: () => new Date(nowMs),
    at: (at, callback) => {
      const entry = { atMs: at.getTime(), callback }
      waiting.push(entry)
      return () => (waiting = waiting.filter((other) => other !== entry))
    },
    advance: (ms) => {
      nowMs += ms
      const due = waiting.filter((entry) => entry.atMs <= nowMs)
      waiting = waiting.filter((entry) => entry.atMs > nowMs)
      for (const entry of due) entry.callback()
    },
  }
}

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'hob-history-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

export const chunk = (content: string, more: Partial<ChatChunk> = {}): ChatChunk => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 0,
  model: 'scripted',
  system_fingerprint: 'f',
  choices: [{ index: 0, delta: { content }, finish_reason: null }],
  ...more,
})

export const usage = (completion: number): ChatChunk =>
  chunk('', {
    choices: [],
    usage: { prompt_tokens: 1, completion_tokens: completion, total_tokens: completion + 1 },
  })

/** Says these words at once. */
export const says = (...words: string[]): Chat =>
  async function* () {
    for (const word of words) yield chunk(word)
    yield usage(words.length)
  }

/** What a test reads of an answer, before it looks. */
// oxlint-disable-next-line typescript/no-explicit-any -- a test's expectation is the check
export type Json = any

export interface Box {
  app: App
  history: History
  clock: ManualClock
  file: string
  published: { user: string; id: string; change: string }[]
  /** As this person; the JSON answer. */
  call(user: string, method: string, path: string, body?: unknown): Promise<{ status: number; json: Json }>
  ask(user: string, id: string, body: unknown, signal?: AbortSignal): Promise<Response>
  begin(user: string): Promise<string>
}

interface BoxOptions {
  chat?: Chat
  embed?: Embed
  file?: string
  contextTokens?: number | null
  clock?: ManualClock
}

export function openBox(options: BoxOptions = {}): Box {
  const log = createLog({ service: 'api', level: 'error', write: () => undefined })
  const clock = options.clock ?? manualClock()
  const file = options.file ?? join(folder(), 'history.db')
  const app = createApp({ log })
  const published: Box['published'] = []
  app.use(async (c, next) => {
    c.set('principal', { ...localOwner('page'), user: c.req.header('x-user') ?? 'nobody' })
    await next()
  })
  app.use(strictJson({ maxBytes: 1024 * 1024 }))
  const history = registerHistory(app, {
    file,
    chat: options.chat ?? says('Hello', ' there'),
    embed: options.embed ?? (async () => null),
    contextTokens: () => (options.contextTokens === undefined ? 4_096 : options.contextTokens),
    publish: (user, id, change) => published.push({ user, id, change }),
    clock,
    log,
  })
  const fetch = async (user: string, method: string, path: string, body?: unknown, signal?: AbortSignal) =>
    await app.request(`/hob/v1${path}`, {
      method,
      headers: { 'x-user': user, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    })
  const call: Box['call'] = async (user, method, path, body) => {
    const response = await fetch(user, method, path, body)
    const text = await response.text()
    return { status: response.status, json: text === '' ? null : JSON.parse(text) }
  }
  return {
    app,
    history,
    clock,
    file,
    published,
    call,
    ask: (user, id, body, signal) => fetch(user, 'POST', `/conversations/${id}/messages`, body, signal),
    begin: async (user) => String((await call(user, 'POST', '/conversations', {})).json.id),
  }
}

export interface SentEvent {
  event: string
  data: Json
}

export async function* events(response: Response): AsyncGenerator<SentEvent> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const bytes of response.body ?? []) {
    rest += decoder.decode(bytes, { stream: true })
    const blocks = rest.split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const match = /^event: (\w+)\ndata: (.*)$/.exec(block)
      if (match?.[1] !== undefined && match[2] !== undefined)
        yield { event: match[1], data: JSON.parse(match[2]) }
    }
  }
}

export const allEvents = async (response: Response): Promise<SentEvent[]> =>
  await Array.fromAsync(events(response))

/** Asks, reads to the end, gives the last event. */
export async function asked(
  box: Box,
  user: string,
  id: string,
  content: string,
): Promise<SentEvent | undefined> {
  return (await allEvents(await box.ask(user, id, { content }))).at(-1)
}

export const lastTurn = async (box: Box, user: string, id: string): Promise<Turn | undefined> =>
  (await box.call(user, 'GET', `/conversations/${id}`)).json.messages.at(-1)
