// The engine's small decisions without a model: who computes in a batch, whose cached prompt is continued, how long a
// slice is, what is held back.
import { describe, expect, it } from 'vitest'
import { createBatching } from '#services/models/engine/llama/batching.ts'
import { asTokens, priorityOf } from '#services/models/engine/llama/binding.ts'
import { pickSlot } from '#services/models/engine/llama/cache.ts'
import { heldBack } from '#services/models/engine/llama/markers.ts'
import { createPace } from '#services/models/engine/llama/pace.ts'
import { toSeed } from '#services/models/engine/llama/sampling.ts'

describe('batches', () => {
  const item = (sequence: number, tokens: number) => ({
    tokens: asTokens(Array.from({ length: tokens }, () => 1)),
    logits: [],
    evaluationPriority: priorityOf(sequence),
  })

  it('wait until everybody who decodes is there, but not for ever', () => {
    const { strategy, enter, leave } = createBatching()
    for (const sequence of [0, 1, 2]) enter(sequence)
    const two = [item(2, 1), item(0, 1)]
    let rounds = 0
    while (strategy({ items: two, size: 8 }).length === 0) rounds++
    expect(rounds).toBe(64)
    expect(strategy({ items: [...two, item(1, 1)], size: 8 })).toHaveLength(3)
    leave(1)
    expect(strategy({ items: two, size: 8 })).toHaveLength(2)
  })

  it('are in the order of sequences, with one token for everybody before prompts get the rest', () => {
    const { strategy } = createBatching()
    const batch = strategy({ items: [item(3, 1), item(1, 100), item(0, 100), item(2, 1)], size: 64 })
    expect(batch.map(({ item: one }) => one.evaluationPriority)).toEqual([0, 1, 2, 3])
    expect(batch.map(({ processAmount }) => processAmount)).toEqual([61, 1, 1, 1])
  })

  it('let others in while somebody needs the context alone', async () => {
    const batching = createBatching()
    const { strategy, enter, gate } = batching
    enter(0)
    enter(1)
    expect(gate()).toBeNull()
    await batching.alone(async () => {
      expect(gate()).not.toBeNull()
      expect(strategy({ items: [item(0, 1)], size: 8 })).toHaveLength(1)
    })
    expect(gate()).toBeNull()
  })
})

describe('the choice of a cache', () => {
  const slot = (key: string | null, usedAt: number, ...tokens: number[]) => ({ key, usedAt, tokens })

  it('is the longest shared beginning under the same key, never another’s', () => {
    const slots = [slot('a', 1, 1, 2), slot('a', 2, 1, 2, 3), slot('b', 3, 1, 2, 3, 4)]
    expect(pickSlot(slots, 'a', [1, 2, 3, 4])).toBe(1)
    expect(pickSlot(slots, 'b', [1, 2, 3, 4])).toBe(2)
  })

  it('is an empty one rather than half of another conversation, and the oldest when all are taken', () => {
    const long = [1, 2, 3, 4, 5, 6, 7, 8]
    expect(pickSlot([slot('a', 1, ...long), slot(null, 0)], 'a', [1, 2, 9])).toBe(1)
    expect(pickSlot([slot('a', 5, ...long), slot('b', 4, ...long)], 'c', [1])).toBe(1)
  })
})

describe('the pace of reading', () => {
  it('is about 300 ms a slice, shared by those who read, between 32 and 512 tokens', () => {
    const pace = createPace()
    expect(pace.sliceTokens()).toBe(32)
    pace.enter()
    for (let round = 0; round < 30; round++) pace.read(100, 200)
    expect(pace.sliceTokens()).toBe(150)
    pace.enter()
    expect(pace.sliceTokens()).toBe(75)
    for (let round = 0; round < 30; round++) pace.read(100, 1)
    expect(pace.sliceTokens()).toBe(512)
    for (let round = 0; round < 60; round++) pace.read(1, 1_000)
    expect(pace.sliceTokens()).toBe(32)
  })
})

it('seeds fit into 32 bits and never mean "draw one"', () => {
  expect(toSeed(7)).toBe(7)
  expect(toSeed(0xffff_ffff)).toBe(0)
  expect(toSeed(2 ** 40 + 1)).toBe(257)
  expect(toSeed(Number.MAX_SAFE_INTEGER)).toBeLessThan(0xffff_ffff)
})

it('holds back what could become a marker', () => {
  expect(heldBack('text </thi', ['</think>'])).toBe(5)
  expect(heldBack('text <', ['<tool_call>', '</think>'])).toBe(1)
  expect(heldBack('text', ['</think>'])).toBe(0)
})
