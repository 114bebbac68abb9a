// What the machine's pages work out without a browser: addresses that go together, how a change of the network ends, when
// a box is back or at rest, and the log laid together from pages and live lines.
import { describe, expect, it } from 'vitest'
import {
  type Addressing,
  confirmWithinSeconds,
  type HostNetwork,
  type Interface,
} from '#appliance/contracts/host-network.ts'
import type { LogEntry } from '#appliance/contracts/system.ts'
import { ProblemError, pageProblem } from '#services/api/web/app/problem.ts'
import { found, type Loaded, withLine, withNewest, withOlder } from '#services/api/web/box/logs/lines.ts'
import { type Draft, faultsOf, maskOf } from '#services/api/web/box/network/ipv4.ts'
import { confirmWithinMs } from '#services/api/web/box/network/timing.ts'
import { followTrial, type TrialPhase, takeKeep } from '#services/api/web/box/network/trial.ts'
import { followLeaving, type Leaving, type Phase } from '#services/api/web/box/power/leaving.ts'
import { ethernet } from '#test/fakes/system.ts'

describe('a fixed address', () => {
  const draft: Draft = { address: '192.168.1.20', prefix: 24, gateway: '192.168.1.1', dns: '192.168.1.1' }
  const faults = (part: Partial<Draft>) => faultsOf({ ...draft, ...part })

  it('goes with its network and its router', () => {
    expect(faults({})).toEqual({})
    expect(faults({ gateway: '' })).toEqual({})
    expect(faults({ dns: '9.9.9.9,  fd00::1，192.168.1.1' })).toEqual({})
    for (const address of [
      '192.168.1',
      '192.168.1.256',
      '192.168.01.2',
      '1.2.3.4.5',
      'a.b.c.d',
      '1.2.3.4/24',
    ])
      expect(faults({ address }), address).toMatchObject({ address: 'address' })
    expect(faults({ address: '192.168.1.0' })).toMatchObject({ address: 'reserved' })
    expect(faults({ address: '192.168.1.255' })).toMatchObject({ address: 'reserved' })
    expect(faults({ address: '192.168.0.255', prefix: 23 })).toEqual({})
    expect(faults({ address: '192.168.2.20' })).toEqual({ gateway: 'gatewayElsewhere' })
    expect(faults({ address: '192.168.2.20', prefix: 22 })).toEqual({})
    expect(faults({ gateway: '192.168.1.20' })).toEqual({ gateway: 'gatewaySame' })
    expect(faults({ gateway: 'router' })).toEqual({ gateway: 'gateway' })
    expect(faults({ dns: 'router' })).toEqual({ dns: 'dns' })
    // what is not there yet is not wrong yet
    expect(faults({ address: '' })).toEqual({})
  })

  it('has the mask that routers show', () => {
    expect([8, 22, 24, 30].map(maskOf)).toEqual([
      '255.0.0.0',
      '255.255.252.0',
      '255.255.255.0',
      '255.255.255.252',
    ])
  })
})

describe('a change on trial', () => {
  const change = { id: '1-1', device: 'enp1s0', confirmBy: '2026-11-26T20:00:00.000Z' }
  const wanted: Addressing = { method: 'static', address: '192.168.1.30/24', gateway: null, dns: [] }
  const before = ethernet()
  const after: Interface = { ...before, method: 'static', addresses: ['192.168.1.30/24'] }
  const seen = (one: Interface, pending: boolean): HostNetwork => ({
    interfaces: [one],
    pending: pending ? change : null,
  })
  /** Each answer in turn, a second apart; null: none. */
  const follow = async (answers: readonly (HostNetwork | null)[]): Promise<TrialPhase[]> => {
    const phases: TrialPhase[] = []
    let at = 0
    const end = new AbortController()
    await followTrial({
      trial: { change, wanted, endsAt: 3_000 },
      signal: end.signal,
      now: () => at * 1_000,
      network: async () => {
        const answer = answers[at]
        if (answer === undefined) end.abort()
        if (answer == null) throw new ProblemError(pageProblem('unreachable'))
        return answer
      },
      wait: async () => {
        at += 1
      },
      onPhase: (phase) => phases.push(phase),
    })
    return phases
  }

  it('lasts as long as the contract says', () => {
    expect(confirmWithinMs).toBe(confirmWithinSeconds * 1_000)
  })

  it('is reached only when the box answers with the new address, and kept when somebody keeps it', async () => {
    const phases = await follow([seen(before, true), null, seen(after, true), seen(after, false)])
    expect(phases).toEqual(['trying', 'trying', 'reached', 'kept'])
  })

  it('is undone when the box comes back as it was', async () => {
    expect(await follow([null, null, null, null, seen(before, false)])).toEqual([
      'trying',
      'trying',
      'trying',
      'late',
      'undone',
    ])
  })

  it('is taken out of the address bar, and nothing else is', () => {
    const written: unknown[] = []
    const history = { state: 7, replaceState: (...all: unknown[]) => void written.push(all) }
    const at = (hash: string) => takeKeep({ location: { hash, pathname: '/box/network' }, history })
    expect(at('#keep=12-34')).toBe('12-34')
    expect(written).toEqual([[7, '', '/box/network']])
    for (const hash of ['', '#wifi', '#keep=', '#keep=<b>', `#keep=${'1'.repeat(65)}`])
      expect(at(hash)).toBe(null)
    expect(written).toHaveLength(1)
  })
})

describe('a box that was told to leave', () => {
  const boot = '2026-11-26T08:00:00.000Z'
  const later = '2026-11-26T20:00:00.000Z'
  /** What it says each second: when it was started, null for silence, a code for a refusal. */
  const follow = async (leaving: Leaving, answers: readonly (string | null)[]): Promise<Phase[]> => {
    const phases: Phase[] = []
    let at = 0
    await followLeaving({
      leaving,
      bootedAt: boot,
      signal: new AbortController().signal,
      now: () => at * 1_000,
      system: async () => {
        const answer = answers[Math.min(at, answers.length - 1)] ?? null
        if (answer === null) throw new ProblemError(pageProblem('unreachable'))
        if (!answer.startsWith('2026')) throw new ProblemError({ code: answer, message: '', remedy: '' })
        return { bootedAt: answer }
      },
      wait: async () => {
        at += 1
      },
      onPhase: (phase) => {
        if (phase !== phases.at(-1)) phases.push(phase)
      },
    })
    return phases
  }

  it('is back when it answers after a silence, or was started since', async () => {
    expect(await follow('reboot', [boot, 'shutting_down', null, null, later])).toEqual([
      'asked',
      'gone',
      'back',
    ])
    expect(await follow('reboot', [boot, later])).toEqual(['asked', 'back'])
    // also when it cannot tell yet how its machine is
    expect(await follow('reboot', [boot, null, 'service_unavailable'])).toEqual(['asked', 'gone', 'back'])
  })

  it('is not back because its clock was set', async () => {
    expect(await follow('reboot', [boot, '2026-11-26T08:00:03.000Z', null, later])).toEqual([
      'asked',
      'gone',
      'back',
    ])
  })

  it('is at rest some seconds after its last word, not before', async () => {
    expect(await follow('power_off', [boot, null])).toEqual(['asked', 'resting', 'safe'])
    const stillThere = [boot, null, null, boot, ...Array.from({ length: 10 }, () => null), boot, null]
    expect(await follow('power_off', stillThere)).toEqual([
      'asked',
      'resting',
      'asked',
      'resting',
      'asked',
      'resting',
      'safe',
    ])
  })

  it('has not heard when it goes on answering', async () => {
    expect(await follow('power_off', [boot])).toEqual(['asked', 'refused'])
  })
})

describe('the log', () => {
  const entry = (n: number): LogEntry => ({
    at: new Date(Date.UTC(2026, 0, 1) + n * 1_000).toISOString(),
    level: 'info',
    service: 'api',
    message: `line ${n}`,
    fields: { path: `/p${n}` },
  })
  const entries = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => entry(from + n))
  const nothing: Loaded = { lines: [], before: null }
  const numbers = ({ lines }: Loaded) => lines.map(({ message }) => Number(message.slice(5)))
  const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, n) => from - n)

  it('is laid together from what came live and the page that was read after it', () => {
    const live = [8, 9, 10].reduce((loaded, n) => withLine(loaded, entry(n)), nothing)
    const both = withNewest(live, { entries: entries(5, 10), before: 'i=5' })
    expect(numbers(both)).toEqual(down(10, 5))
    expect(both.before).toBe('i=5')
    expect(numbers(withLine(both, entry(10)))).toEqual(down(10, 5))
    const older = withOlder(both, { entries: entries(0, 5), before: null })
    expect(numbers(older)).toEqual(down(10, 0))
    expect(older.before).toBe(null)
  })

  it('catches up after a break, and keeps the older lines that were read', () => {
    const read = withOlder(withNewest(nothing, { entries: entries(10, 20), before: 'i=a' }), {
      entries: entries(5, 10),
      before: 'i=5',
    })
    const caught = withNewest(read, { entries: entries(15, 25), before: 'i=f' })
    expect(numbers(caught)).toEqual(down(24, 5))
    expect(caught.before).toBe('i=5')
  })

  it('has no gap in it: what was read before one is given up', () => {
    const read = withNewest(nothing, { entries: entries(0, 10), before: 'i=1' })
    const caught = withNewest(withLine(read, entry(50)), { entries: entries(40, 50), before: 'i=28' })
    expect(numbers(caught)).toEqual(down(50, 40))
    expect(caught.before).toBe('i=28')
  })

  it('is searched word by word, in particulars, too', () => {
    const { lines } = withNewest(nothing, { entries: entries(0, 20), before: null })
    expect(found(lines, ' LINE /p7 ').map(({ message }) => message)).toEqual(['line 7'])
    expect(found(lines, '').length).toBe(20)
    expect(found(lines, 'line nowhere')).toEqual([])
  })
})
