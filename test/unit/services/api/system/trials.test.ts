// What becomes of a change of the network stands in the record, whoever was there to see it.
import { expect, test } from 'vitest'
import type { AuditEntry, AuditRecord } from '#appliance/contracts/audit.ts'
import { createLog } from '#appliance/log.ts'
import { createTrials } from '#services/api/system/trials.ts'
import { createManualClock, type ManualClock } from '#test/fakes/manual-clock.ts'

const log = createLog({ service: 'api', level: 'error', write: () => undefined })

function open(
  newest: Pick<AuditEntry, 'action' | 'at' | 'target'> | null = null,
  clock = createManualClock(),
) {
  const written: AuditRecord[] = []
  const audit = {
    append: (record: AuditRecord) => {
      written.push(record)
      return null
    },
    newest: () => newest as AuditEntry | null,
  }
  return { written, clock, trials: createTrials({ audit, clock, log }) }
}
const inAMinute = (clock: ManualClock) => new Date(clock.now().getTime() + 60_000).toISOString()
const undone = { action: 'network.undone', who: { by: 'service' }, target: 'eth0' }

test('a change that nobody confirms was undone by the box', () => {
  const { written, clock, trials } = open()
  trials.begun({ device: 'eth0', confirmBy: inAMinute(clock) })
  clock.advance(60_000)
  expect(written).toEqual([])
  clock.advance(2_000)
  expect(written).toMatchObject([undone])
})

test('one that somebody ended is theirs to tell', () => {
  const { written, clock, trials } = open()
  trials.begun({ device: 'eth0', confirmBy: inAMinute(clock) })
  expect(trials.ended()).toBe('eth0')
  expect(trials.ended()).toBeNull()
  clock.advance(120_000)
  expect(written).toEqual([])
})

test('one that began before this start is waited for', () => {
  const clock = createManualClock()
  const at = clock.now().toISOString()
  clock.advance(20_000)
  const { written } = open({ action: 'network.changed', at, target: 'eth0' }, clock)
  clock.advance(40_000)
  expect(written).toEqual([])
  clock.advance(2_000)
  expect(written).toMatchObject([undone])
})

test('one that ended while nobody was here is recorded at the start', () => {
  const clock = createManualClock()
  const at = clock.now().toISOString()
  clock.advance(3_600_000)
  expect(open({ action: 'network.changed', at, target: 'eth0' }, clock).written).toMatchObject([undone])
})

test.each(['network.confirmed', 'network.undone'] as const)('after %s there is nothing to tell', (action) => {
  const { written, clock } = open({ action, at: '2025-12-31T00:00:00.000Z', target: 'eth0' })
  clock.advance(120_000)
  expect(written).toEqual([])
})
