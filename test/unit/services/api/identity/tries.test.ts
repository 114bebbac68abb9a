// How guessing is slowed, by a clock that the test moves.
import { describe, expect, test } from 'vitest'
import { HobError } from '#appliance/errors.ts'
import { createTries } from '#services/api/identity/tries.ts'
import { createManualClock } from '#test/fakes/manual-clock.ts'
import { hours, minutes, seconds } from './box.ts'

function bench() {
  const clock = createManualClock()
  const tries = createTries({ now: () => clock.now() })
  /** Seconds to wait; 0 when it may be tried (and then it fails). */
  const fail = (account: string | null, address: string): number => {
    try {
      tries.begin({ account, address })
      return 0
    } catch (error) {
      if (error instanceof HobError && error.code === 'too_many_tries') return error.retryAfterSeconds ?? -1
      throw error
    }
  }
  return { clock, tries, fail }
}

describe('from the fourth failure on', () => {
  test('an account waits 1, 2, 4 … 60 s, from whatever addresses it is tried', () => {
    const { clock, fail } = bench()
    expect([1, 2, 3, 4].map((n) => fail('vesta', `10.0.0.${n}`))).toEqual([0, 0, 0, 0])
    for (const [index, wait] of [1, 2, 4, 8, 16, 32, 60, 60, 60].entries()) {
      const address = `10.0.1.${index}`
      expect(fail('vesta', address)).toBe(wait)
      clock.advance(wait * seconds - 1)
      expect(fail('vesta', address)).toBe(1)
      clock.advance(1)
      expect(fail('vesta', address)).toBe(0)
    }
  })

  test('an address waits, whatever names it tries', () => {
    const { clock, fail } = bench()
    for (let n = 0; n < 4; n++) expect(fail(`name-${n}`, '10.0.0.1')).toBe(0)
    expect(fail('another', '10.0.0.1')).toBe(1)
    expect(fail('another', '10.0.0.2')).toBe(0)
    clock.advance(seconds)
    expect(fail('another', '10.0.0.1')).toBe(0)
  })

  test('tries at the same moment count before any is computed', () => {
    const { fail } = bench()
    const waits = Array.from({ length: 50 }, () => fail('vesta', '10.0.0.1'))
    expect(waits.filter((wait) => wait === 0)).toHaveLength(4)
  })
})

describe('afterwards', () => {
  test('success forgets what this address did wrong with the account, and nothing else', () => {
    const { clock, tries, fail } = bench()
    for (let n = 0; n < 3; n++) fail('vesta', '10.0.0.9')
    for (let n = 0; n < 3; n++) {
      clock.advance(minutes)
      fail('vesta', '10.0.0.1')
    }
    clock.advance(minutes)
    tries.begin({ account: 'vesta', address: '10.0.0.1' }).succeeded()
    // the three of the other address are left: one more is free
    expect(fail('vesta', '10.0.0.3')).toBe(0)
    expect(fail('vesta', '10.0.0.4')).toBe(1)
  })

  test('a right try leaves no trace, and one that was not computed none either', () => {
    const { tries, fail } = bench()
    for (let n = 0; n < 200; n++) tries.begin({ account: 'vesta', address: '10.0.0.1' }).succeeded()
    for (let n = 0; n < 200; n++) tries.begin({ account: 'vesta', address: '10.0.0.1' }).cancel()
    expect(Array.from({ length: 5 }, () => fail('vesta', '10.0.0.1'))).toEqual([0, 0, 0, 0, 1])
  })

  test('an hour without a failure forgets', () => {
    const { clock, fail } = bench()
    for (let n = 0; n < 4; n++) fail('vesta', '10.0.0.1')
    clock.advance(hours)
    expect(Array.from({ length: 5 }, () => fail('vesta', '10.0.0.1'))).toEqual([0, 0, 0, 0, 1])
  })
})

describe('guessing spread over addresses and names', () => {
  test('empties a bucket of a hundred failures, which fills by one in six seconds', () => {
    const { clock, fail } = bench()
    for (let n = 0; n < 100; n++) expect(fail(`name-${n}`, `10.0.0.${n}`)).toBe(0)
    expect(fail('name', '10.0.1.1')).toBe(6)
    clock.advance(6 * seconds)
    expect(fail('name', '10.0.1.1')).toBe(0)
    expect(fail('other', '10.0.1.2')).toBe(6)
  })

  test('cannot be done by one address alone: it waits longer than the bucket needs', () => {
    const { clock, fail } = bench()
    for (let n = 0; n < 500; n++) {
      const wait = fail(`name-${n}`, '10.0.0.1')
      clock.advance(wait * seconds)
    }
    expect(fail('vesta', '10.0.0.2')).toBe(0)
  })
})

test('who confirms is counted by the session alone', () => {
  const { clock, tries, fail } = bench()
  for (let n = 0; n < 100; n++) fail(`name-${n}`, `10.0.0.${n}`)
  for (let n = 0; n < 4; n++) tries.beginConfirm('session-1')
  expect(() => tries.beginConfirm('session-1')).toThrow(/too many wrong tries/)
  expect(() => tries.beginConfirm('session-2')).not.toThrow()
  clock.advance(seconds)
  tries.beginConfirm('session-1').succeeded()
  expect(() => tries.beginConfirm('session-1')).not.toThrow()
})
