// How often somebody may ask.
import { expect, test } from 'vitest'
import { HobError } from '#appliance/errors.ts'
import { createRates } from '#services/api/walls/rates.ts'

const clock = () => {
  let at = Date.UTC(2026, 0, 1)
  return { now: () => new Date(at), pass: (ms: number) => (at += ms) }
}

const refusal = (ask: () => void): HobError | null => {
  try {
    ask()
    return null
  } catch (error) {
    if (error instanceof HobError) return error
    throw error
  }
}

test('a minute’s worth may come at once, then one at a time', () => {
  const { now, pass } = clock()
  const rates = createRates({ now })
  for (let i = 0; i < 120; i++) rates.address('192.168.1.7')
  const refused = refusal(() => rates.address('192.168.1.7'))
  expect(refused?.code).toBe('too_many_requests')
  expect(refused?.retryAfterSeconds).toBe(1)
  pass(500)
  rates.address('192.168.1.7')
  expect(refusal(() => rates.address('192.168.1.7'))?.code).toBe('too_many_requests')
})

test('people have more, and neither another person nor another address is slowed', () => {
  const rates = createRates({ now: clock().now })
  for (let i = 0; i < 600; i++) rates.person('ann')
  expect(refusal(() => rates.person('ann'))?.status).toBe(429)
  rates.person('ben')
  rates.address('ann')
})

test('a refused request costs nothing further', () => {
  const { now, pass } = clock()
  const rates = createRates({ now, addressPerMinute: 60 })
  for (let i = 0; i < 60; i++) rates.address('a')
  for (let i = 0; i < 1_000; i++) refusal(() => rates.address('a'))
  pass(1_000)
  expect(refusal(() => rates.address('a'))).toBeNull()
})

test('a clock that is set back locks nobody out', () => {
  const { now, pass } = clock()
  const rates = createRates({ now, addressPerMinute: 60 })
  for (let i = 0; i < 60; i++) rates.address('a')
  pass(-3_600_000)
  refusal(() => rates.address('a'))
  pass(1_000)
  expect(refusal(() => rates.address('a'))).toBeNull()
})

test('forty thousand addresses take the room of ten thousand, and whoever goes on asking stays known', () => {
  const rates = createRates({ now: clock().now })
  for (let i = 0; i < 120; i++) rates.address('busy')
  for (let i = 0; i < 40_000; i++) {
    rates.address(`fe80::${i.toString(16)}`)
    if (i % 4_000 === 0) expect(refusal(() => rates.address('busy'))?.code).toBe('too_many_requests')
  }
  expect(rates.size()).toBeLessThanOrEqual(10_000)
})
