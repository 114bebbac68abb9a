// The runner: what fails or hangs is told and never called well, few run at once, and nothing runs unasked.
import { expect, test } from 'vitest'
import type { CheckName } from '#appliance/contracts/health-checks.ts'
import { type Check, type Finding, issue, notMeasured, ok } from '#appliance/health/check.ts'
import { createHealthRunner } from '#appliance/health/run.ts'

const noon = new Date('2026-11-01T12:00:00Z')

const check = (name: CheckName, detect: Check['detect'], more: Partial<Check> = {}): Check => ({
  name,
  gates: false,
  limitMs: 5_000,
  issues: {
    too_small: {
      severity: 'warning',
      message: 'There are {leftBytes} for {who}.',
      suggestion: 'Make it {wantedBytes}.',
    },
  },
  reasons: { elsewhere: 'It is {where}.' },
  detect,
  ...more,
})
const finds = (name: CheckName, finding: Finding): Check => check(name, async () => finding)

function runnerOf(checks: readonly Check[], { atOnce = 4, stopping = new AbortController().signal } = {}) {
  return createHealthRunner({ checks, now: () => noon, stopping, atOnce })
}

test('nothing has run before somebody asks, and nothing is claimed of it', () => {
  let looked = 0
  const runner = runnerOf([check('data', async () => (looked++, ok))])
  expect(runner.last()).toEqual({
    verdict: 'unknown',
    checks: [{ check: 'data', gates: false, state: 'not_run' }],
  })
  expect(looked).toBe(0)
})

test('a finding becomes sentences with its particulars, sizes as people read them', async () => {
  const values = { leftBytes: 3_000_000, who: 'all', wantedBytes: 2 ** 31 }
  const runner = runnerOf([finds('space', issue('too_small', values, { fixable: true }))])
  const { verdict, checks } = await runner.run()
  expect(verdict).toBe('issues')
  expect(checks).toEqual([
    {
      check: 'space',
      gates: false,
      state: 'issue',
      at: noon.toISOString(),
      tookMs: expect.any(Number),
      issue: {
        code: 'too_small',
        severity: 'warning',
        values,
        message: 'There are 2.9 MiB for all.',
        suggestion: 'Make it 2.0 GiB.',
        // this check knows no way
        fixable: false,
      },
    },
  ])
  expect(runner.last().checks).toEqual(checks)
})

test('what does not apply here stands in nobody’s way', async () => {
  const { verdict, checks } = await runnerOf([
    finds('data', ok),
    finds('lan', notMeasured('elsewhere', { where: 'away' })),
  ]).run()
  expect(verdict).toBe('healthy')
  expect(checks[1]).toMatchObject({
    state: 'not_measured',
    broke: false,
    reason: { message: 'It is away.' },
  })
})

test.each([
  ['throws', async () => Promise.reject(new TypeError('no such door'))],
  ['finds what it has no words for', async () => issue('of_tomorrow')],
])('a check that %s was not measured, and the box is not called healthy', async (_, detect) => {
  const { verdict, checks } = await runnerOf([finds('data', ok), check('name', detect)]).run()
  expect(verdict).toBe('unknown')
  expect(checks[1]).toMatchObject({
    state: 'not_measured',
    broke: true,
    reason: { code: 'check_failed', message: expect.stringMatching(/no such door|of_tomorrow/) },
  })
})

test('one that hangs is given up at its limit, and not begun again beside itself', async () => {
  let begun = 0
  const { promise: never, resolve } = Promise.withResolvers<Finding>()
  const hanging = check('data', () => (begun++, never), { limitMs: 20 })
  const runner = runnerOf([hanging, finds('clock', ok)])
  const first = await runner.run()
  expect(first.verdict).toBe('unknown')
  expect(first.checks[0]).toMatchObject({
    broke: true,
    reason: { code: 'check_late', values: { limitSeconds: 0.02 } },
  })
  expect((await runner.run()).checks[0]).toMatchObject({ broke: true, reason: { code: 'check_stuck' } })
  expect(begun).toBe(1)
  resolve(ok)
  await never
  expect((await runner.run(['data'])).verdict).toBe('healthy')
  expect(begun).toBe(2)
})

test('one that listens to the signal is ended by it', async () => {
  const listening = check(
    'data',
    (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    { limitMs: 20 },
  )
  const runner = runnerOf([listening])
  for (const _ of [1, 2])
    expect((await runner.run()).checks[0]).toMatchObject({ reason: { code: 'check_late' } })
})

test('the service that leaves waits for none', async () => {
  const leaving = new AbortController()
  const runner = runnerOf([check('data', () => new Promise(() => undefined))], {
    stopping: leaving.signal,
  })
  const asked = runner.run()
  leaving.abort()
  expect((await asked).verdict).toBe('unknown')
})

test('no more than so many run at once, and who comes meanwhile waits for the same', async () => {
  const names = ['data', 'space', 'lan', 'page', 'model'] as const
  const doors = names.map((name) => ({ name, ...Promise.withResolvers<Finding>() }))
  const begun: string[] = []
  const checks = doors.map(({ name, promise }) => check(name, () => (begun.push(name), promise)))
  const runner = runnerOf(checks, { atOnce: 2 })
  const [first, second] = [runner.run(), runner.run()]
  await Promise.resolve()
  expect(begun).toEqual(['data', 'space'])
  doors[0]?.resolve(ok)
  await expect.poll(() => begun).toEqual(['data', 'space', 'lan'])
  for (const { resolve } of doors) resolve(ok)
  expect((await first).checks).toEqual((await second).checks)
  expect(begun).toEqual(names)
})

test('a fix is followed by another look; where there is none, that is said', async () => {
  let left = 1
  const runner = runnerOf([
    check('space', async () => (left === 0 ? ok : issue('too_small', {}, { fixable: true })), {
      fix: async () => void (left = 0),
    }),
    finds('clock', ok),
  ])
  expect((await runner.run(['space'])).checks[0]).toMatchObject({ issue: { fixable: true } })
  expect(await runner.fix('space')).toMatchObject({ state: 'ok' })
  expect(runner.last().checks[0]).toMatchObject({ state: 'ok' })
  await expect(runner.fix('clock')).rejects.toMatchObject({ code: 'nothing_to_fix' })
})
