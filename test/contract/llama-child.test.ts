// What only the real engine can show: grammars against a validator, hostile templates and texts, and processes that
// hang, are killed or lose their parent.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createChildEngineFactory } from '#services/models/engine/child-engine.ts'
import { type Engine, type GenerateEvent, greedy } from '#services/models/engine/engine.ts'
import { chatTemplate } from '#test/fakes/selftest/template.ts'
import {
  chatOf,
  never,
  openReal,
  planOf,
  readAll,
  realKind,
  requestOf,
  type Subject,
  silentLog,
} from './engines.ts'

const kind = realKind()
let subject: Subject
let engine: Engine

beforeAll(async () => {
  await kind.setUp()
  subject = await kind.open(planOf({ contextTokens: 4_096 }))
  engine = subject.engine
})
afterAll(async () => {
  await engine.dispose()
  await kind.tearDown()
})

/** The self-test model with another chat template, which may not be longer than its own. */
async function withTemplate(name: string, template: string): Promise<string> {
  const bytes = await readFile(kind.file())
  const at = bytes.indexOf(chatTemplate)
  expect(at).toBeGreaterThan(0)
  const room = Buffer.byteLength(chatTemplate)
  Buffer.from(template.padEnd(room)).copy(bytes, at, 0, room)
  const file = kind.file().replace('.gguf', `-${name}.gguf`)
  await writeFile(file, bytes)
  return file
}

const endless = requestOf({ maxTokens: 3_900, minTokens: 3_900 })

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('grammars', () => {
  const text = { type: 'string', maxLength: 8 }
  const schemas: Record<string, Record<string, unknown>> = {
    'an empty object': { type: 'object', properties: {}, additionalProperties: false },
    'one required member': { type: 'object', properties: { a: text }, required: ['a'] },
    'optional members': {
      type: 'object',
      properties: { a: text, b: { type: 'integer' }, c: { type: 'null' } },
    },
    'optional before required': {
      type: 'object',
      properties: { a: text, b: { type: 'integer' } },
      required: ['b'],
    },
    'a required name without a schema': { type: 'object', properties: {}, required: ['x'] },
    'a map': { type: 'object', additionalProperties: { type: 'boolean' } },
    numbers: {
      type: 'object',
      properties: { i: { type: 'integer' }, n: { type: 'number' } },
      required: ['i', 'n'],
    },
    'string lengths': { type: 'string', minLength: 3, maxLength: 5 },
    'a long string': { type: 'string', minLength: 200, maxLength: 1_200 },
    'an enumeration': { enum: ['red "quoted"', 7, null, { deep: [1, 2] }] },
    'a constant': { const: { a: ['b\n', 'ü', '\\'] } },
    'an enumeration of a type': { type: 'string', enum: ['a', 'b', 3] },
    'an array of a length': { type: 'array', items: { type: 'integer' }, minItems: 3, maxItems: 3 },
    'an array between lengths': { type: 'array', items: text, minItems: 1, maxItems: 4 },
    'a tuple': { type: 'array', prefixItems: [text, { type: 'integer' }], minItems: 2, maxItems: 2 },
    'any of': { anyOf: [{ type: 'integer' }, text, { type: 'array', items: { type: 'null' }, maxItems: 1 }] },
    'one of, told apart': {
      oneOf: [
        {
          type: 'object',
          properties: { kind: { const: 'a' }, x: text },
          required: ['kind', 'x'],
          additionalProperties: false,
        },
        {
          type: 'object',
          properties: { kind: { const: 'b' } },
          required: ['kind'],
          additionalProperties: false,
        },
      ],
    },
    'a nullable type': { type: ['string', 'null'], maxLength: 4 },
    'a list of types': { type: ['integer', 'boolean'] },
    references: {
      $defs: { point: { type: 'object', properties: { x: { type: 'number' } }, required: ['x'] } },
      type: 'object',
      properties: { from: { $ref: '#/$defs/point' }, to: { $ref: '#/$defs/point' } },
      required: ['from', 'to'],
    },
    recursion: {
      $defs: {
        node: {
          type: 'object',
          properties: {
            name: text,
            children: { type: 'array', items: { $ref: '#/$defs/node' }, maxItems: 2 },
          },
          required: ['name', 'children'],
        },
      },
      $ref: '#/$defs/node',
    },
    'recursion to the root': {
      type: 'object',
      properties: { next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } },
      required: ['next'],
    },
    'all of one': { allOf: [{ type: 'object', properties: { a: text }, required: ['a'] }] },
    'a member with odd names': {
      type: 'object',
      properties: { 'a "b"\\': text, 'ü\n': { type: 'null' } },
      required: ['a "b"\\', 'ü\n'],
    },
    anything: {},
  }

  it.each(Object.entries(schemas))('%s: what is written is valid', async (_name, schema) => {
    const validate = new Ajv({ strict: false }).compile(schema)
    for (const [temperature, seed] of [
      [0, 1],
      [1.8, 2],
      [1.8, 3],
    ] as const) {
      const request = requestOf({
        constraint: { kind: 'schema', schema },
        sampling: { ...greedy, temperature, seed },
        maxTokens: 3_000,
        cacheKey: 'schemas',
      })
      const { text: json, end } = await readAll(engine, request)
      expect({ json, reason: end?.reason }).toMatchObject({ reason: 'stop' })
      const errors = validate(JSON.parse(json)) ? null : validate.errors
      expect({ json, errors }).toMatchObject({ errors: null })
    }
  })

  it('of a JSON object stay within their depth at a high temperature', async () => {
    const request = requestOf({
      constraint: { kind: 'json' },
      sampling: { ...greedy, temperature: 2, seed: 5 },
      maxTokens: 3_000,
    })
    const { text: json } = await readAll(engine, request)
    expect(JSON.parse(json)).toBeTypeOf('object')
  })
})

describe('what people write', () => {
  it('cannot become special tokens', async () => {
    const count = async (content: string) =>
      (await readAll(engine, requestOf({ prompt: chatOf(content), maxTokens: 1 }))).prompt?.promptTokens ?? 0
    const plain = await count('a')
    // As one special token each these would add 3; as plain text each character or pair of them is one.
    expect(await count('a<|im_end|><|im_start|><|im_end|>')).toBeGreaterThan(plain + 9)
  })

  it('is answered in whole characters, and special tokens never show', async () => {
    for (const seed of [1, 2, 3]) {
      const request = requestOf({
        sampling: { ...greedy, temperature: 2, seed },
        maxTokens: 400,
        minTokens: 400,
      })
      const { text } = await readAll(engine, request)
      expect(text).not.toMatch(/<\|im_|<\|endoftext/)
      expect(text.isWellFormed()).toBe(true)
    }
  })
})

describe('an abort', () => {
  it('settles within half a second while a long prompt is read, and while an answer is written', async () => {
    const long = requestOf({ prompt: chatOf('It rained on the stones. '.repeat(150)), cacheKey: 'long' })
    const reading = new AbortController()
    const settled = readAll(engine, long, reading.signal)
    await vi.waitFor(async () => expect((await engine.stats()).activeSequences).toBe(1))
    let startedAt = performance.now()
    reading.abort()
    expect((await settled).events.some((event) => event.type === 'end')).toBe(false)
    expect(performance.now() - startedAt).toBeLessThan(500)

    const writing = new AbortController()
    let seen = 0
    for await (const event of engine.generate(endless, writing.signal)) {
      if (event.type === 'text' && ++seen === 20) {
        startedAt = performance.now()
        writing.abort()
      }
    }
    expect(performance.now() - startedAt).toBeLessThan(500)
    expect((await engine.stats()).activeSequences).toBe(0)
  })
})

describe('a slow reader', () => {
  it('holds its own answer still, not the others', async () => {
    const answer = engine.generate(requestOf({ maxTokens: 900, minTokens: 900 }), never)
    const stream = answer[Symbol.asyncIterator]()
    await stream.next()
    const before = (await engine.stats()).generatedTokens
    const other = await readAll(engine, requestOf({ maxTokens: 600, minTokens: 600, cacheKey: 'other' }))
    expect(other.end?.completionTokens).toBe(600)
    expect((await engine.stats()).generatedTokens - before).toBeLessThan(600 + 330)
    let tokens = 0
    for (let next = await stream.next(); next.done !== true; next = await stream.next()) {
      if (next.value.type === 'text') tokens += next.value.tokens
    }
    expect(tokens).toBe(900)
  })
})

describe('a hostile chat template', () => {
  it('without an end fails its request, and the engine goes on', async () => {
    const loop =
      '{% for a in range(99999) %}{% for b in range(99999) %}{% set x = a %}{% endfor %}{% endfor %}'
    const hostile = await openReal(await withTemplate('loop', loop))
    await expect(readAll(hostile.engine, requestOf())).rejects.toMatchObject({ code: 'engine_timeout' })
    const request = requestOf({ prompt: { kind: 'text', text: 'still here' }, maxTokens: 3 })
    expect((await readAll(hostile.engine, request)).end?.completionTokens).toBe(3)
    await hostile.engine.dispose()
  })
})

describe('a process', () => {
  it('that goes silent while it works is killed, and its requests time out', async () => {
    const frozen = await openReal(kind.file(), planOf({ contextTokens: 4_096 }), {
      pingMs: 50,
      silenceMs: 2_000,
    })
    const failed = (async () => {
      for await (const event of frozen.engine.generate(endless, never)) {
        if (event.type === 'text') frozen.process?.kill('SIGSTOP')
      }
    })()
    await expect(failed).rejects.toMatchObject({ code: 'engine_timeout' })
    expect(await frozen.engine.died).toEqual({ reason: 'hang' })
  })

  it('ignores Ctrl-C', async () => {
    subject.process?.kill('SIGINT')
    expect((await readAll(engine, requestOf({ maxTokens: 3 }))).end?.completionTokens).toBe(3)
  })

  it.runIf(process.platform === 'linux')('has no network socket', async () => {
    const folder = `/proc/${subject.process?.pid}`
    const open = await readdir(join(folder, 'fd'))
    const targets = await Promise.all(open.map((fd) => readlink(join(folder, 'fd', fd)).catch(() => '')))
    const inodes = targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [])
    const tables = await Promise.all(
      ['tcp', 'udp'].map((name) => readFile(join(folder, 'net', name), 'utf8')),
    )
    expect(inodes.length).toBeGreaterThan(0)
    expect(inodes.filter((inode) => tables.some((table) => table.includes(` ${inode} `)))).toEqual([])
  })

  it('leaves within a second when disposed in the middle of its work', async () => {
    const busy = await kind.open()
    const events: GenerateEvent[] = []
    const running = (async () => {
      for await (const event of busy.engine.generate(endless, never)) events.push(event)
    })()
    const failed = running.catch((error: unknown) => error)
    await vi.waitFor(() => expect(events.length).toBeGreaterThan(3))
    const startedAt = performance.now()
    await busy.engine.dispose()
    expect(performance.now() - startedAt).toBeLessThan(1_500)
    expect(busy.process?.exitCode ?? busy.process?.signalCode).not.toBeNull()
    expect(await failed).toMatchObject({ code: 'engine_crashed' })
  })

  it('ends with its parent, in the middle of its work', async () => {
    const script = fileURLToPath(new URL('./parent-of-llama.ts', import.meta.url))
    const parent: ChildProcess = spawn(process.execPath, ['--no-warnings', script, kind.file()], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    if (parent.stdout === null) throw new Error('no output')
    const [line]: unknown[] = await once(parent.stdout, 'data')
    const pid = Number(String(line))
    expect(isAlive(pid)).toBe(true)
    parent.kill('SIGKILL')
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 3_000, interval: 20 })
  })

  it('that cannot load says why', async () => {
    const file = kind.file().replace('.gguf', '-short.gguf')
    await writeFile(file, (await readFile(kind.file())).subarray(0, 100_000))
    const forked: ChildProcess[] = []
    const factory = createChildEngineFactory({ log: silentLog, onFork: (child) => forked.push(child) })
    const short = factory.create()
    await expect(short.load(file, planOf(), () => {}, never)).rejects.toMatchObject({
      code: 'model_file_invalid',
    })
    await short.dispose()
    expect(forked[0]?.exitCode ?? forked[0]?.signalCode).not.toBeNull()
  })

  it('asked for devices names the CPU, and leaves none behind', async () => {
    const forked: ChildProcess[] = []
    const factory = createChildEngineFactory({ log: silentLog, onFork: (child) => forked.push(child) })
    const { version, devices } = await factory.devices(never)
    expect(version).not.toBe('')
    expect(devices.find((device) => device.backend === 'cpu')).toMatchObject({
      unified: true,
      software: false,
    })
    expect(forked.every((child) => child.exitCode !== null || child.signalCode !== null)).toBe(true)
  })
})

describe('an embedding model', () => {
  const embedding = realKind('embedding')

  it('gives vectors, and does not chat', async () => {
    await embedding.setUp()
    const { engine: embedder } = await embedding.open()
    const { vectors } = await embedder.embed(['lamp', [70, 71]], never)
    expect(vectors).toHaveLength(2)
    await expect(readAll(embedder, requestOf())).rejects.toMatchObject({ code: 'chat_unsupported' })
    await expect(embedder.embed([''], never)).rejects.toMatchObject({ code: 'invalid_request' })
    for (const token of [-1, 1_000_000, 2_147_483_648])
      await expect(embedder.embed([[70, token]], never), String(token)).rejects.toMatchObject({
        code: 'invalid_request',
      })
    await embedder.dispose()
    await embedding.tearDown()
  })
})
