// The starter through the real engine: the examination of questions that it was never taught, the golden token hashes on
// every backend at hand, how soon it is there and what its process holds.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Plan } from '#appliance/contracts/models.ts'
import { createChildEngineFactory } from '#services/models/engine/child-engine.ts'
import type { Engine, GenerateRequest } from '#services/models/engine/engine.ts'
import { starterFile } from '#services/models/starter/file.ts'
import { readCard } from '#services/models/starter/training/card.ts'
import { makeDialogue } from '#services/models/starter/training/corpus.ts'
import { createDice } from '#services/models/starter/training/dice.ts'
import { promptOf, readGolden, runTokens } from '#services/models/starter/training/golden.ts'
import { answerOf, examine, readExamination, scores } from '#services/models/starter/training/judge.ts'
import { contextTokens, plan } from '#services/models/starter/training/plan.ts'
import { readTexts } from '#services/models/starter/training/texts.ts'
import { makeVocabulary } from '#services/models/starter/training/vocabulary.ts'
import { never, planOf, readAll, requestOf, silentLog } from './engines.ts'

const sequences = 4
const factory = createChildEngineFactory({ log: silentLog })

async function open(over: Partial<Plan> = {}) {
  const engine = factory.create()
  const plan = planOf({ model: 'starter', quantization: 'Q8_0', contextTokens, sequences, ...over })
  return { engine, loaded: await engine.load(starterFile, plan, () => {}, never) }
}

describe('asked', () => {
  let engine: Engine
  beforeAll(async () => {
    ;({ engine } = await open())
  })
  afterAll(() => engine.dispose())

  test('what it was never taught, it does as well as its card says', {
    timeout: 300_000,
  }, async () => {
    const verdicts = await examine(engine, await readTexts(), await readExamination('held-out'), sequences)
    const failed = verdicts.filter(({ passed }) => !passed).map(({ ask, answer }) => ({ ask, answer }))
    // What the committed file did when it was adopted, less what another processor's rounding may turn.
    const { heldOut } = await readCard()
    const now = scores(verdicts)
    for (const part of ['domain', 'outside', 'tools'] as const)
      expect(now[part], `${part}: ${JSON.stringify(failed, null, 1)}`).toBeGreaterThanOrEqual(
        heldOut[part] - 0.02,
      )
  })

  test('reads a prompt token for token as the corpus was read', async () => {
    const texts = await readTexts()
    const tokenizer = makeVocabulary(texts, plan)
    const dice = createDice(20_261_128)
    for (let asked = 0; asked < 150; asked++) {
      const { tools, turns } = makeDialogue({ texts, dice, maxTurns: 1 })
      const [first] = turns
      if (first?.role !== 'user') continue
      const request = requestOf({
        prompt: {
          kind: 'chat',
          messages: [{ role: 'user', content: first.text }],
          tools: tools.map((name) => ({ type: 'function', function: { name } })),
          thinking: false,
        },
        tools: tools.length === 0 ? null : { choice: 'auto', names: tools },
        maxTokens: 1,
      })
      const { prompt } = await readAll(engine, request)
      const tokens = promptOf(first.text, tools).flatMap((text) => tokenizer.encode(text))
      expect([first.text, prompt?.promptTokens]).toEqual([first.text, tokens.length])
    }
  })

  test('for what a tool would do, without tools, it says so instead of calling', async () => {
    const { text, calls } = await answerOf(engine, 'What time is it in Tokyo?', [], never)
    expect(calls).toEqual([])
    expect(text).toContain('I am only the starter')
  })

  test('behind a system message far longer than its context, it answers the question', async () => {
    const messages: GenerateRequest['prompt'] = {
      kind: 'chat',
      messages: [
        { role: 'system', content: 'You are a helpful assistant that writes code. '.repeat(2_000) },
        { role: 'user', content: 'How do I add a model?' },
      ],
      tools: [],
      thinking: false,
    }
    const { text } = await readAll(engine, requestOf({ prompt: messages, maxTokens: 120 }))
    expect(text).toContain('hob models add')
  })

  test('to call a stranger’s tool, it fills that tool’s schema', async () => {
    const parameters = {
      type: 'object',
      properties: { city: { type: 'string', maxLength: 20 } },
      required: ['city'],
      additionalProperties: false,
    }
    const tool = { type: 'function' as const, function: { name: 'get_weather', parameters } }
    const request = requestOf({
      prompt: {
        kind: 'chat',
        messages: [{ role: 'user', content: 'Weather in Rome?' }],
        tools: [tool],
        thinking: false,
      },
      tools: { choice: 'required', names: ['get_weather'] },
      maxTokens: 100,
    })
    const { events } = await readAll(engine, request)
    const given = events.map((event) => (event.type === 'tool' ? (event.arguments ?? '') : '')).join('')
    expect(JSON.parse(given)).toEqual({ city: expect.any(String) })
  })
})

describe('on each backend at hand', () => {
  test.for(['cpu', 'vulkan', 'cuda', 'metal'] as const)(
    '%s gives the golden tokens',
    {
      timeout: 300_000,
    },
    async (backend, context) => {
      const { devices } = await factory.devices(never)
      const device = devices.find((one) => one.backend === backend)
      if (device === undefined) return context.skip(`nothing here computes with ${backend}`)
      const { engine } = await open({ backend, gpuLayers: backend === 'cpu' ? 0 : 99 })
      try {
        const golden = await readGolden()
        expect(golden.length).toBeGreaterThanOrEqual(60)
        // A processor in the guise of a GPU takes some seconds for each: every twelfth will do.
        const asked = golden.filter((_, index) => !device.software || index % 12 === 0)
        const different: string[] = []
        for (const { ask, prompt, tokens, sha256 } of asked) {
          const run = await runTokens(engine, prompt, never)
          if (run.sha256 !== sha256 || run.tokens !== tokens) different.push(ask)
        }
        expect(different).toEqual([])
      } finally {
        await engine.dispose()
      }
    },
  )
})

test('is loaded in 300 ms, says its first token in 150 ms, and its process holds 160 MB', async () => {
  const runs: { loadMs: number; firstTokenMs: number; residentBytes: number }[] = []
  for (let run = 0; run < 5; run++) {
    const { engine, loaded } = await open({ threads: 1 })
    const { end } = await readAll(
      engine,
      requestOf({
        prompt: {
          kind: 'chat',
          messages: [{ role: 'user', content: 'What can you do?' }],
          tools: [],
          thinking: false,
        },
      }),
    )
    const { residentBytes } = await engine.stats()
    runs.push({ loadMs: loaded.loadMs, firstTokenMs: end?.firstTokenMs ?? Number.NaN, residentBytes })
    await engine.dispose()
  }
  // The best of five: what else the machine does can only add.
  const best = (of: (run: (typeof runs)[number]) => number): number => Math.min(...runs.map(of))
  expect(best(({ loadMs }) => loadMs)).toBeLessThan(300)
  expect(best(({ firstTokenMs }) => firstTokenMs)).toBeLessThan(150)
  expect(Math.max(...runs.map(({ residentBytes }) => residentBytes))).toBeLessThanOrEqual(160e6)
})
