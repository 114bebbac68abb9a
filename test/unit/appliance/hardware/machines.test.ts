// Each recorded or reconstructed machine, read by the code that reads the live one: its facts and its profile.
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type Fact, factSheetSchema } from '#appliance/contracts/hardware.ts'
import { builtInBytes, matchProfile } from '#appliance/hardware/match.ts'
import { readProfiles } from '#appliance/hardware/profiles.ts'
import { machineNames, probeOf, readMachineFile } from '#test/fakes/recorded-machine.ts'

const profiles = await readProfiles(fileURLToPath(new URL('../../../../hardware-profiles', import.meta.url)))
const valueOf = <Value>(fact: Fact<Value> | undefined): Value | null =>
  fact?.status === 'known' ? fact.value : null

describe.each(machineNames())('%s', (name) => {
  const machine = readMachineFile(name)
  const { expected } = machine

  test('says where it comes from', () => {
    expect(machine.marked === 'recorded' || machine.sources.length > 0).toBe(true)
  })

  test('is read as what it is', async () => {
    const facts = await probeOf(machine).read()
    factSheetSchema.parse(facts)
    const read = {
      vendor: valueOf(facts.machine.vendor),
      product: valueOf(facts.machine.product),
      board: valueOf(facts.machine.board),
      model: valueOf(facts.cpu.model),
      isaLevel: valueOf(facts.cpu.isaLevel),
      virtualization: valueOf(facts.os.virtualization),
      logicalCores: valueOf(facts.cpu.logicalCores),
      physicalCores: valueOf(facts.cpu.physicalCores),
      performanceCores: valueOf(facts.cpu.performanceCores),
      usableCpus: valueOf(facts.cpu.usableCpus),
      lastLevelCacheBytes: valueOf(facts.cpu.lastLevelCacheBytes),
      memoryType: valueOf(facts.memory.type),
      speedMTps: valueOf(facts.memory.speedMTps),
      limitBytes: valueOf(facts.memory.limitBytes),
      gpus: facts.gpus.map(({ pciId }) => valueOf(pciId)),
      gpuNames: facts.gpus.map((gpu) => gpu.name),
      gpuMemoryBytes: valueOf(facts.gpus[0]?.memoryBytes),
      integrated: facts.gpus[0]?.integrated,
      npus: facts.npus.map(({ pciId }) => valueOf(pciId)),
      npuNames: facts.npus.map((npu) => npu.name),
    }
    const { profile: _, builtInGiB, ...wanted } = expected
    expect(read).toMatchObject(wanted)
    const gib = (builtInBytes(facts) ?? 0) / 1024 ** 3
    const [least, most] = builtInGiB ?? [0, Number.POSITIVE_INFINITY]
    expect(gib).toBeGreaterThan(least)
    expect(gib).toBeLessThan(most)
  })

  test('gets the profile that fits', async () => {
    const matched = matchProfile(await probeOf(machine).read(), profiles)
    expect(matched.profile.id).toBe(expected.profile)
    expect(matched.exact).toBe(matched.profile.kind === 'machine')
    expect(matched.because.length).toBeGreaterThan(0)
  })
})
