// What recurs, with a clock that only the test moves.
import { expect, test } from 'vitest'
import { createLog } from '#appliance/log.ts'
import { createTimers } from '#appliance/timers/timers.ts'
import { createManualClock } from '#test/fakes/manual-clock.ts'

const hourMs = 3_600_000

function bench(start: string) {
  const clock = createManualClock(Date.parse(start))
  const lines: string[] = []
  const log = createLog({ service: 'test', level: 'debug', write: (line) => void lines.push(line) })
  return { clock, lines, timers: createTimers({ clock, log }) }
}

/** Lets what was started run on to its next wait. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a nightly task runs once a night, at its hour', async () => {
  const { clock, timers } = bench('2026-11-21T00:00:00Z')
  const ran: string[] = []
  timers.every('17 3 * * *', 'nightly', () => void ran.push(clock.now().toISOString()), 'UTC')
  for (let hour = 0; hour < 49; hour++) {
    clock.advance(hourMs)
    await settle()
  }
  expect(ran).toEqual(['2026-11-21T03:17:00.000Z', '2026-11-22T03:17:00.000Z'])
})

/** Europe/Berlin: 2026-03-29 has no 02:30, 2026-10-25 has two. */
test.each([
  ['skips', '2026-03-28T12:00:00Z', ['2026-03-29T01:00:00.000Z', '2026-03-30T00:30:00.000Z']],
  ['repeats', '2026-10-24T12:00:00Z', ['2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z']],
])('an hour that daylight saving %s gives one run a day', async (_, start, expected) => {
  const { clock, timers } = bench(start)
  const runs: string[] = []
  timers.every('30 2 * * *', 'nightly', () => void runs.push(clock.now().toISOString()), 'Europe/Berlin')
  for (let hour = 0; hour < 48; hour++) {
    clock.advance(hourMs)
    await settle()
  }
  expect(runs).toEqual(expected)
})

test('a run that takes longer than the interval is not doubled', async () => {
  const { clock, lines, timers } = bench('2026-01-01T00:00:00Z')
  let runs = 0
  let finish: () => void = () => undefined
  timers.every('* * * * *', 'slow', () => {
    runs++
    return new Promise<void>((resolve) => {
      finish = resolve
    })
  })
  clock.advance(3 * 60_000)
  expect(runs).toBe(1)
  expect(lines.join('')).toContain('still running')
  finish()
  await settle()
  clock.advance(60_000)
  expect(runs).toBe(2)
})

test('a task that fails is logged and runs again', async () => {
  const { clock, lines, timers } = bench('2026-01-01T00:00:00Z')
  let runs = 0
  timers.every('* * * * *', 'failing', () => {
    runs++
    throw new TypeError('broken')
  })
  for (let minute = 0; minute < 3; minute++) {
    clock.advance(60_000)
    await settle()
  }
  expect(runs).toBe(3)
  expect(lines.filter((line) => line.includes('a timer failed') && line.includes('broken'))).toHaveLength(3)
})

test('stopping cancels what is due and waits for what runs', async () => {
  const { clock, timers } = bench('2026-01-01T00:00:00Z')
  let runs = 0
  let ended = false
  timers.every('* * * * *', 'ending', async (signal) => {
    runs++
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    await settle()
    ended = true
  })
  clock.advance(60_000)
  await timers.stop()
  expect(ended).toBe(true)
  clock.advance(hourMs)
  expect(runs).toBe(1)
  expect(clock.waiting).toBe(0)
})

test('a cancelled timer does not run, the others do', () => {
  const { clock, timers } = bench('2026-01-01T00:00:00Z')
  const ran: string[] = []
  const cancel = timers.every('* * * * *', 'one', () => void ran.push('one'))
  timers.every('* * * * *', 'other', () => void ran.push('other'))
  cancel()
  clock.advance(60_000)
  expect(ran).toEqual(['other'])
})
