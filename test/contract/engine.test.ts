// One suite, every engine: what the scripted fake promises is what the real child does, so that tests built on the
// fake say something about the product.
import { Ajv } from 'ajv'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Tool } from '#appliance/contracts/openai.ts'
import { type Engine, type GenerateEvent, greedy, type Logprob } from '#services/models/engine/engine.ts'
import { chatOf, fakeKind, never, planOf, readAll, realKind, requestOf, type Subject } from './engines.ts'

const weather: Tool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather in a city',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string', maxLength: 12 }, unit: { enum: ['C', 'F'] } },
      required: ['city', 'unit'],
      additionalProperties: false,
    },
  },
}
const clock: Tool = { type: 'function', function: { name: 'get_time' } }

const tokensOf = (events: readonly GenerateEvent[]): number =>
  events.reduce((sum, event) => sum + (event.type === 'prompt' || event.type === 'end' ? 0 : event.tokens), 0)

const codeOf = async (promise: Promise<unknown>): Promise<unknown> =>
  await promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )

describe.each([fakeKind(), realKind()])('$name', (kind) => {
  let subject: Subject
  let engine: Engine

  beforeAll(async () => {
    await kind.setUp()
    subject = await kind.open()
    engine = subject.engine
  })
  afterAll(async () => {
    await engine.dispose()
    await kind.tearDown()
  })

  describe('an answer', () => {
    it('begins with the prompt, ends once, and counts every token once', async () => {
      const { events, text, end } = await readAll(engine, requestOf({ maxTokens: 30 }))
      expect(events[0]).toMatchObject({ type: 'prompt' })
      expect(events.filter((event) => event.type === 'prompt' || event.type === 'end')).toHaveLength(2)
      expect(events.at(-1)).toBe(end)
      expect(text.length).toBeGreaterThan(20)
      expect(tokensOf(events)).toBe(30)
      expect(end).toMatchObject({ reason: 'length', completionTokens: 30 })
    })

    it('continues a text, fills a gap and takes tokens', async () => {
      for (const prompt of [
        { kind: 'text', text: 'Once upon a time' },
        { kind: 'infill', prefix: 'function add(', suffix: ') {}' },
        { kind: 'tokens', tokens: [70, 71, 72, 73] },
      ] as const) {
        const { prompt: read, end } = await readAll(engine, requestOf({ prompt, maxTokens: 4, minTokens: 4 }))
        expect(read?.promptTokens).toBeGreaterThan(0)
        expect(end?.completionTokens).toBe(4)
      }
    })

    it('stops by itself, and not before minTokens', async () => {
      const natural = await readAll(engine, requestOf({ maxTokens: 500 }))
      expect(natural.end?.reason).toBe('stop')
      const length = natural.end?.completionTokens ?? 0
      const forced = await readAll(engine, requestOf({ maxTokens: length + 20, minTokens: length + 20 }))
      expect(forced.end).toMatchObject({ reason: 'length', completionTokens: length + 20 })
    })

    it('is the same for the same seed and differs for others', async () => {
      const answer = async (seed: number) =>
        (await readAll(engine, requestOf({ sampling: { ...greedy, temperature: 1.9, seed } }))).text
      const seeds = [11, 12, 13, 2 ** 40 + 7]
      const first = await Promise.all(seeds.map(answer))
      for (const [index, seed] of seeds.entries()) expect(await answer(seed)).toBe(first[index])
      expect(new Set(first).size).toBeGreaterThan(1)
    })

    it('ends before a stop string that spans tokens, without its text', async () => {
      const { text } = await readAll(engine, requestOf())
      for (let at = 5; at < 40; at += 7) {
        const stop = text.slice(at, at + 6)
        const cut = await readAll(engine, requestOf({ stop: ['never said', stop] }))
        expect(cut.text).toBe(text.slice(0, text.indexOf(stop)))
        expect(cut.end?.reason).toBe('stop')
      }
    })

    it('ends with length where the context does', async () => {
      const small = await kind.open(planOf({ contextTokens: 256, sequences: 1 }))
      const { end, prompt } = await readAll(small.engine, requestOf({ maxTokens: 5_000, minTokens: 5_000 }))
      expect(end?.reason).toBe('length')
      expect((end?.completionTokens ?? 0) + (prompt?.promptTokens ?? 0)).toBeLessThanOrEqual(257)
      const long = requestOf({ prompt: chatOf('word '.repeat(2_000)) })
      expect(await codeOf(readAll(small.engine, long))).toBe('context_length_exceeded')
      await small.engine.dispose()
    })
  })

  describe('a constraint', () => {
    it('gives a JSON object, and one that its schema allows', async () => {
      const any = await readAll(engine, requestOf({ constraint: { kind: 'json' }, maxTokens: 200 }))
      expect(JSON.parse(any.text)).toBeTypeOf('object')
      const schema = {
        type: 'object',
        properties: {
          name: { type: 'string', minLength: 2 },
          tags: { type: 'array', items: { type: 'integer' }, minItems: 2 },
        },
        required: ['name', 'tags'],
        additionalProperties: false,
      }
      const held = await readAll(
        engine,
        requestOf({ constraint: { kind: 'schema', schema }, maxTokens: 300 }),
      )
      expect(held.end?.reason).toBe('stop')
      expect(new Ajv().validate(schema, JSON.parse(held.text))).toBe(true)
    })

    it('that cannot be enforced is refused by the name of its keyword', async () => {
      const schema = { type: 'object', properties: { age: { type: 'integer', minimum: 3 } } }
      const refused = readAll(engine, requestOf({ constraint: { kind: 'schema', schema } }))
      await expect(refused).rejects.toMatchObject({
        code: 'schema_unsupported',
        message: expect.stringContaining('minimum'),
      })
    })
  })

  describe('tools', () => {
    it('are called when the request requires it: the name first, then the arguments, and no wrapper text', async () => {
      const prompt = { ...chatOf('What is the weather?'), tools: [clock, weather] }
      const request = requestOf({
        prompt,
        tools: { choice: 'required', names: ['get_weather'] },
        maxTokens: 400,
      })
      const { events, text, end } = await readAll(engine, request)
      const calls = events.filter((event) => event.type === 'tool' && event.index === 0)
      expect(calls[0]).toMatchObject({ name: 'get_weather' })
      expect(calls.slice(1).every((event) => event.type === 'tool' && event.name === undefined)).toBe(true)
      const input = calls.map((event) => (event.type === 'tool' ? (event.arguments ?? '') : '')).join('')
      expect(new Ajv().validate(weather.function.parameters ?? {}, JSON.parse(input))).toBe(true)
      expect(text.trim()).toBe('')
      expect(end?.reason).toBe('tool_calls')
      expect(tokensOf(events)).toBe(end?.completionTokens)
    })

    it('are left alone when the model does not call them', async () => {
      const prompt = { ...chatOf('Hello'), tools: [weather, clock] }
      const { text, end } = await readAll(
        engine,
        requestOf({ prompt, tools: { choice: 'auto', names: ['get_weather', 'get_time'] } }),
      )
      expect(text.length).toBeGreaterThan(20)
      expect(end?.reason).not.toBe('tool_calls')
    })
  })

  describe('log-probabilities', () => {
    it('come with each token, most probable first, and sum to at most one', async () => {
      const { events, text } = await readAll(engine, requestOf({ topLogprobs: 3, maxTokens: 12 }))
      const all: Logprob[] = events.flatMap((event) => (event.type === 'text' ? (event.logprobs ?? []) : []))
      expect(all).toHaveLength(12)
      expect(Buffer.from(all.flatMap((one) => one.bytes)).toString()).toBe(text)
      for (const { logprob, top } of all) {
        expect(logprob).toBeLessThanOrEqual(0)
        expect(top).toHaveLength(3)
        expect(top.reduce((sum, one) => sum + Math.exp(one.logprob), 0)).toBeLessThanOrEqual(1.0001)
        expect(top.map((one) => one.logprob)).toEqual(top.map((one) => one.logprob).toSorted((a, b) => b - a))
      }
      const plain = await readAll(engine, requestOf({ maxTokens: 12 }))
      expect(plain.text).toBe(text)
      expect(plain.events.some((event) => 'logprobs' in event)).toBe(false)
    })
  })

  describe('leaving', () => {
    it('by abort ends without an end event and frees the sequence', async () => {
      for (let round = 0; round < 6; round++) {
        const abort = new AbortController()
        const events: GenerateEvent[] = []
        for await (const event of engine.generate(
          requestOf({ maxTokens: 900, minTokens: 900 }),
          abort.signal,
        )) {
          events.push(event)
          if (events.length === 3) abort.abort()
        }
        expect(events.some((event) => event.type === 'end')).toBe(false)
        expect((await engine.stats()).activeSequences).toBe(0)
      }
    })

    it('before the beginning gives nothing', async () => {
      expect((await readAll(engine, requestOf(), AbortSignal.abort())).events).toEqual([])
    })

    it('in the middle of reading frees the sequence', async () => {
      for await (const event of engine.generate(requestOf({ maxTokens: 900, minTokens: 900 }), never)) {
        if (event.type === 'text') break
      }
      expect((await engine.stats()).activeSequences).toBe(0)
      expect((await readAll(engine, requestOf())).end?.reason).toBeDefined()
    })
  })

  describe('several at once', () => {
    it('get each its own answer, as if alone', async () => {
      const requests = ['one', 'two', 'three', 'four'].map((word) =>
        requestOf({ prompt: chatOf(`Say ${word}`), cacheKey: word, maxTokens: 50 }),
      )
      const together = await Promise.all(requests.map((request) => readAll(engine, request)))
      for (const [index, request] of requests.entries()) {
        expect((await readAll(engine, request)).text).toBe(together[index]?.text)
      }
    })

    it('continue a cached prompt only under its own key', async () => {
      const prompt = chatOf(`A long story about the hearth. ${'It was warm. '.repeat(10)}`)
      const read = async (cacheKey: string) =>
        (await readAll(engine, requestOf({ prompt, cacheKey, maxTokens: 4 }))).prompt
      expect(await read('bela')).toMatchObject({ cachedTokens: 0 })
      const again = await read('bela')
      expect(again?.cachedTokens).toBe((again?.promptTokens ?? 0) - 1)
      expect(await read('carla')).toMatchObject({ cachedTokens: 0 })
      for (const key of ['d', 'e', 'f', 'g', 'h']) expect(await read(key)).toMatchObject({ cachedTokens: 0 })
    })
  })

  describe('embeddings', () => {
    it('are unit vectors that tell texts apart', async () => {
      const { vectors, promptTokens } = await engine.embed(['a lamp', 'a lamp', 'rain on stone'], never)
      expect(promptTokens).toBeGreaterThan(3)
      for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 4)
      expect(vectors[0]).toEqual(vectors[1])
      expect(vectors[0]).not.toEqual(vectors[2])
      expect(await codeOf(engine.embed(['word '.repeat(3_000)], never))).toBe('context_length_exceeded')
    })
  })

  describe('the end of an engine', () => {
    it('is told by died, and fails what runs with engine_crashed', async () => {
      const doomed = await kind.open()
      const running = requestOf({ maxTokens: 900, minTokens: 900 })
      const results = await Promise.all(
        ['one', 'two'].map(
          async (cacheKey) =>
            await codeOf(
              (async () => {
                for await (const event of doomed.engine.generate({ ...running, cacheKey }, never)) {
                  if (event.type === 'text') doomed.crash()
                }
              })(),
            ),
        ),
      )
      expect(results).toEqual(['engine_crashed', 'engine_crashed'])
      expect((await doomed.engine.died).reason).not.toBe('')
      expect(await codeOf(readAll(doomed.engine, running))).toBe('engine_crashed')
      await doomed.engine.dispose()
    })

    it('by dispose is quiet, and can be asked for twice', async () => {
      const other = await kind.open()
      let died = false
      void (async () => {
        await other.engine.died
        died = true
      })()
      await Promise.all([other.engine.dispose(), other.engine.dispose()])
      await other.engine.dispose()
      expect(await codeOf(readAll(other.engine, requestOf()))).toBe('engine_crashed')
      expect(died).toBe(false)
    })

    it('counts what it did', async () => {
      const before = await engine.stats()
      await readAll(engine, requestOf({ maxTokens: 7, cacheKey: 'counted' }))
      const after = await engine.stats()
      expect(after.generatedTokens - before.generatedTokens).toBe(7)
      expect(after.promptTokens).toBeGreaterThan(before.promptTokens)
      expect(after.residentBytes).toBeGreaterThan(0)
    })
  })
})
