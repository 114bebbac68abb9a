// What both suites of engines need: plans, requests, readers, and how to make each engine.
import { type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Plan } from '#appliance/contracts/models.ts'
import type { Log } from '#appliance/log.ts'
import { createChildEngineFactory } from '#services/models/engine/child-engine.ts'
import type { LinkTiming } from '#services/models/engine/child-link.ts'
import {
  type Engine,
  type GenerateEvent,
  type GenerateRequest,
  greedy,
} from '#services/models/engine/engine.ts'
import { createFakeEngine } from '#test/fakes/fake-engine.ts'
import { writeSelfTest } from '#test/fakes/selftest/write.ts'

export const never = new AbortController().signal

export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  with: () => silentLog,
}

export const planOf = (over: Partial<Plan> = {}): Plan => ({
  model: 'selftest',
  quantization: 'F16',
  backend: 'cpu',
  contextTokens: 1_024,
  sequences: 4,
  keyValueType: 'f16',
  gpuLayers: 0,
  threads: 1,
  useMmap: false,
  memory: {
    weightBytes: 0,
    keyValueBytes: 0,
    computeBytes: 0,
    processBytes: 0,
    totalBytes: 0,
    budgetBytes: 0,
  },
  tokensPerSecond: 1,
  quality: 1,
  ...over,
})

export const chatOf = (content: string): GenerateRequest['prompt'] => ({
  kind: 'chat',
  messages: [{ role: 'user', content }],
  tools: [],
  thinking: true,
})

export const requestOf = (over: Partial<GenerateRequest> = {}): GenerateRequest => ({
  prompt: chatOf('Hello'),
  sampling: greedy,
  maxTokens: 40,
  minTokens: 0,
  stop: [],
  constraint: null,
  tools: null,
  topLogprobs: null,
  cacheKey: 'anna',
  ...over,
})

export interface Read {
  readonly events: GenerateEvent[]
  readonly text: string
  readonly end: Extract<GenerateEvent, { type: 'end' }> | undefined
  readonly prompt: Extract<GenerateEvent, { type: 'prompt' }> | undefined
}

export async function readAll(engine: Engine, request: GenerateRequest, signal = never): Promise<Read> {
  const events: GenerateEvent[] = []
  for await (const event of engine.generate(request, signal)) events.push(event)
  return {
    events,
    text: events.map((event) => (event.type === 'text' ? event.text : '')).join(''),
    end: events.find((event) => event.type === 'end'),
    prompt: events.find((event) => event.type === 'prompt'),
  }
}

export interface Subject {
  readonly engine: Engine
  /** Ends what the engine runs in, from outside. */
  readonly crash: () => void
  /** null: there is none. */
  readonly process: ChildProcess | null
}

export interface Kind {
  readonly name: string
  readonly setUp: () => Promise<void>
  readonly tearDown: () => Promise<void>
  readonly open: (plan?: Plan, timing?: Partial<LinkTiming>) => Promise<Subject>
}

export function fakeKind(): Kind {
  return {
    name: 'the fake engine',
    setUp: async () => {},
    tearDown: async () => {},
    async open(plan = planOf()) {
      const engine = createFakeEngine()
      await engine.load('fake.gguf', plan, () => {}, never)
      return { engine, crash: () => engine.crash('test'), process: null }
    },
  }
}

export function realKind(kind: 'chat' | 'embedding' = 'chat'): Kind & { readonly file: () => string } {
  let folder = ''
  let file = ''
  return {
    name: 'the llama child',
    file: () => file,
    async setUp() {
      folder = await mkdtemp(join(tmpdir(), 'hob-engine-'))
      file = await writeSelfTest(folder, { kind })
    },
    tearDown: () => rm(folder, { recursive: true, force: true }),
    open: (plan = planOf(), timing = {}) => openReal(file, plan, timing),
  }
}

export async function openReal(
  file: string,
  plan = planOf(),
  timing: Partial<LinkTiming> = {},
): Promise<Subject> {
  const forked: ChildProcess[] = []
  const factory = createChildEngineFactory({ log: silentLog, timing, onFork: (child) => forked.push(child) })
  const engine = factory.create()
  await engine.load(file, plan, () => {}, never)
  const [child] = forked
  return { engine, crash: () => child?.kill('SIGKILL'), process: child ?? null }
}
