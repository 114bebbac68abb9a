// Which profile wins, and what people are told about it.
import { describe, expect, test } from 'vitest'
import { type FactSheet, type HardwareProfile, profileSchema } from '#appliance/contracts/hardware.ts'
import { HobError } from '#appliance/errors.ts'
import { describeHardware } from '#appliance/hardware/describe.ts'
import { matchProfile } from '#appliance/hardware/match.ts'
import { probeOf, readMachineFile } from '#test/fakes/recorded-machine.ts'

const facts = await probeOf(readMachineFile('intel-nuc13-pro')).read()

const profile = (
  id: string,
  kind: 'machine' | 'generic',
  ...match: HardwareProfile['match']
): HardwareProfile =>
  profileSchema.parse({
    id,
    name: id,
    kind,
    match,
    memory: { type: 'DDR4', nominalBandwidthGBps: null, expectedBandwidthGBps: 10, maxGiB: null },
    accelerators: [],
    backendOrder: ['cpu'],
    quantization: { preferred: ['Q4_K_M'], floor: 'Q3_K_M', keyValue: ['f16'] },
    reserve: { bytes: 1024 ** 3, fraction: 0.1 },
    threads: { policy: 'physical-cores', leaveFree: 1 },
    notes: [],
    sources: [],
  })

const winner = (...profiles: HardwareProfile[]): string => matchProfile(facts, profiles).profile.id

describe('the choice of a profile', () => {
  test('a machine beats a generic one with more conditions', () => {
    const generic = profile('generic', 'generic', {
      architecture: 'x64',
      isaLevel: 'x86-64-v3',
      memoryAtLeastGiB: 8,
    })
    expect(winner(generic, profile('nuc', 'machine', { product: 'nuc13' }))).toBe('nuc')
  })

  test('more conditions beat fewer, in whatever order they come', () => {
    const one = profile('one', 'machine', { vendor: 'intel' })
    const two = profile('two', 'machine', { vendor: 'intel', product: 'NUC13ANHi7' })
    expect([winner(one, two), winner(two, one)]).toEqual(['two', 'two'])
  })

  test('every condition of an entry must hold, one entry suffices', () => {
    const other = profile('other', 'machine', { vendor: 'intel', product: 'NUC12' })
    const either = profile('either', 'machine', { product: 'NUC12' }, { board: 'NUC13ANB' })
    expect(winner(profile('all', 'generic', {}), other)).toBe('all')
    expect(winner(profile('all', 'generic', {}), either)).toBe('either')
  })

  test('the id breaks a tie', () => {
    expect(winner(profile('b', 'generic', {}), profile('a', 'generic', {}))).toBe('a')
  })

  test('a PCI id, a platform and an architecture are conditions too', () => {
    const igpu = profile('igpu', 'machine', { pci: ['8086:a7a0'], platform: 'linux', architecture: 'x64' })
    const card = profile('card', 'machine', {
      pci: ['10de:2504'],
      platform: 'linux',
      architecture: 'x64',
      cpu: '1360P',
    })
    expect(winner(igpu, card)).toBe('igpu')
  })

  test('thresholds mean what is built in, not what the kernel is left with', () => {
    expect(winner(profile('all', 'generic', {}), profile('64', 'generic', { memoryAtLeastGiB: 64 }))).toBe(
      '64',
    )
    expect(winner(profile('all', 'generic', {}), profile('128', 'generic', { memoryAtLeastGiB: 128 }))).toBe(
      'all',
    )
    expect(winner(profile('all', 'generic', {}), profile('below', 'generic', { memoryBelowGiB: 64 }))).toBe(
      'all',
    )
  })

  test('an unknown machine is told that it got a generic profile', () => {
    const matched = matchProfile(facts, [profile('all', 'generic', {})])
    expect(matched.exact).toBe(false)
    expect(matched.because[0]).toContain('no profile of this very machine')
  })

  test('a condition on what was not measured does not hold', () => {
    const blind: FactSheet = {
      ...facts,
      machine: { ...facts.machine, product: { status: 'not_measured', reason: 'x' } },
    }
    const matched = matchProfile(blind, [
      profile('all', 'generic', {}),
      profile('any', 'machine', { product: '' }),
    ])
    expect(matched.profile.id).toBe('all')
  })

  test('no profile at all is a fault', () => {
    expect(() => matchProfile(facts, [])).toThrow(HobError)
  })
})

describe('in plain words', () => {
  const text = describeHardware({
    facts,
    matched: matchProfile(facts, [profile('nuc', 'machine', { product: 'NUC13' })]),
  })

  test('says machine, processor, memory, graphics and the profile with its reason', () => {
    for (const words of [
      'Intel(R) Client Systems NUC13ANHi7',
      '12 cores, 4 of them fast, 16 threads, 16 usable',
      '62.5 GiB',
      'DDR4 at 3200 MT/s',
      'shares the memory, driver i915',
      'the product is “NUC13ANHi7”',
    ])
      expect(text.replaceAll(/\s+/gu, ' ')).toContain(words)
  })

  test('says what was not measured, and why', () => {
    expect(text).toMatch(/Not measured\n(?:.*\n)*\s+memory bandwidth\s+not measured on this machine yet\n/u)
  })

  test('says what less than 8 GiB costs, also on a machine whose profile is of larger ones', async () => {
    const small = await probeOf(readMachineFile('raspberry-pi-4-4-gib')).read()
    const matched = matchProfile(small, [profile('pi', 'machine', { product: 'Raspberry' })])
    const said = describeHardware({ facts: small, matched }).replaceAll(/\s+/gu, ' ')
    expect(said).toContain('Less than 8 GiB of memory')
    expect(said).toContain('lacks what models calculate with')
    expect(text).not.toContain('Less than 8 GiB')
    expect(text).not.toContain('lacks what')
  })

  test('keeps to the width of a terminal and shows no raw value', () => {
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([])
    expect(text).not.toMatch(/undefined|null|NaN|\[object/u)
  })
})
