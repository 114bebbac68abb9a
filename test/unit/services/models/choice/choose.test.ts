// Which model a machine gets: the expected ones on known machines, never more than fits on any, and a reason for each
// that was passed over.
import { beforeAll, describe, expect, it } from 'vitest'
import { choiceSchema } from '#appliance/contracts/models.ts'
import { loadCatalogue } from '#services/models/catalogue/load.ts'
import type { Catalogue } from '#services/models/catalogue/schema.ts'
import { choose } from '#services/models/choice/choose.ts'
import { defaultPolicy, type FailedPlan, type InstalledFile } from '#services/models/choice/inputs.ts'
import { createRandom } from '#services/models/starter/training/random.ts'
import { fileOf, inputFor, installedFrom, type MachineShape, starter } from './machines.ts'

let catalogue: Catalogue
let everything: InstalledFile[]
beforeAll(async () => {
  catalogue = await loadCatalogue()
  everything = [...catalogue.families.flatMap(installedFrom), starter]
})

const machines: Record<string, { shape: MachineShape; expected: RegExp; least: number }> = {
  '4 cores, 16 GB, DDR4 in two channels': {
    shape: { totalGiB: 15.5, availableGiB: 14, cpus: 4, bandwidthGBps: 38 },
    expected: /^(gpt-oss-20b|qwen3\.5-4b|gemma-4-e4b)/,
    least: 8,
  },
  '8 cores, 32 GB, RTX 3060 with 12 GB': {
    shape: {
      totalGiB: 31,
      availableGiB: 29,
      cpus: 8,
      bandwidthGBps: 45,
      device: { backend: 'cuda', unified: false, totalGiB: 12, bandwidthGBps: 360 },
    },
    expected: /^(qwen3\.5-9b|qwen3\.6-35b|gemma-4-26b)/,
    least: 8,
  },
  'N100, 8 GB': {
    shape: { totalGiB: 7.6, availableGiB: 6.8, cpus: 4, bandwidthGBps: 20 },
    expected: /^(qwen3\.5-2b|qwen3\.5-0\.8b|gemma-4-e2b)/,
    least: 8,
  },
  'Strix Halo, 128 GB': {
    shape: {
      totalGiB: 125,
      availableGiB: 120,
      cpus: 16,
      bandwidthGBps: 215,
      device: { backend: 'vulkan', unified: true, totalGiB: 96 },
    },
    expected: /^(qwen3\.6-35b|gpt-oss-120b)/,
    least: 15,
  },
  'Mac mini M4, 16 GB': {
    shape: {
      totalGiB: 16,
      availableGiB: 13,
      cpus: 10,
      bandwidthGBps: 110,
      device: { backend: 'metal', unified: true, totalGiB: 10.7 },
    },
    expected: /^qwen3\.5-9b/,
    least: 8,
  },
}

it.each(Object.entries(machines))('chooses what is expected for: %s', (_, { shape, expected, least }) => {
  const choice = choose(inputFor(shape, { catalogue, installed: everything }))
  expect(choice.chosen?.model).toMatch(expected)
  expect(choice.chosen?.tokensPerSecond).toBeGreaterThanOrEqual(least)
  expect(choice.chosen?.contextTokens).toBeGreaterThanOrEqual(8192)
  expect(choiceSchema.safeParse(choice).error).toBeUndefined()
})

describe('with the starter alone', () => {
  const tiny: MachineShape = { totalGiB: 23, availableGiB: 22, cpus: 2, bandwidthGBps: 20 }

  it('takes it, says what it is, and recommends a bigger one', () => {
    const choice = choose(inputFor(tiny, { catalogue, installed: [starter] }))
    expect(choice.chosen).toMatchObject({ model: 'starter', threads: 1, gpuLayers: 0, backend: 'cpu' })
    expect(choice.words.join(' ')).toContain('comes with the box')
    expect(choice.recommended?.installed).toBe(false)
    expect(choice.recommended?.plan.tokensPerSecond).toBeGreaterThanOrEqual(8)
  })

  it('prefers any other model that fits, even one below the speed floor', () => {
    const slow = fileOf({ id: 'slow', parameters: 14e9 })
    const choice = choose(inputFor(tiny, { installed: [starter, slow] }))
    expect(choice.chosen?.model).toBe('slow')
    expect(choice.words.join(' ')).toContain('this is the fastest')
  })
})

it('uses a card for what fits on it and says so', () => {
  const shape: MachineShape = {
    totalGiB: 32,
    cpus: 8,
    bandwidthGBps: 45,
    device: { backend: 'cuda', unified: false, totalGiB: 12, bandwidthGBps: 360 },
  }
  const model = fileOf({ id: 'eight', parameters: 8e9 })
  const { chosen } = choose(inputFor(shape, { installed: [model] }))
  expect(chosen).toMatchObject({ backend: 'cuda', gpuLayers: 32, useMmap: true })
  const large = fileOf({ id: 'large', parameters: 24e9, activeParameters: 3e9 })
  const { chosen: partial } = choose(inputFor(shape, { installed: [large] }))
  expect(partial?.gpuLayers).toBeGreaterThan(0)
  expect(partial?.gpuLayers).toBeLessThan(32)
})

it('takes no software adapter for an accelerator', () => {
  const shape: MachineShape = {
    totalGiB: 16,
    cpus: 2,
    bandwidthGBps: 20,
    device: { backend: 'vulkan', unified: true, totalGiB: 16 },
    software: true,
  }
  const { chosen } = choose(inputFor(shape, { installed: [fileOf({ id: 'one', parameters: 1e9 })] }))
  expect(chosen?.backend).toBe('cpu')
})

it('counts memory that is shared with the accelerator once', () => {
  const shape: MachineShape = {
    totalGiB: 16,
    cpus: 8,
    bandwidthGBps: 100,
    reserveGiB: 2,
    device: { backend: 'vulkan', unified: true, totalGiB: 64 },
  }
  const { chosen } = choose(inputFor(shape, { installed: [fileOf({ id: 'big', parameters: 30e9 })] }))
  expect(chosen).toBeNull()
})

it('obeys the cgroup limit and what is free now', () => {
  const installed = [fileOf({ id: 'eight', parameters: 8e9 })]
  const shape: MachineShape = { totalGiB: 32, cpus: 4, bandwidthGBps: 60 }
  expect(choose(inputFor(shape, { installed })).chosen).not.toBeNull()
  expect(choose(inputFor({ ...shape, limitGiB: 6 }, { installed })).chosen).toBeNull()
  expect(choose(inputFor(shape, { installed, availableBytes: 5e9 })).chosen).toBeNull()
})

it.each([
  [1, 1],
  [1.5, 1],
  [2, 1],
  [4, 3],
  [16, 15],
])('with %d CPUs gives %d threads', (cpus, threads) => {
  const installed = [fileOf({ id: 'one', parameters: 1e9 })]
  const { chosen } = choose(inputFor({ totalGiB: 16, cpus, bandwidthGBps: 40 }, { installed }))
  expect(chosen?.threads).toBe(threads)
})

it('gives a model as small as the starter one thread, however many there are', () => {
  const { chosen } = choose(inputFor({ totalGiB: 16, cpus: 16, bandwidthGBps: 40 }, { installed: [starter] }))
  expect(chosen?.threads).toBe(1)
})

it('does not map files of which llama.cpp makes a second copy', () => {
  const { chosen } = choose(
    inputFor(
      { totalGiB: 16, cpus: 4, bandwidthGBps: 40 },
      { installed: [fileOf({ id: 'a', parameters: 1e9 })] },
    ),
  )
  expect(chosen?.useMmap).toBe(false)
})

it('goes down a step after a failure, and refuses when every step failed', () => {
  const installed = [fileOf({ id: 'four', parameters: 4e9 })]
  const shape: MachineShape = { totalGiB: 16, cpus: 4, bandwidthGBps: 60 }
  const failures: FailedPlan[] = []
  let choice = choose(inputFor(shape, { installed, failures }))
  while (choice.chosen !== null) {
    failures.push({ plan: choice.chosen, detail: 'out of memory' })
    choice = choose(inputFor(shape, { installed, failures }))
  }
  const needs = failures.map(({ plan }) => plan.memory.totalBytes)
  expect(needs.length).toBeGreaterThan(2)
  expect(needs).toEqual([...new Set(needs)].sort((one, other) => other - one))
  expect(choice.candidates.every(({ verdict }) => verdict.code === 'failed_before')).toBe(true)
})

it('gives each rejected model its reason', () => {
  const installed = [
    fileOf({ id: 'good', parameters: 4e9 }),
    fileOf({ id: 'worse', parameters: 1e9 }),
    fileOf({ id: 'huge', parameters: 400e9 }),
    fileOf({ id: 'slow', parameters: 12e9 }),
    fileOf({ id: 'coarse', parameters: 8e9, quantization: 'Q2_K', bitsPerWeight: 3.16 }),
    fileOf({ id: 'short', parameters: 1e9, trainedContextTokens: 2048 }),
    fileOf({ id: 'embed', parameters: 6e8, kind: 'embedding' }),
    starter,
  ]
  const choice = choose(inputFor({ totalGiB: 32, cpus: 8, bandwidthGBps: 60 }, { installed }))
  const verdict = (model: string) => choice.candidates.find(({ plan }) => plan.model === model)?.verdict.code
  expect(Object.fromEntries(installed.map(({ model }) => [model.id, verdict(model.id)]))).toEqual({
    good: 'chosen',
    worse: 'lower_quality',
    huge: 'needs_more_memory',
    slow: 'too_slow',
    coarse: 'quantization_below_floor',
    short: 'context_too_short',
    embed: 'wrong_kind',
    starter: 'starter_only',
  })
  const words = choice.words.join('\n')
  for (const { model } of installed) expect(words).toContain(model.id)
})

it('chooses an embedding model when one is asked for', () => {
  const installed = [
    fileOf({ id: 'embed', parameters: 6e8, kind: 'embedding' }),
    fileOf({ id: 'chat', parameters: 1e9 }),
  ]
  const policy = { ...defaultPolicy, kind: 'embedding' } as const
  const { chosen } = choose(inputFor({ totalGiB: 16, cpus: 4, bandwidthGBps: 40 }, { installed, policy }))
  expect(chosen).toMatchObject({ model: 'embed', sequences: 1 })
})

it('knows the quality of a catalogued file and recommends only what is better', () => {
  const shape: MachineShape = { totalGiB: 32, cpus: 8, bandwidthGBps: 90 }
  const recommended = choose(inputFor(shape, { catalogue })).recommended
  expect(recommended).not.toBeNull()
  const best = everything.filter(
    ({ model }) => recommended?.plan.model === model.id.replace(/-(?=[^-]*$)/, ' '),
  )
  expect(best).toHaveLength(1)
  expect(choose(inputFor(shape, { catalogue, installed: best })).recommended).toBeNull()
})

describe('whatever the machine and the models', () => {
  const seed = 20261121
  const random = createRandom(seed)
  const between = (low: number, high: number): number => low + ((random() + 1) / 2) * (high - low)
  const coin = (): boolean => random() < 0

  const randomMachine = (): MachineShape => {
    const totalGiB = 2 ** between(1, 7.5)
    return {
      totalGiB,
      availableGiB: totalGiB * between(0.3, 1),
      cpus: Math.ceil(between(0, 16)),
      bandwidthGBps: between(8, 400),
      reserveGiB: between(0.2, 4),
      ...(coin()
        ? {
            device: {
              backend: coin() ? ('vulkan' as const) : ('cuda' as const),
              unified: coin(),
              totalGiB: between(1, 96),
              bandwidthGBps: between(50, 1000),
            },
          }
        : {}),
    }
  }
  const randomModels = (): InstalledFile[] =>
    Array.from({ length: Math.ceil(between(0, 8)) }, (_, index) => {
      const parameters = 10 ** between(8, 11.2)
      return fileOf({
        id: `model-${index}`,
        parameters,
        ...(coin() ? { activeParameters: parameters * between(0.05, 0.5) } : {}),
        bitsPerWeight: between(2, 16),
        layers: Math.ceil(between(8, 80)),
        keyValueElements: Math.ceil(between(0, 4096)),
        trainedContextTokens: Math.ceil(between(512, 262_144)),
      })
    })

  it(`stays within the budget, gives verdicts, and is repeatable (seed ${seed})`, () => {
    for (let round = 0; round < 60; round++) {
      const input = inputFor(randomMachine(), { installed: [...randomModels(), starter], catalogue })
      const choice = choose(input)
      const usable = input.facts.cpu.usableCpus
      const cpus = usable.status === 'known' ? usable.value : 1
      const chosen = choice.candidates.filter(({ verdict }) => verdict.code === 'chosen')
      expect({
        round,
        overBudget: chosen.filter(({ plan: { memory } }) => memory.totalBytes > memory.budgetBytes),
        tooManyThreads: chosen.filter(({ plan }) => plan.threads > cpus),
        tooMany: choice.candidates.length > 200,
        invalid: choiceSchema.safeParse(choice).error,
        chosen: chosen.map(({ plan }) => plan),
        again: choose(input),
      }).toEqual({
        round,
        overBudget: [],
        tooManyThreads: [],
        tooMany: false,
        invalid: undefined,
        chosen: choice.chosen === null ? [] : [choice.chosen],
        again: choice,
      })
    }
  })

  it(`never chooses a worse model for more memory or bandwidth (seed ${seed})`, () => {
    for (let round = 0; round < 60; round++) {
      const installed = randomModels()
      const shape = randomMachine()
      const { device } = shape
      const before = choose(inputFor(shape, { installed })).chosen
      if (before === null || before.tokensPerSecond < defaultPolicy.floorTokensPerSecond) continue
      const bigger = [
        { ...shape, totalGiB: shape.totalGiB * 1.5, availableGiB: (shape.availableGiB ?? 0) * 1.5 },
        { ...shape, bandwidthGBps: shape.bandwidthGBps * 1.5 },
        ...(device === undefined
          ? []
          : [{ ...shape, device: { ...device, totalGiB: device.totalGiB * 1.5 } }]),
      ]
      const qualities = bigger.map((more) => choose(inputFor(more, { installed })).chosen?.quality ?? 0)
      const least = Math.min(...qualities)
      expect({ round, least: Math.max(least, before.quality) }).toEqual({ round, least })
    }
  })

  it('shows at most 200 candidates of a thousand files', () => {
    const installed = Array.from({ length: 1000 }, (_, index) =>
      fileOf({ id: `m${index}`, parameters: 1e9 + index }),
    )
    const choice = choose(inputFor(randomMachine(), { installed, catalogue }))
    expect(choice.candidates.length).toBeLessThanOrEqual(200)
  })
})
