// A flood of refusals is counted, not written one by one, and no count is lost.
import { expect, test } from 'vitest'
import type { AuditRecord } from '#appliance/contracts/audit.ts'
import { record } from '#test/fakes/audit/records.ts'
import { openLog } from './log.ts'

const refusal = (address: string, more: Partial<AuditRecord> = {}): AuditRecord =>
  record({
    action: 'request.refused',
    outcome: 'refused',
    code: 'host_not_allowed',
    who: { person: null, name: null, by: 'nobody', id: null },
    from: { address, agent: 'scanner' },
    target: '/admin',
    details: {},
    ...more,
  })

test('after twenty in a minute the others become one entry with their count, at the minute’s end', async () => {
  const { audit, clock, list, verify } = openLog()
  const answers = Array.from({ length: 100 }, () => audit.append(refusal('10.0.0.9')))
  expect(answers.filter((entry) => entry !== null)).toHaveLength(20)
  clock.advance(59_999)
  expect(await list()).toHaveLength(20)
  clock.advance(1)
  const [newest, ...others] = await list()
  expect(newest).toMatchObject({ ...refusal('10.0.0.9'), details: { count: 80, seconds: 60 } })
  expect(others).toHaveLength(20)
  expect(audit.append(refusal('10.0.0.9'))).not.toBeNull()
  expect((await verify()).ok).toBe(true)
})

test('another address, action or code is not counted with it; what is not noisy never', () => {
  const { audit } = openLog()
  for (let n = 0; n < 30; n++) audit.append(refusal('10.0.0.9'))
  expect(audit.append(refusal('10.0.0.8'))).not.toBeNull()
  expect(audit.append(refusal('10.0.0.9', { action: 'session.refused' }))).not.toBeNull()
  expect(audit.append(refusal('10.0.0.9', { code: 'origin_not_allowed' }))).not.toBeNull()
  for (let n = 0; n < 30; n++)
    expect(audit.append(refusal('10.0.0.9', { action: 'token.refused' }))).not.toBeNull()
})

test('twenty or fewer leave nothing to count, and no timer', async () => {
  const { audit, clock, list } = openLog()
  for (let n = 0; n < 20; n++) audit.append(refusal('10.0.0.9'))
  expect(clock.waiting).toBe(1)
  clock.advance(60_000)
  expect(clock.waiting).toBe(0)
  expect(await list()).toHaveLength(20)
})

test('the count is written at shutdown, and says only what all had in common', async () => {
  const log = openLog()
  for (let n = 0; n < 25; n++)
    log.audit.append(refusal('10.0.0.9', { action: 'session.refused', target: `person ${n}` }))
  const [newest] = await log.reopen().list()
  expect(newest).toMatchObject({
    target: null,
    from: { address: '10.0.0.9', agent: 'scanner' },
    details: { count: 5 },
  })
})

test('a flood from ever new addresses is bounded, too', async () => {
  const { audit, clock, list } = openLog()
  const flood = Array.from({ length: 3_000 }, (_, n) => refusal(`fd00::${n.toString(16)}`))
  expect(audit.appendMany(flood)).toHaveLength(64 + 20)
  expect(clock.waiting).toBe(65)
  clock.advance(60_000)
  const [newest] = await list()
  expect(newest).toMatchObject({ from: { address: null }, details: { count: 3_000 - 64 - 20 } })
})
