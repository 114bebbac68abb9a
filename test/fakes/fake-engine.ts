// A scripted engine: the same interface and the same promises as the real one (test/contract/engine.test.ts holds both
// to them), without a process or a model. Answers are made of words drawn from the prompt and the seed; tests may
// script them, slow them down with their own timer and make the engine crash.
import { createHash } from 'node:crypto'
import type { LlamaDevice } from '#appliance/contracts/hardware.ts'
import type { Plan } from '#appliance/contracts/models.ts'
import { HobError } from '#appliance/errors.ts'
import type {
  Engine,
  EngineFactory,
  GenerateEvent,
  GenerateRequest,
  Logprob,
} from '#services/models/engine/engine.ts'
import { createAnswer, type Part } from '#services/models/engine/llama/answer.ts'
import { createGrammar } from '#services/models/engine/llama/schema-grammar.ts'
import { callable, detectToolFormat, flatten } from '#services/models/engine/llama/tool-format.ts'

export interface FakeEngineOptions {
  /** What the model writes, as its raw text; default: words, JSON or tool calls as the request asks. */
  readonly script?: (request: GenerateRequest) => string
  /** Waits before each token; default: only gives way to others. */
  readonly pause?: (signal: AbortSignal) => Promise<void>
  /** Makes loading fail. */
  readonly failLoad?: (plan: Plan) => HobError | null
  readonly embeds?: boolean
  readonly chats?: boolean
  readonly devices?: readonly LlamaDevice[]
}

export interface FakeEngineFactory extends EngineFactory {
  /** Every engine that was made, oldest first. */
  readonly engines: readonly FakeEngine[]
}

export interface FakeEngine extends Engine {
  /** Dies as a killed process would. */
  crash(reason: string): void
  readonly plan: Plan | null
  readonly disposed: boolean
}

const tokenCharacters = 4
const usualTokens = 60
const vectorLength = 32
const words = ['hearth', 'lamp', 'bread', 'Küche', 'rain', 'stone', '灯火', 'quiet', 'morning', 'broom']
const { format } = detectToolFormat('')

export function createFakeEngineFactory(options: FakeEngineOptions = {}): FakeEngineFactory {
  const engines: FakeEngine[] = []
  return {
    engines,
    create() {
      const engine = createFakeEngine(options)
      engines.push(engine)
      return engine
    },
    async devices(signal) {
      signal.throwIfAborted()
      return { version: 'fake', devices: [...(options.devices ?? [])] }
    },
  }
}

export function createFakeEngine(options: FakeEngineOptions = {}): FakeEngine {
  const died = Promise.withResolvers<{ reason: string }>()
  const ended = new AbortController()
  const caches = new Map<string, string>()
  const pause = options.pause ?? (() => new Promise<void>((resolve) => setImmediate(resolve)))
  let plan: Plan | null = null
  let gone = false
  let disposed = false
  let generatedTokens = 0
  let promptTokens = 0
  let active = 0

  const alive = (): Plan => {
    if (gone || plan === null) throw new HobError('engine_crashed')
    return plan
  }

  return {
    died: died.promise,
    get plan() {
      return plan
    },
    get disposed() {
      return disposed
    },
    crash(reason) {
      if (gone) return
      gone = true
      ended.abort()
      died.resolve({ reason })
    },
    async load(_file, wanted, onProgress, signal) {
      signal.throwIfAborted()
      const failure = options.failLoad?.(wanted) ?? null
      if (failure !== null) throw failure
      onProgress(0.5)
      await pause(signal)
      signal.throwIfAborted()
      onProgress(1)
      plan = wanted
      return {
        plan: wanted,
        contextTokens: wanted.contextTokens,
        embeds: options.embeds ?? true,
        chats: options.chats ?? true,
        openMs: 1,
        loadMs: 1,
      }
    },
    async *generate(request, signal) {
      if (signal.aborted) return
      const { contextTokens, model } = alive()
      if (options.chats === false) throw new HobError('chat_unsupported', { model })
      if (request.constraint?.schema !== undefined) {
        const grammar = createGrammar({ lenient: false })
        grammar.text(grammar.add(request.constraint.schema))
      }
      const prompt = readPrompt(request)
      const length = toTokens(prompt).length
      if (length >= contextTokens)
        throw new HobError('context_length_exceeded', { prompt: length, context: contextTokens })
      const before = caches.get(request.cacheKey) ?? ''
      const cachedTokens = Math.min(length - 1, Math.floor(sharedLength(before, prompt) / tokenCharacters))
      promptTokens += length - cachedTokens
      active++
      try {
        for await (const event of write(request, prompt, { length, cachedTokens, contextTokens }, signal)) {
          if (gone) throw new HobError('engine_crashed')
          if (signal.aborted) return
          if (event.type !== 'prompt' && event.type !== 'end') generatedTokens += event.tokens
          yield event
        }
        caches.set(request.cacheKey, prompt)
      } finally {
        active--
      }
    },
    async embed(inputs, signal) {
      const { contextTokens, model } = alive()
      signal.throwIfAborted()
      if (options.embeds === false) throw new HobError('embeddings_unsupported', { model })
      const lengths = inputs.map((input) =>
        typeof input === 'string' ? toTokens(input).length : input.length,
      )
      const longest = Math.max(...lengths)
      if (longest >= contextTokens)
        throw new HobError('context_length_exceeded', { prompt: longest, context: contextTokens })
      return { vectors: inputs.map(toVector), promptTokens: lengths.reduce((sum, one) => sum + one, 0) }
    },
    async stats() {
      alive()
      return { residentBytes: 1_000_000, generatedTokens, promptTokens, activeSequences: active }
    },
    async dispose() {
      gone = true
      disposed = true
      ended.abort()
    },
  }

  async function* write(
    request: GenerateRequest,
    prompt: string,
    sizes: { length: number; cachedTokens: number; contextTokens: number },
    signal: AbortSignal,
  ): AsyncGenerator<GenerateEvent, void, undefined> {
    const both = AbortSignal.any([signal, ended.signal])
    const tools = callable(request)
    const names = tools.map((tool) => tool.function.name)
    const answer = createAnswer({
      stop: request.stop,
      tools: names.length > 0 ? { format, names } : null,
      start: 'text',
      mayThink: request.prompt.kind === 'chat',
      ruledText: false,
    })
    yield { type: 'prompt', promptTokens: sizes.length, cachedTokens: sizes.cachedTokens }
    let count = 0
    let unreported = 0
    let logprobs: Logprob[] = []
    const toEvent = (part: Part): GenerateEvent => {
      const tokens = unreported
      unreported = 0
      if (part.type !== 'text') return { ...part, tokens }
      const taken = logprobs
      logprobs = []
      return { type: 'text', text: part.text, tokens, ...(taken.length > 0 ? { logprobs: taken } : {}) }
    }
    let reason: 'stop' | 'length' = 'stop'
    for (const token of written(request, prompt)) {
      await pause(both)
      if (both.aborted) break
      count++
      unreported++
      if (request.topLogprobs !== null) logprobs.push(toLogprob(token, request.topLogprobs))
      for (const part of answer.push(token).parts) yield toEvent(part)
      if (answer.state === 'stopped') break
      if (count >= request.maxTokens || sizes.length + count >= sizes.contextTokens) {
        reason = 'length'
        break
      }
    }
    if (gone) throw new HobError('engine_crashed')
    if (signal.aborted) return
    for (const part of answer.end()) yield toEvent(part)
    if (unreported > 0) yield toEvent({ type: 'text', text: '' })
    const done = reason === 'stop' && answer.calls > 0 ? 'tool_calls' : reason
    yield { type: 'end', reason: done, completionTokens: count, firstTokenMs: 1, tokensPerSecond: 100 }
  }

  function written(request: GenerateRequest, prompt: string): Iterable<string> {
    if (options.script !== undefined) return toTokens(options.script(request))
    if (request.constraint !== null)
      return toTokens(JSON.stringify(instanceOf(request.constraint.schema ?? { type: 'object' })))
    const tool = request.tools?.choice === 'required' ? callable(request)[0] : undefined
    if (tool !== undefined) {
      const input = JSON.stringify(instanceOf({ type: 'object', ...tool.function.parameters }))
      return toTokens(
        `${format.open}${format.begin}${format.head(tool.function.name)}${input}${format.tail}${format.end}`,
      )
    }
    return babble(request, prompt)
  }
}

function* babble(
  { sampling, minTokens }: GenerateRequest,
  prompt: string,
): Generator<string, void, undefined> {
  const salt = sampling.temperature === 0 ? '' : String(sampling.seed ?? Math.random())
  const end = Math.max(usualTokens, minTokens)
  for (let index = 0; index < end; index++) {
    yield `${words[hash(`${salt}|${prompt}|${index}`) % words.length] ?? ''} `
  }
}

const hash = (text: string): number => createHash('sha256').update(text).digest().readUInt32LE(0)

const toTokens = (text: string): string[] =>
  text.match(new RegExp(`[\\s\\S]{1,${tokenCharacters}}`, 'gu')) ?? []

function readPrompt({ prompt, tools }: GenerateRequest): string {
  if (prompt.kind === 'text') return prompt.text
  if (prompt.kind === 'infill') return `${prompt.prefix}|${prompt.suffix}`
  if (prompt.kind === 'tokens') {
    return prompt.tokens
      .map((token) => String.fromCodePoint(97 + (token % 26)).repeat(tokenCharacters))
      .join('')
  }
  const said = prompt.messages.map((message) => `${message.role}:${flatten(message.content)}\n`)
  return [tools === null ? '' : JSON.stringify(prompt.tools), ...said].join('')
}

function sharedLength(a: string, b: string): number {
  let index = 0
  while (index < Math.min(a.length, b.length) && a[index] === b[index]) index++
  return index
}

function toLogprob(token: string, top: number): Logprob {
  const describe = (text: string, probability: number) => ({
    token: text,
    bytes: [...Buffer.from(text)],
    logprob: Math.log(probability),
  })
  const others = words.filter((word) => word !== token).slice(0, Math.max(0, top - 1))
  const alternatives = top === 0 ? [] : [describe(token, 0.9), ...others.map((word) => describe(word, 0.01))]
  return { ...describe(token, 0.9), top: alternatives }
}

function toVector(input: string | readonly number[]): Float32Array {
  const bytes = createHash('sha256').update(JSON.stringify(input)).digest()
  const raw = Array.from({ length: vectorLength }, (_, index) => (bytes[index] ?? 0) - 127.5)
  const length = Math.hypot(...raw)
  return Float32Array.from(raw, (value) => value / length)
}

/** The smallest value that a plain schema allows. */
function instanceOf(schema: unknown): unknown {
  const of = (value: unknown, key: string): unknown =>
    typeof value === 'object' && value !== null && key in value ? Reflect.get(value, key) : undefined
  const choices = of(schema, 'enum')
  if (Array.isArray(choices)) return choices[0]
  switch (of(schema, 'type')) {
    case 'object': {
      const required = of(schema, 'required')
      const properties = of(schema, 'properties')
      const keys: unknown[] = Array.isArray(required) ? required : []
      return Object.fromEntries(keys.map((key) => [String(key), instanceOf(of(properties, String(key)))]))
    }
    case 'array':
      return Array.from({ length: Number(of(schema, 'minItems') ?? 0) }, () =>
        instanceOf(of(schema, 'items')),
      )
    case 'string':
      return 'x'.repeat(Number(of(schema, 'minLength') ?? 0))
    case 'integer':
    case 'number':
      return 1
    case 'boolean':
      return true
    default:
      return null
  }
}
