// What happens around a stream: waiting, leaving, breaking off, reading slowly; and the service's own routes.
import { describe, expect, test } from 'vitest'
import { errorBodySchema } from '#appliance/contracts/answer.ts'
import { type ModelsEvent, modelsEventSchema } from '#appliance/contracts/models.ts'
import { principalHeader } from '#appliance/contracts/principal.ts'
import { createTestApp, readEvents, type TestApp } from './openai-app.ts'

const chatPath = '/v1/chat/completions'
const messages = [{ role: 'user', content: 'What lives on the hearth?' }]
const ask = { messages, stream: true }

/** An engine that stops before a token until it is told to go on. */
function createGate() {
  let open = false
  const held = new Set<() => void>()
  const reached = Promise.withResolvers<void>()
  return {
    reached: reached.promise,
    open: () => {
      open = true
      for (const go of held) go()
    },
    close: () => {
      open = false
    },
    pause: (signal: AbortSignal): Promise<void> => {
      if (open) return new Promise((resolve) => setImmediate(resolve))
      reached.resolve()
      return new Promise((resolve) => {
        held.add(resolve)
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    },
  }
}

const metric = async (box: TestApp, name: string): Promise<number> => {
  const text = await (await box.get('/metrics')).text()
  const lines = text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
}
/** Waits until the figure is `expected`. */
const until = async (read: () => Promise<number>, expected: number): Promise<void> => {
  await expect.poll(read, { timeout: 2_000, interval: 5 }).toBe(expected)
}

describe('waiting', () => {
  test('comments tell the place in the queue, then the answer comes', async () => {
    const gate = createGate()
    const box = createTestApp({ sequences: 1, engine: { pause: gate.pause } })
    gate.open()
    await (await box.post(chatPath, { messages, max_tokens: 1 }).answer).text()
    gate.close()
    const first = box.post(chatPath, ask)
    const second = box.post(chatPath, ask, 'bea')
    const third = box.post(chatPath, ask, 'carl')
    await expect.poll(() => box.manager.state().engines[0]?.waiting).toBe(2)
    box.clock.advance(3_000)
    box.clock.advance(3_000)
    const answers = await Promise.all([first.answer, second.answer, third.answer])
    gate.open()
    const [one, two, three] = await Promise.all(answers.map((answer) => readEvents(answer)))
    expect(one?.comments).toEqual(['working', 'working'])
    expect(two?.comments).toEqual(['waiting, place 1', 'waiting, place 1'])
    expect(three?.comments[0]).toBe('waiting, place 2')
    for (const events of [one, two, three]) expect(events?.data.at(-1)).toBe('[DONE]')
  })

  test('comments tell how far the load is', async () => {
    const gate = createGate()
    const box = createTestApp({ engine: { pause: gate.pause } })
    const call = box.post(chatPath, ask)
    await gate.reached
    box.clock.advance(3_000)
    const answer = await call.answer
    gate.open()
    expect((await readEvents(answer)).comments).toEqual(['loading 50 %'])
  })

  test('one request too many is told when to come back, also when it wants a stream', async () => {
    const gate = createGate()
    const box = createTestApp({ sequences: 1, queueLength: 1, engine: { pause: gate.pause } })
    const first = box.post(chatPath, ask)
    await gate.reached
    const refused = await box.post(chatPath, ask, 'bea').answer
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    gate.open()
    expect((await first.answer).status).toBe(200)
  })
})

describe('leaving', () => {
  test('a client that goes stops all its sequences and frees the slots', async () => {
    const gate = createGate()
    const box = createTestApp({ sequences: 2, engine: { pause: gate.pause } })
    gate.open()
    await (await box.post(chatPath, { messages, max_tokens: 1 }).answer).text()
    gate.close()
    const call = box.post(chatPath, { ...ask, n: 2 })
    const answer = await call.answer
    await until(() => metric(box, 'hob_models_queue_active'), 2)
    call.leave()
    await answer.body?.cancel()
    await until(() => metric(box, 'hob_models_queue_active'), 0)
    expect(await metric(box, 'hob_models_aborted_total')).toBe(2)
    expect((await box.factory.engines[0]?.stats())?.activeSequences).toBe(0)
  })

  test('cancelling the body alone is enough', async () => {
    const gate = createGate()
    const box = createTestApp({ engine: { pause: gate.pause } })
    gate.open()
    await (await box.post(chatPath, { messages, max_tokens: 1 }).answer).text()
    gate.close()
    const answer = await box.post(chatPath, ask).answer
    await answer.body?.cancel()
    await until(() => metric(box, 'hob_models_aborted_total'), 1)
    expect((await box.factory.engines[0]?.stats())?.activeSequences).toBe(0)
  })

  test('who leaves while waiting gives up the place, whole answers too', async () => {
    const gate = createGate()
    const box = createTestApp({ sequences: 1, engine: { pause: gate.pause } })
    const first = box.post(chatPath, ask)
    const second = box.post(chatPath, { messages }, 'bea')
    await expect.poll(() => box.manager.state().engines[0]?.waiting).toBe(2)
    second.leave()
    expect((await second.answer).status).toBe(499)
    expect(box.manager.state().engines[0]?.waiting).toBe(1)
    gate.open()
    expect((await readEvents(await first.answer)).data.at(-1)).toBe('[DONE]')
  })

  test('a reader that stops reading fills a bounded buffer and is cut off', async () => {
    const box = createTestApp({
      contextTokens: 131_072,
      engine: { script: () => 'x'.repeat(64 * 1024) },
    })
    const answer = await box.post(chatPath, ask).answer
    const stats = async (): Promise<number> => (await box.factory.engines[0]?.stats())?.generatedTokens ?? 0
    let before = -1
    await expect
      .poll(
        async () => {
          const now = await stats()
          const stands = now === before
          before = now
          return stands
        },
        { timeout: 5_000, interval: 100 },
      )
      .toBe(true)
    // 16,384 tokens were to come; the buffer holds 256 KiB of chunks
    expect(before).toBeGreaterThan(100)
    expect(before).toBeLessThan(5_000)
    box.clock.advance(30_000)
    await until(() => metric(box, 'hob_models_aborted_total'), 1)
    await expect(answer.text()).rejects.toThrow('left before the answer')
  })
})

describe('breaking off', () => {
  test('a child that dies in the middle ends the stream with the error and without [DONE]', async () => {
    const gate = createGate()
    const box = createTestApp({ engine: { pause: gate.pause } })
    gate.open()
    await (await box.post(chatPath, { messages, max_tokens: 1 }).answer).text()
    gate.close()
    const answer = await box.post(chatPath, ask).answer
    box.factory.engines[0]?.crash('killed')
    const { data } = await readEvents(answer)
    expect(data).not.toContain('[DONE]')
    const { error } = errorBodySchema.parse(JSON.parse(data.at(-1) ?? ''))
    expect(error).toMatchObject({ code: 'engine_crashed', type: 'server_error' })
    expect(error.request_id).toBe(answer.headers.get('x-request-id'))
    gate.open()
    expect((await box.post(chatPath, { messages }).answer).status).toBe(200)
    expect(box.factory.engines).toHaveLength(2)
  })

  test('and a whole answer with its status', async () => {
    const gate = createGate()
    const box = createTestApp({ engine: { pause: gate.pause } })
    gate.open()
    await (await box.post(chatPath, { messages, max_tokens: 1 }).answer).text()
    gate.close()
    const call = box.post(chatPath, { messages, n: 2 })
    await until(() => metric(box, 'hob_models_queue_active'), 2)
    box.factory.engines[0]?.crash('killed')
    expect((await call.answer).status).toBe(502)
  })

  test('leaving the service ends streams with shutting_down', async () => {
    const gate = createGate()
    const box = createTestApp({ engine: { pause: gate.pause } })
    gate.open()
    await (await box.post(chatPath, { messages, max_tokens: 1 }).answer).text()
    gate.close()
    const answer = await box.post(chatPath, ask).answer
    await box.manager.dispose()
    const { data } = await readEvents(answer)
    expect(data.at(-1)).toContain('"code":"shutting_down"')
  })
})

describe('own routes', () => {
  test('nothing but health answers without a principal', async () => {
    const box = createTestApp()
    for (const path of ['/healthz', '/readyz', '/metrics'])
      expect((await box.app.request(path)).status).toBe(200)
    for (const header of [undefined, 'not base64 of JSON', Buffer.from('{}').toString('base64url')]) {
      const headers: Record<string, string> = header === undefined ? {} : { [principalHeader]: header }
      expect((await box.app.request('/models/state', { headers })).status).toBe(401)
    }
  })

  test('load, state, choice, unload, remove', async () => {
    const box = createTestApp()
    expect((await box.post('/models/tiny/load', undefined).answer).status).toBe(202)
    await expect.poll(() => box.manager.state().engines[0]?.state).toBe('ready')
    expect(await (await box.get('/models/state')).json()).toMatchObject({
      defaultModel: 'tiny',
      engines: [{ model: 'tiny', state: 'ready', residentBytes: 1_000_000 }],
    })
    expect(await (await box.get('/models/choice')).json()).toMatchObject({ chosen: { model: 'tiny' } })
    expect(await (await box.get('/models/installed')).json()).toMatchObject({ models: [{ id: 'tiny' }] })
    expect(await (await box.get('/downloads')).json()).toMatchObject({ downloads: [{ id: 'one' }] })
    const unloaded = await box.post('/models/tiny/unload', undefined).answer
    expect(await unloaded.json()).toMatchObject({ state: 'idle' })
    expect((await box.post('/models/nothing/load', undefined).answer).status).toBe(404)
  })

  test('the event feed begins with what holds, follows, and ends when the service leaves', async () => {
    const box = createTestApp()
    await (await box.post(chatPath, { messages, max_tokens: 1 }).answer).text()
    const feed = await box.get('/models/events')
    await box.manager.unload('tiny')
    box.clock.advance(15_000)
    box.draining.abort()
    const { data, comments } = await readEvents(feed)
    const events: ModelsEvent[] = data.map((text) => modelsEventSchema.parse(JSON.parse(text)))
    expect(events.slice(0, 3).map(({ type }) => type)).toEqual(['engine', 'models', 'download'])
    const states = events.flatMap((event) => (event.type === 'engine' ? [event.engine.state] : []))
    expect([states[0], states.at(-1)]).toEqual(['ready', 'idle'])
    expect(comments).toEqual(['here'])
  })

  test('metrics count requests by outcome and tokens', async () => {
    const box = createTestApp()
    await (await box.post(chatPath, { messages, max_tokens: 5 }).answer).text()
    await readEvents(await box.post(chatPath, { ...ask, max_tokens: 5 }).answer)
    await box.post(chatPath, { messages, model: 'nothing' }).answer
    await box.post('/v1/embeddings', { input: 'one two three' }).answer
    const text = await (await box.get('/metrics')).text()
    expect(text).toContain('hob_models_requests_total{route="/v1/chat/completions",outcome="ok"} 2')
    expect(text).toContain('outcome="model_not_found"} 1')
    expect(text).toContain('hob_models_requests_total{route="/v1/embeddings",outcome="ok"} 1')
    expect(text).toContain('hob_models_generated_tokens_total 10')
    expect(text).toContain('hob_models_engine_state{model="tiny",state="ready"} 1')
    expect(text).toContain('hob_models_child_resident_bytes{model="tiny"} 1000000')
    expect(text).toContain('hob_models_first_token_seconds_count 2')
    expect(await metric(box, 'hob_models_cached_tokens_total')).toBeGreaterThan(0)
  })
})
