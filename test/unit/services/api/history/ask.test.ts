// One question and its answer: what is streamed, what is stored, and what stays when the reader, the model or the
// process goes away; and that people see only their own conversations.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { ChatRequest } from '#appliance/contracts/openai.ts'
import { HobError } from '#appliance/errors.ts'
import type { Chat } from '#services/api/history/models-chat.ts'
import { openHistory } from '#services/api/history/store.ts'
import {
  allEvents,
  asked,
  chunk,
  events,
  folder,
  lastTurn,
  manualClock,
  openBox,
  says,
  usage,
} from './box.ts'

/** A model that says one piece each time the test lets it. */
function stepped(): { chat: Chat; step: (text: string) => void; aborted: Promise<void> } {
  const waiting: string[] = []
  const asleep = new Set<() => void>()
  const wake = (): void => asleep.forEach((resolve) => resolve())
  let leave = (): void => undefined
  const aborted = new Promise<void>((resolve) => (leave = resolve))
  const chat: Chat = async function* (_, caller) {
    caller.signal?.addEventListener('abort', () => {
      leave()
      wake()
    })
    for (;;) {
      const text = waiting.shift()
      if (text !== undefined) yield chunk(text)
      else if (caller.signal?.aborted) throw new HobError('client_gone')
      else await new Promise<void>((resolve) => asleep.add(resolve))
    }
  }
  return {
    chat,
    aborted,
    step: (text) => {
      waiting.push(text)
      wake()
    },
  }
}

describe('asking', () => {
  it('streams the stored question, the answer as it begins, its pieces and the finished answer', async () => {
    const clock = manualClock()
    const box = openBox({
      clock,
      chat: async function* () {
        clock.advance(200)
        yield chunk('', { choices: [{ index: 0, delta: { reasoning_content: 'hm' }, finish_reason: null }] })
        yield chunk('Hel')
        clock.advance(500)
        yield chunk('lo')
        yield usage(11)
      },
    })
    const id = await box.begin('ann')
    const seen = await allEvents(await box.ask('ann', id, { content: 'Good morning\nHob' }))
    expect(seen.map(({ event }) => event)).toEqual(['turn', 'turn', 'delta', 'delta', 'delta', 'turn'])
    expect(seen[0]?.data).toMatchObject({ role: 'user', content: 'Good morning\nHob', state: 'complete' })
    expect(seen[1]?.data).toMatchObject({ role: 'assistant', content: '', state: 'streaming' })
    expect(seen.slice(2, 5).map(({ data }) => data)).toEqual([
      { reasoning: 'hm' },
      { content: 'Hel' },
      { content: 'lo' },
    ])
    expect(seen[5]?.data).toMatchObject({
      id: seen[1]?.data.id,
      content: 'Hello',
      reasoning: 'hm',
      state: 'complete',
      model: 'scripted',
      tokens: 11,
      firstTokenMs: 200,
      tokensPerSecond: 20,
    })
    expect(await lastTurn(box, 'ann', id)).toEqual(seen[5]?.data)
    expect((await box.call('ann', 'GET', `/conversations/${id}`)).json.title).toBe('Good morning')
    expect(box.published).toEqual([
      { user: 'ann', id, change: 'created' },
      { user: 'ann', id, change: 'updated' },
      { user: 'ann', id, change: 'updated' },
    ])
  })

  it('keeps the part and stops the model when the reader leaves', async () => {
    const model = stepped()
    const box = openBox({ chat: model.chat })
    const id = await box.begin('ann')
    const response = await box.ask('ann', id, { content: 'count' })
    model.step('one ')
    for await (const { event } of events(response)) if (event === 'delta') break
    await model.aborted
    await box.history.close()
    const store = openHistory({ file: box.file, now: () => new Date() })
    expect(store.turns.all('ann', id).at(-1)).toMatchObject({
      state: 'stopped',
      content: 'one ',
      error: null,
    })
    store.close()
  })

  it('answers one question at a time in a conversation, and goes on in others', async () => {
    const model = stepped()
    const box = openBox({ chat: model.chat })
    const [id, other] = [await box.begin('ann'), await box.begin('ann')]
    const first = await box.ask('ann', id, { content: 'a' })
    const second = await box.ask('ann', id, { content: 'b' })
    expect(second.status).toBe(409)
    expect((await second.json()).error.code).toBe('conversation_busy')
    expect((await box.ask('ann', other, { content: 'c' })).status).toBe(200)
    await first.body?.cancel()
    await model.aborted
    await box.history.close()
  })

  it('interrupts the answers when the box shuts down, and admits no more', async () => {
    const model = stepped()
    const box = openBox({ chat: model.chat })
    const id = await box.begin('ann')
    const reading = events(await box.ask('ann', id, { content: 'a' }))
    model.step('part')
    for (let next = await reading.next(); next.value?.event !== 'delta'; ) next = await reading.next()
    const closed = box.history.close()
    expect((await box.ask('ann', id, { content: 'b' })).status).toBe(503)
    expect((await reading.next()).value).toMatchObject({
      event: 'error',
      data: { error: { code: 'shutting_down' } },
    })
    await closed
    const store = openHistory({ file: box.file, now: () => new Date() })
    expect(store.turns.all('ann', id).at(-1)).toMatchObject({ state: 'interrupted', content: 'part' })
    store.close()
  })

  it('saves a growing answer within a second, all that grow in one transaction', async () => {
    const model = stepped()
    const box = openBox({ chat: model.chat })
    const id = await box.begin('ann')
    const reading = events(await box.ask('ann', id, { content: 'a' }))
    model.step('part')
    for (let next = await reading.next(); next.value?.event !== 'delta'; ) next = await reading.next()
    expect((await lastTurn(box, 'ann', id))?.content).toBe('')
    box.clock.advance(1_000)
    expect(await lastTurn(box, 'ann', id)).toMatchObject({ state: 'streaming', content: 'part' })
    await reading.return(undefined)
    await box.history.close()
  })

  it('tells what failed and stores it with the answer', async () => {
    const box = openBox({
      // oxlint-disable-next-line require-yield -- it fails before it says anything
      chat: async function* () {
        throw new HobError('queue_full', { waiting: 9, retryAfter: 3 })
      },
    })
    const id = await box.begin('ann')
    expect(await asked(box, 'ann', id, 'hi')).toMatchObject({
      event: 'error',
      data: { error: { code: 'queue_full' } },
    })
    expect(await lastTurn(box, 'ann', id)).toMatchObject({
      state: 'failed',
      error: { code: 'queue_full', remedy: 'Try again in 3 s.' },
    })
  })

  it('keeps what came before the engine crashed', async () => {
    const box = openBox({
      chat: async function* () {
        yield chunk('half')
        throw new HobError('engine_crashed')
      },
    })
    const id = await box.begin('ann')
    expect((await asked(box, 'ann', id, 'hi'))?.event).toBe('error')
    expect(await lastTurn(box, 'ann', id)).toMatchObject({ state: 'interrupted', content: 'half' })
  })

  it('asks once more with half the window when the prompt was too long', async () => {
    const requests: ChatRequest[] = []
    const box = openBox({
      contextTokens: 1_000,
      chat: async function* (request) {
        requests.push(request)
        if (request.messages.length > 3)
          throw new HobError('context_length_exceeded', { prompt: 9, context: 8 })
        yield chunk('ok')
      },
    })
    const id = await box.begin('ann')
    for (const question of ['x'.repeat(600), 'y'.repeat(600)])
      expect((await asked(box, 'ann', id, question))?.event).toBe('turn')
    expect(requests.map((request) => request.messages.length)).toEqual([2, 4, 2])
    requests.length = 0
    const always = openBox({
      // oxlint-disable-next-line require-yield -- it never answers
      chat: async function* (request) {
        requests.push(request)
        throw new HobError('context_length_exceeded', { prompt: 9, context: 8 })
      },
    })
    const other = await always.begin('ann')
    expect((await asked(always, 'ann', other, 'z'))?.data.error.code).toBe('context_length_exceeded')
    expect(requests).toHaveLength(2)
  })

  it('replaces a question and what follows it', async () => {
    const box = openBox()
    const id = await box.begin('ann')
    await asked(box, 'ann', id, 'first')
    await asked(box, 'ann', id, 'second wombat')
    const { messages } = (await box.call('ann', 'GET', `/conversations/${id}`)).json
    const wrong = await box.ask('ann', id, { content: 'x', replaces: messages[1].id })
    expect(wrong.status).toBe(404)
    await allEvents(await box.ask('ann', id, { content: 'changed', replaces: messages[2].id }))
    const after = (await box.call('ann', 'GET', `/conversations/${id}`)).json
    expect(after.messages.map((turn: { content: string }) => turn.content)).toEqual([
      'first',
      'Hello there',
      'changed',
      'Hello there',
    ])
    expect((await box.call('ann', 'GET', '/search?q=wombat')).json.hits).toEqual([])
  })

  it('pulls no more from the model than the reader takes', async () => {
    let produced = 0
    const box = openBox({
      chat: async function* () {
        for (; produced < 1_000; produced++) yield chunk('x'.repeat(1_000))
      },
    })
    const id = await box.begin('ann')
    const reader = (await box.ask('ann', id, { content: 'much' })).body?.getReader()
    await reader?.read()
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(produced).toBeGreaterThan(10)
    expect(produced).toBeLessThan(150)
    await reader?.cancel()
    await box.history.close()
  })

  it('keeps the part of an answer whose process was killed', async () => {
    const file = join(folder(), 'history.db')
    const script = fileURLToPath(new URL('answering-child.ts', import.meta.url))
    const child = spawn(process.execPath, [script, file], { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = 0
    for await (const line of createInterface({ input: child.stdout })) {
      said = Number(line)
      if (said === 60) break
    }
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
    const store = openHistory({ file, now: () => new Date() })
    const [conversation] = store.conversations.list('ann', 1)
    const [question, answer] = store.turns.all('ann', conversation?.id ?? '')
    expect(question).toMatchObject({ content: 'count the wombats', state: 'complete' })
    expect(answer?.state).toBe('interrupted')
    const kept = answer?.content.trim().split(' ').map(Number) ?? []
    expect(kept).toEqual(kept.map((_, i) => i))
    // 60 numbers at 50 ms each; the last second's are lost at most, and a slow machine's second one
    expect(kept.length).toBeGreaterThanOrEqual(20)
    expect(store.words.match('ann', '"7"', 5)).toHaveLength(1)
    store.close()
  })
})

describe('conversations', () => {
  it('hides everything from other people', async () => {
    const box = openBox({ chat: says('a secret wombat') })
    const id = await box.begin('ann')
    await asked(box, 'ann', id, 'hi')
    await box.begin('bob')
    for (const [method, path, body] of [
      ['GET', `/conversations/${id}`],
      ['PATCH', `/conversations/${id}`, { title: 'mine' }],
      ['DELETE', `/conversations/${id}`],
      ['POST', `/conversations/${id}/messages`, { content: 'hi' }],
    ] as const) {
      const { status, json } = await box.call('bob', method, path, body)
      expect([status, json.error.code]).toEqual([404, 'conversation_not_found'])
    }
    expect((await box.call('bob', 'GET', '/conversations')).json.conversations).toHaveLength(1)
    expect((await box.call('bob', 'GET', '/search?q=wombat')).json.hits).toEqual([])
    expect((await box.call('ann', 'GET', '/search?q=wombat')).json.hits).toHaveLength(1)
    expect(box.published.filter(({ user }) => user === 'bob')).toHaveLength(1)
  })

  it('lists the newest first, page by page, even when all changed in the same millisecond', async () => {
    const box = openBox()
    const ids: string[] = []
    for (let i = 0; i < 25; i++) ids.unshift(await box.begin('ann'))
    const seen: string[] = []
    for (let before = ''; seen.length < 25; ) {
      const { conversations } = (await box.call('ann', 'GET', `/conversations?limit=10${before}`)).json
      expect(conversations.length).toBeGreaterThan(0)
      seen.push(...conversations.map((conversation: { id: string }) => conversation.id))
      before = `&before=${conversations.at(-1).updatedAt}`
    }
    expect(seen).toEqual(ids)
  })

  it('renames and deletes; an answer that is running is stopped first', async () => {
    const model = stepped()
    const box = openBox({ chat: model.chat })
    const id = await box.begin('ann')
    const renamed = await box.call('ann', 'PATCH', `/conversations/${id}`, { title: 'Zoo' })
    expect(renamed.json).toMatchObject({ id, title: 'Zoo' })
    const reading = allEvents(await box.ask('ann', id, { content: 'hi' }))
    expect((await box.call('ann', 'DELETE', `/conversations/${id}`)).status).toBe(204)
    expect((await reading).at(-1)?.data).toMatchObject({ state: 'stopped' })
    expect((await box.call('ann', 'GET', `/conversations/${id}`)).status).toBe(404)
    expect(box.published.at(-1)).toEqual({ user: 'ann', id, change: 'deleted' })
  })
})
