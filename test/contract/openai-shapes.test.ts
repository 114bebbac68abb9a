// Every answer of the OpenAI endpoints is what the contract says, whole and streamed; every chunk goes through zod.
import { describe, expect, test } from 'vitest'
import { errorBodySchema } from '#appliance/contracts/answer.ts'
import {
  type ChatChunk,
  chatChunkSchema,
  chatCompletionSchema,
  completionSchema,
  embeddingSchema,
  modelSchema,
} from '#appliance/contracts/openai.ts'
import type { GenerateRequest } from '#services/models/engine/engine.ts'
import { makeModel } from '#test/fakes/models-parts.ts'
import { createTestApp, readChunks, type TestApp } from './openai-app.ts'

const chatPath = '/v1/chat/completions'
const messages = [{ role: 'user', content: 'What lives on the hearth?' }]
const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
}
const clock = { type: 'function', function: { name: 'get_time' } }

const chat = async (box: TestApp, body: object) => {
  const response = await box.post(chatPath, { model: 'auto', messages, ...body }).answer
  expect(response.status).toBe(200)
  return chatCompletionSchema.parse(await response.json())
}
const streamed = async (box: TestApp, body: object): Promise<ChatChunk[]> => {
  const response = await box.post(chatPath, { model: 'auto', messages, stream: true, ...body }).answer
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  return await readChunks(response, chatChunkSchema)
}
const refused = async (box: TestApp, path: string, body: object) => {
  const response = await box.post(path, body).answer
  const { error } = errorBodySchema.parse(await response.json())
  return { status: response.status, code: error.code, param: error.param }
}
const textOf = (chunks: readonly ChatChunk[], index = 0): string =>
  chunks
    .flatMap(({ choices }) => choices)
    .filter((choice) => choice.index === index)
    .map(({ delta }) => delta.content ?? '')
    .join('')

/** An app whose engine keeps what it was asked. */
function listening(options: Parameters<typeof createTestApp>[0] = {}, answer = 'A hob lives there.') {
  const asked: GenerateRequest[] = []
  const script = (request: GenerateRequest): string => {
    asked.push(request)
    return answer
  }
  return { box: createTestApp({ ...options, engine: { script, ...options.engine } }), asked }
}

describe('chat', () => {
  test('whole: one choice, usage, fingerprint', async () => {
    const { box } = listening()
    const answer = await chat(box, {})
    expect(answer.choices[0]?.message).toEqual({
      role: 'assistant',
      content: 'A hob lives there.',
      refusal: null,
    })
    expect(answer.choices[0]?.finish_reason).toBe('stop')
    expect(answer.model).toBe('tiny')
    expect(answer.system_fingerprint).toMatch(/^hob_[0-9a-f]{12}$/)
    expect(answer.usage.completion_tokens).toBe(5)
    expect(answer.usage.total_tokens).toBe(answer.usage.prompt_tokens + 5)
    const again = await chat(box, {})
    expect(again.usage.prompt_tokens_details?.cached_tokens).toBeGreaterThan(0)
    expect(again.system_fingerprint).toBe(answer.system_fingerprint)
  })

  test('streamed: the role first, the reason last, the same text as whole', async () => {
    const { box } = listening()
    const chunks = await streamed(box, {})
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '' })
    expect(chunks.at(-1)?.choices[0]).toMatchObject({ delta: {}, finish_reason: 'stop' })
    expect(chunks.slice(0, -1).every(({ choices }) => choices[0]?.finish_reason === null)).toBe(true)
    expect(textOf(chunks)).toBe('A hob lives there.')
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1)
    expect(chunks.every((chunk) => !('usage' in chunk))).toBe(true)
  })

  test('streamed with usage: null until a last chunk without choices', async () => {
    const { box } = listening()
    const chunks = await streamed(box, { stream_options: { include_usage: true } })
    const last = chunks.at(-1)
    expect(last?.choices).toEqual([])
    expect(last?.usage?.completion_tokens).toBe(5)
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true)
  })

  test('n choices have seeds of their own and one prompt', async () => {
    const box = createTestApp()
    const one = await chat(box, { seed: 7, max_tokens: 8 })
    const three = await chat(box, { seed: 7, max_tokens: 8, n: 3 })
    const second = await chat(box, { seed: 8, max_tokens: 8 })
    const texts = three.choices.map(({ message }) => message.content)
    expect(three.choices.map(({ index }) => index)).toEqual([0, 1, 2])
    expect(texts[0]).toBe(one.choices[0]?.message.content)
    expect(texts[1]).toBe(second.choices[0]?.message.content)
    expect(new Set(texts).size).toBe(3)
    expect(three.usage.prompt_tokens).toBe(one.usage.prompt_tokens)
    expect(three.usage.completion_tokens).toBe(24)
    const chunks = await streamed(box, { seed: 7, max_tokens: 8, n: 3 })
    expect([0, 1, 2].map((index) => textOf(chunks, index))).toEqual(texts)
    expect(chunks.filter(({ choices }) => choices[0]?.delta.role === 'assistant')).toHaveLength(3)
  })

  test('more choices than slots are answered all the same', async () => {
    const box = createTestApp({ sequences: 1 })
    const answer = await chat(box, { n: 4, max_tokens: 4 })
    expect(answer.choices.map(({ finish_reason }) => finish_reason)).toEqual(Array(4).fill('length'))
  })

  test('log-probabilities with alternatives, whole and streamed', async () => {
    const box = createTestApp()
    const body = { logprobs: true, top_logprobs: 3, max_tokens: 4, seed: 1 }
    const whole = await chat(box, body)
    const content = whole.choices[0]?.logprobs?.content ?? []
    expect(content).toHaveLength(4)
    expect(content.every(({ top_logprobs }) => top_logprobs.length === 3)).toBe(true)
    const chunks = await streamed(box, body)
    const streamedLogprobs = chunks.flatMap(({ choices }) => choices[0]?.logprobs?.content ?? [])
    expect(streamedLogprobs).toEqual(content)
    expect((await chat(box, { max_tokens: 2 })).choices[0]?.logprobs).toBeNull()
  })

  test('reasoning has a field of its own', async () => {
    const { box } = listening({}, '<think>Let me see.</think>A hob.')
    const { message } = (await chat(box, {})).choices[0] ?? {}
    expect(message?.reasoning_content).toContain('Let me see')
    expect(message?.content).toBe('A hob.')
    const chunks = await streamed(box, {})
    expect(chunks.some(({ choices }) => choices[0]?.delta.reasoning_content !== undefined)).toBe(true)
    expect(textOf(chunks)).toBe('A hob.')
  })

  test('a forced tool call, whole and in deltas', async () => {
    const box = createTestApp()
    const body = { tools: [weather], tool_choice: 'required' }
    const whole = (await chat(box, body)).choices[0]
    expect(whole?.finish_reason).toBe('tool_calls')
    expect(whole?.message.content).toBeNull()
    const call = whole?.message.tool_calls?.[0]
    expect(call?.id).toMatch(/^call_[0-9a-f]{24}$/)
    expect(call?.function.name).toBe('get_weather')
    expect(JSON.parse(call?.function.arguments ?? '')).toEqual({ city: '' })

    const deltas = (await streamed(box, body)).flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? [])
    expect(deltas[0]).toMatchObject({ index: 0, type: 'function', function: { name: 'get_weather' } })
    expect(deltas.filter(({ id }) => id !== undefined)).toHaveLength(1)
    expect(JSON.parse(deltas.map((delta) => delta.function.arguments ?? '').join(''))).toEqual({ city: '' })
  })

  test('tool_choice becomes what the engine is held to', async () => {
    const { box, asked } = listening()
    const tools = [weather, clock]
    await chat(box, { tools })
    await chat(box, { tools, tool_choice: 'none' })
    await chat(box, { tools, tool_choice: { type: 'function', function: { name: 'get_time' } } })
    expect(asked.map((request) => request.tools)).toEqual([
      { choice: 'auto', names: ['get_weather', 'get_time'] },
      null,
      { choice: 'required', names: ['get_time'] },
    ])
    expect(asked.map(({ prompt }) => (prompt.kind === 'chat' ? prompt.tools.length : -1))).toEqual([2, 0, 2])
    const unknown = { type: 'function', function: { name: 'nothing' } }
    expect(await refused(box, chatPath, { messages, tools, tool_choice: unknown })).toMatchObject({
      status: 400,
      param: 'tool_choice',
    })
    expect(await refused(box, chatPath, { messages, tool_choice: 'required' })).toMatchObject({ status: 400 })
  })

  test('without parallel calls the second one is not begun', async () => {
    const call = (city: string): string =>
      `<tool_call>\n{"name": "get_weather", "arguments": {"city": "${city}"}}\n</tool_call>\n`
    const { box } = listening({}, call('Bonn') + call('Ulm'))
    const both = await chat(box, { tools: [weather] })
    expect(both.choices[0]?.message.tool_calls).toHaveLength(2)
    const one = await chat(box, { tools: [weather], parallel_tool_calls: false })
    expect(one.choices[0]?.finish_reason).toBe('tool_calls')
    expect(one.choices[0]?.message.tool_calls?.map((made) => made.function.arguments)).toEqual([
      both.choices[0]?.message.tool_calls?.[0]?.function.arguments,
    ])
    expect(one.usage.completion_tokens).toBeLessThan(both.usage.completion_tokens)
  })

  test('the rest of the wishes reach the engine', async () => {
    const { box, asked } = listening()
    const schema = { type: 'object', properties: { a: { type: 'integer' } } }
    await chat(box, {
      temperature: 0,
      top_p: 0.5,
      top_k: 7,
      min_p: 0.1,
      frequency_penalty: 1,
      presence_penalty: -1,
      seed: 3,
      stop: 'END',
      max_tokens: 10,
      max_completion_tokens: 20,
      min_tokens: 2,
      reasoning_effort: 'none',
      response_format: { type: 'json_schema', json_schema: { name: 'a', schema } },
    })
    await chat(box, { response_format: { type: 'json_object' }, stop: ['a', 'b'] })
    expect(asked[0]).toMatchObject({
      sampling: {
        temperature: 0,
        topP: 0.5,
        topK: 7,
        minP: 0.1,
        frequencyPenalty: 1,
        presencePenalty: -1,
        seed: 3,
      },
      maxTokens: 20,
      minTokens: 2,
      stop: ['END'],
      constraint: { kind: 'schema', schema },
      prompt: { thinking: false },
      topLogprobs: null,
      cacheKey: 'anna',
    })
    expect(asked[1]).toMatchObject({
      constraint: { kind: 'json' },
      stop: ['a', 'b'],
      maxTokens: 2_048,
      sampling: { seed: null },
      prompt: { thinking: true },
    })
  })

  test('what is wrong is refused with the field, before anything is loaded', async () => {
    const { box, asked } = listening()
    expect(await refused(box, chatPath, { messages: [] })).toMatchObject({ status: 400, param: 'messages' })
    expect(await refused(box, chatPath, { messages, top_logprobs: 2 })).toMatchObject({
      status: 400,
      param: 'top_logprobs',
    })
    expect(await refused(box, chatPath, { messages, model: 'gpt-4' })).toMatchObject({
      status: 404,
      code: 'model_not_found',
      param: 'model',
    })
    expect(asked).toHaveLength(0)
    expect(box.factory.engines).toHaveLength(0)
  })

  test('a prompt that is too long is a plain 400, streamed or not', async () => {
    const box = createTestApp({ contextTokens: 16 })
    const long = [{ role: 'user', content: 'word '.repeat(100) }]
    for (const stream of [false, true])
      expect(await refused(box, chatPath, { messages: long, stream })).toMatchObject({
        status: 400,
        code: 'context_length_exceeded',
      })
  })
})

describe('completions', () => {
  const path = '/v1/completions'
  const complete = async (box: TestApp, body: object) => {
    const response = await box.post(path, body).answer
    expect(response.status).toBe(200)
    return completionSchema.parse(await response.json())
  }

  test('one text, sixteen tokens unless more are asked for', async () => {
    const { box, asked } = listening()
    const answer = await complete(box, { prompt: 'Once' })
    expect(answer.choices).toEqual([
      { index: 0, text: 'A hob lives there.', logprobs: null, finish_reason: 'stop' },
    ])
    expect(asked[0]).toMatchObject({ maxTokens: 16, prompt: { kind: 'text', text: 'Once' } })
  })

  test('several texts with several choices each are numbered in order and each prompt counted once', async () => {
    const { box, asked } = listening()
    const answer = await complete(box, { prompt: ['Once', 'Twice'], n: 2, echo: true })
    expect(answer.choices.map(({ index, text }) => [index, text.split(' ')[0]])).toEqual([
      [0, 'OnceA'],
      [1, 'OnceA'],
      [2, 'TwiceA'],
      [3, 'TwiceA'],
    ])
    expect(answer.usage?.prompt_tokens).toBe(1 + 2)
    expect(asked).toHaveLength(4)
  })

  test('tokens and infill', async () => {
    const { box, asked } = listening()
    await complete(box, { prompt: [1, 2, 3] })
    await complete(box, { prompt: 'def f(', suffix: 'return x' })
    expect(asked.map(({ prompt }) => prompt)).toEqual([
      { kind: 'tokens', tokens: [1, 2, 3] },
      { kind: 'infill', prefix: 'def f(', suffix: 'return x' },
    ])
    expect(await refused(box, path, { prompt: [1], echo: true })).toMatchObject({
      status: 400,
      param: 'echo',
    })
    expect(await refused(box, path, { prompt: [1], suffix: 'x' })).toMatchObject({ status: 400 })
  })

  test('the old log-probabilities, with offsets into the text', async () => {
    const box = createTestApp()
    const answer = await complete(box, { prompt: 'Once ', echo: true, logprobs: 2, max_tokens: 3 })
    const choice = answer.choices[0]
    const { tokens, text_offset: offsets, top_logprobs: top } = choice?.logprobs ?? {}
    expect(tokens?.map((token, i) => choice?.text.slice(offsets?.[i]).startsWith(token))).toEqual([
      true,
      true,
      true,
    ])
    expect(Object.keys(top?.[0] ?? {})).toHaveLength(2)
  })

  test('streamed: echo first, the reason last, usage when asked for', async () => {
    const { box } = listening()
    const body = { prompt: 'Once ', echo: true, stream: true, stream_options: { include_usage: true } }
    const chunks = await readChunks(await box.post(path, body).answer, completionSchema)
    expect(chunks[0]?.choices[0]?.text).toBe('Once ')
    const text = chunks.flatMap(({ choices }) => choices.map((choice) => choice.text)).join('')
    expect(text).toBe('Once A hob lives there.')
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop')
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 5 } })
  })
})

describe('embeddings', () => {
  const path = '/v1/embeddings'

  test('numbers and base64 say the same', async () => {
    const box = createTestApp()
    const ask = async (body: object) =>
      embeddingSchema.parse(await (await box.post(path, { model: 'tiny', ...body }).answer).json())
    const numbers = await ask({ input: ['one', 'two'] })
    const packed = await ask({ input: ['one', 'two'], encoding_format: 'base64' })
    expect(numbers.data.map(({ index }) => index)).toEqual([0, 1])
    for (const [index, { embedding }] of packed.data.entries()) {
      const bytes = Buffer.from(String(embedding), 'base64')
      const floats = Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4))
      expect(floats).toEqual(numbers.data[index]?.embedding)
    }
    expect(numbers.usage.prompt_tokens).toBeGreaterThan(0)
    const many = await ask({ input: Array.from({ length: 100 }, (_, at) => [at, at + 1]) })
    expect(many.data).toHaveLength(100)
    expect((await ask({ input: [1, 2, 3] })).data).toHaveLength(1)
  })

  test('a model that does not embed says so; so do dimensions that it has not', async () => {
    const box = createTestApp({ engine: { embeds: false } })
    expect(await refused(box, path, { input: 'one' })).toMatchObject({ code: 'embeddings_unsupported' })
    expect(await refused(createTestApp(), path, { input: 'one', dimensions: 7 })).toMatchObject({
      status: 400,
      param: 'dimensions',
    })
  })
})

describe('models', () => {
  test('the list and one of it', async () => {
    const box = createTestApp({
      models: [makeModel('tiny'), makeModel('vectors', { kind: 'embedding', family: 'bge' })],
    })
    const list = (await (await box.get('/v1/models')).json()) as { data: unknown[] }
    const models = list.data.map((model) => modelSchema.parse(model))
    expect(models.map(({ id, kind }) => [id, kind])).toEqual([
      ['tiny', 'chat'],
      ['vectors', 'embedding'],
    ])
    expect(models[0]?.context_length).toBe(32_768)
    await chat(box, { model: 'tiny' })
    const one = modelSchema.parse(await (await box.get('/v1/models/TINY')).json())
    expect(one).toMatchObject({ id: 'tiny', context_length: 2_048 })
    expect((await box.get('/v1/models/nothing')).status).toBe(404)
  })
})
