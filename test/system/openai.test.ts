// The official `openai` package against a real box with the self-test: what any OpenAI client would do.
import { Ajv } from 'ajv'
import OpenAI, { AuthenticationError, NotFoundError, PermissionDeniedError } from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scopes } from '#appliance/contracts/access.ts'
import { auditRoutes } from '#appliance/contracts/audit.ts'
import { identityRoutes, type Token } from '#appliance/contracts/identity.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import { type Client, createClient } from '#appliance/ipc/client.ts'
import { socketPath } from '#appliance/ipc/serve.ts'
import { type Box, startBox } from './box.ts'
import { metric } from './metrics.ts'

let box: Box
let client: OpenAI
beforeAll(async () => {
  box = await startBox({ selfTest: {} })
  client = new OpenAI({ baseURL: `${box.url}/v1`, apiKey: box.token, maxRetries: 0 })
})
afterAll(() => box.stop())

const question = [{ role: 'user' as const, content: 'What are you?' }]

const schema = {
  type: 'object',
  properties: {
    name: { type: 'string', maxLength: 12 },
    kind: { enum: ['nuc', 'mini', 'pi'] },
    cores: { type: 'integer' },
    tags: { type: 'array', items: { type: 'string', maxLength: 6 }, maxItems: 2 },
  },
  required: ['name', 'kind', 'cores', 'tags'],
  additionalProperties: false,
} as const

const weather = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    description: 'The weather of a city',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string', maxLength: 10 }, unit: { enum: ['c', 'f'] } },
      required: ['city', 'unit'],
      additionalProperties: false,
    },
  },
}

describe('models', () => {
  test('are listed, and one is told', async () => {
    const list = await client.models.list()
    const [first] = list.data
    expect(first?.object).toBe('model')
    expect((await client.models.retrieve(first?.id ?? '')).id).toBe(first?.id)
  })

  test('that are not here are a 404 with code and remedy', async () => {
    const failure: unknown = await client.models.retrieve('gpt-9').catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(NotFoundError)
    expect(failure).toMatchObject({
      status: 404,
      code: 'model_not_found',
      error: { remedy: expect.stringContaining('hob models add') },
    })
  })
})

describe('chat', () => {
  test('answers whole, with usage', async () => {
    const answer = await client.chat.completions.create({
      model: 'auto',
      messages: question,
      temperature: 0,
      max_tokens: 60,
    })
    expect(answer.choices[0]?.message.content?.length).toBeGreaterThan(20)
    expect(answer.usage?.completion_tokens).toBeGreaterThan(5)
    expect(answer.usage?.total_tokens).toBe(
      (answer.usage?.prompt_tokens ?? 0) + (answer.usage?.completion_tokens ?? 0),
    )
  })

  test('streams the same text, with usage at the end', async () => {
    const options = { model: 'auto', messages: question, temperature: 0, max_tokens: 40 }
    const whole = await client.chat.completions.create(options)
    const stream = await client.chat.completions.create({
      ...options,
      stream: true,
      stream_options: { include_usage: true },
    })
    let text = ''
    let pieces = 0
    let usage: OpenAI.CompletionUsage | null | undefined
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? ''
      pieces++
      usage = chunk.usage ?? usage
    }
    expect(text).toBe(whole.choices[0]?.message.content)
    expect(pieces).toBeGreaterThan(5)
    expect(usage?.completion_tokens).toBe(whole.usage?.completion_tokens)
  })

  test('the same seed gives the same words, and a stop string is not part of them', async () => {
    const ask = (seed: number, stop?: string) =>
      client.chat.completions.create({
        model: 'auto',
        messages: question,
        temperature: 1.5,
        seed,
        max_tokens: 30,
        ...(stop ? { stop } : {}),
      })
    const [one, same] = [await ask(7), await ask(7)]
    expect(same.choices[0]?.message.content).toBe(one.choices[0]?.message.content)
    const greedy = await client.chat.completions.create({
      model: 'auto',
      messages: question,
      temperature: 0,
      max_tokens: 60,
    })
    const words = (greedy.choices[0]?.message.content ?? '').split(' ')
    const stop = words[4] ?? 'x'
    const stopped = await client.chat.completions.create({
      model: 'auto',
      messages: question,
      temperature: 0,
      max_tokens: 60,
      stop,
    })
    expect(stopped.choices[0]?.finish_reason).toBe('stop')
    expect(stopped.choices[0]?.message.content).not.toContain(stop)
  })

  test('gives n choices, and log-probabilities that are probabilities', async () => {
    const answer = await client.chat.completions.create({
      model: 'auto',
      messages: question,
      n: 3,
      max_tokens: 8,
      logprobs: true,
      top_logprobs: 3,
    })
    expect(answer.choices.map(({ index }) => index)).toEqual([0, 1, 2])
    for (const choice of answer.choices) {
      for (const token of choice.logprobs?.content ?? []) {
        expect(token.logprob).toBeLessThanOrEqual(0)
        expect(token.top_logprobs.length).toBeLessThanOrEqual(3)
        const sum = token.top_logprobs.reduce((total, { logprob }) => total + Math.exp(logprob), 0)
        expect(sum).toBeLessThanOrEqual(1.001)
      }
      expect(choice.logprobs?.content?.length).toBeGreaterThan(0)
    }
  })

  test('keeps to a JSON schema', async () => {
    const answer = await client.chat.completions.create({
      model: 'auto',
      messages: [{ role: 'user', content: 'Describe a box.' }],
      max_tokens: 500,
      response_format: { type: 'json_schema', json_schema: { name: 'box', schema, strict: true } },
    })
    const value: unknown = JSON.parse(answer.choices[0]?.message.content ?? '')
    expect(new Ajv().validate(schema, value), JSON.stringify(value)).toBe(true)
  })

  test.each(['required', { type: 'function', function: { name: 'get_weather' } }] as const)(
    'calls a tool when told to: %o',
    async (choice) => {
      const answer = await client.chat.completions.create({
        model: 'auto',
        messages: [{ role: 'user', content: 'Weather in Rome?' }],
        tools: [weather],
        tool_choice: choice,
        max_tokens: 500,
      })
      const [call] = answer.choices[0]?.message.tool_calls ?? []
      if (call?.type !== 'function') throw new Error('no function call')
      expect(call.function.name).toBe('get_weather')
      expect(new Ajv().validate(weather.function.parameters, JSON.parse(call.function.arguments))).toBe(true)
      expect(answer.choices[0]?.finish_reason).toBe('tool_calls')
    },
  )

  test('streams a tool call in pieces that make valid arguments', async () => {
    const stream = await client.chat.completions.create({
      model: 'auto',
      messages: [{ role: 'user', content: 'Weather in Rome?' }],
      tools: [weather],
      tool_choice: 'required',
      max_tokens: 500,
      stream: true,
    })
    let name = ''
    let text = ''
    for await (const chunk of stream) {
      const [call] = chunk.choices[0]?.delta.tool_calls ?? []
      name += call?.function?.name ?? ''
      text += call?.function?.arguments ?? ''
    }
    expect(name).toBe('get_weather')
    expect(new Ajv().validate(weather.function.parameters, JSON.parse(text))).toBe(true)
  })

  test('stops generating when the caller leaves, as the metrics tell', async () => {
    const aborted = await metric(box, 'hob_models_aborted_total')
    // min_tokens is an extension that the package does not know; the answer would otherwise end by itself
    const endless = {
      model: 'auto',
      messages: question,
      stream: true as const,
      max_tokens: 8_000,
      min_tokens: 8_000,
    }
    const stream = await client.chat.completions.create(endless)
    let pieces = 0
    for await (const chunk of stream) {
      if (chunk.choices[0]?.delta.content && ++pieces === 5) break
    }
    await expect
      .poll(() => metric(box, 'hob_models_aborted_total'), { timeout: 5_000 })
      .toBeGreaterThan(aborted)
    await expect.poll(() => metric(box, 'hob_models_queue_active'), { timeout: 5_000 }).toBe(0)
    const generated = await metric(box, 'hob_models_generated_tokens_total')
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await metric(box, 'hob_models_generated_tokens_total')).toBe(generated)
  })
})

describe('completions and embeddings', () => {
  test('a text is continued', async () => {
    const answer = await client.completions.create({
      model: 'auto',
      prompt: 'Once',
      max_tokens: 8,
      temperature: 0,
    })
    expect(answer.choices[0]?.text.length).toBeGreaterThan(0)
    expect(answer.usage?.completion_tokens).toBeLessThanOrEqual(8)
  })

  test('texts become vectors of one length, the same text the same vector', async () => {
    const answer = await client.embeddings.create({
      model: 'auto',
      input: ['a hearth', 'a hearth', 'something else'],
    })
    const [one, same, other] = answer.data.map(({ embedding }) => embedding)
    expect(one?.length).toBeGreaterThan(16)
    expect(same).toEqual(one)
    expect(other).not.toEqual(one)
    const length = Math.hypot(...(one ?? []))
    expect(length).toBeCloseTo(1, 3)
  })
})

describe('the key', () => {
  const owner = { principal: localOwner('socket') }
  let onTheBox: Client
  beforeAll(() => {
    onTheBox = createClient({ service: 'api', socketPath: socketPath(`${box.dataDir}/run`, 'api') })
  })
  afterAll(() => onTheBox.close())

  async function clientOf(...scopes: Token['scopes']): Promise<OpenAI> {
    const json = { name: 'openai', scopes }
    const { token } = await onTheBox.call(identityRoutes.makeToken, { json }, owner)
    return withKey(token)
  }
  const withKey = (apiKey: string, headers: Record<string, string | null> = {}): OpenAI =>
    new OpenAI({ baseURL: `${box.url}/v1`, apiKey, maxRetries: 0, defaultHeaders: headers })

  /** All that the package can ask of the box. */
  const everything = (of: OpenAI): (() => Promise<unknown>)[] => [
    () => of.models.list(),
    () => of.models.retrieve('auto'),
    () => of.chat.completions.create({ model: 'auto', messages: question, max_tokens: 2 }),
    async () => {
      const options = { model: 'auto', messages: question, max_tokens: 2, stream: true } as const
      for await (const { object } of await of.chat.completions.create(options))
        expect(object).toBe('chat.completion.chunk')
    },
    () => of.completions.create({ model: 'auto', prompt: 'Once', max_tokens: 2 }),
    () => of.embeddings.create({ model: 'auto', input: 'a hearth' }),
  ]

  async function expectRefused(
    of: OpenAI,
    kind: typeof AuthenticationError | typeof PermissionDeniedError,
    code: string,
  ): Promise<void> {
    for (const [i, ask] of everything(of).entries()) {
      const failure: unknown = await ask().catch((error: unknown) => error)
      expect(failure, `request ${i}`).toBeInstanceOf(kind)
      expect(failure).toMatchObject({ code })
    }
    const { entries } = await onTheBox.call(auditRoutes.list, { query: { outcome: 'refused' } }, owner)
    const targets = new Set(entries.filter((row) => row.code === code).map((row) => row.target))
    for (const path of ['models', 'models/auto', 'chat/completions', 'completions', 'embeddings'])
      expect(targets).toContain(`/v1/${path}`)
  }

  test('with the scope chat does all of it', async () => {
    const of = await clientOf('chat')
    const [first] = (await of.models.list()).data
    expect((await of.models.retrieve(first?.id ?? '')).id).toBe(first?.id)
    const [, , ...rest] = everything(of)
    for (const ask of rest) await ask()
  })

  test('that is missing or wrong is a 401, and recorded', async () => {
    await expectRefused(withKey('none', { authorization: null }), AuthenticationError, 'sign_in_required')
    await expectRefused(withKey(`${box.token.slice(0, -1)}~`), AuthenticationError, 'token_invalid')
  })

  test('without a scope, or with every other one, is a 403 on everything, and recorded', async () => {
    await expectRefused(await clientOf(), PermissionDeniedError, 'not_allowed')
    const others = scopes.filter((scope) => scope !== 'chat')
    await expectRefused(await clientOf(...others), PermissionDeniedError, 'not_allowed')
  })
})
