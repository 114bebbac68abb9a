// The announcer: states at once, moving numbers gathered.
import { expect, test } from 'vitest'
import type { EngineState, ModelsEvent } from '#appliance/contracts/models.ts'
import { createAnnouncer } from '#services/models/announcer.ts'
import { createManualClock } from '#test/fakes/manual-clock.ts'
import { createKeptLog } from '#test/fakes/models-parts.ts'

function setUp() {
  const clock = createManualClock()
  const { log, lines } = createKeptLog()
  const announcer = createAnnouncer({ clock, log })
  let active = 0
  const read = (): EngineState => ({
    model: 'big',
    state: 'ready',
    plan: null,
    progress: 1,
    detail: null,
    residentBytes: null,
    active,
    waiting: 0,
    tokensPerSecond: null,
    firstTokenMs: null,
  })
  const told: number[] = []
  const listen = (event: ModelsEvent): void => {
    if (event.type === 'engine') told.push(event.engine.active)
  }
  announcer.watch('big', read)
  const move = (atOnce = false): void => {
    active++
    announcer.changed('big', atOnce)
  }
  return { clock, announcer, told, listen, move, lines }
}

test('numbers that move are told ten times a second at most, with what holds then', () => {
  const { clock, announcer, told, listen, move } = setUp()
  announcer.subscribe(listen)
  for (let step = 0; step < 1_000; step++) {
    move()
    clock.advance(1)
  }
  expect(told.length).toBe(10)
  expect(told[0]).toBe(100)
})

test('a new state is told at once, and once', () => {
  const { clock, announcer, told, listen, move } = setUp()
  announcer.subscribe(listen)
  move()
  move(true)
  clock.advance(1_000)
  expect(told).toEqual([2])
})

test('nobody hears anything after leaving, and a listener that fails hinders nobody', () => {
  const { clock, announcer, told, listen, move, lines } = setUp()
  announcer.subscribe(() => {
    throw new TypeError('a broken listener')
  })
  const leave = announcer.subscribe(listen)
  move(true)
  leave()
  move(true)
  clock.advance(1_000)
  expect(told).toEqual([1])
  expect(lines.join('')).toContain('a broken listener')
})
