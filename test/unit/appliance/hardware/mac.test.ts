// A Mac's sheet from systeminformation's answers, also when they are empty or none.
import { describe, expect, test } from 'vitest'
import { factSheetSchema } from '#appliance/contracts/hardware.ts'
import { parseMac } from '#appliance/hardware/library.ts'
import { macSheet } from '#appliance/hardware/mac.ts'
import { probeOf, readMachineFile } from '#test/fakes/recorded-machine.ts'

const recorded = readMachineFile('apple-mac-mini-m2')

const cpu = (brand: string, flags = '') => ({
  system: { manufacturer: 'Apple Inc.', model: 'Macmini8,1', virtual: false },
  cpu: {
    manufacturer: brand.startsWith('M') ? 'Apple' : 'Intel',
    brand,
    flags,
    cores: 12,
    physicalCores: 6,
    cache: {},
  },
  memory: { total: 1, available: 1, swaptotal: 0 },
})

describe('a Mac', () => {
  test('that does not answer is a sheet full of reasons', async () => {
    const sheet = await probeOf({ ...recorded, mac: undefined }).read()
    factSheetSchema.parse(sheet)
    expect(JSON.stringify(sheet)).not.toContain('"known"')
  })

  test('with zeros and empty strings has no facts of them', () => {
    const sheet = macSheet(parseMac({ system: {}, cpu: {}, memory: {} }), 'arm64')
    expect([sheet.cpu.model.status, sheet.cpu.logicalCores.status, sheet.memory.totalBytes.status]).toEqual([
      'not_measured',
      'not_measured',
      'not_measured',
    ])
  })

  test.each([
    ['M1', 'armv8.2-a+dotprod'],
    ['M1 Pro', 'armv8.2-a+dotprod'],
    ['M2', 'armv8.6-a+i8mm'],
    ['M4 Pro', 'armv8.6-a+i8mm'],
  ])('with an %s has %s', (brand, level) => {
    expect(macSheet(parseMac(cpu(brand)), 'arm64').cpu.isaLevel).toMatchObject({ value: level })
  })

  test('of Intel’s has cores of one kind, and AVX2 where its flags say so', () => {
    const { cpu: read } = macSheet(parseMac(cpu('Core™ i7-8700B', 'SSE4.2 AVX2 FMA')), 'x64')
    expect(read.performanceCores).toMatchObject({ value: 6 })
    expect(read.isaLevel).toMatchObject({ value: 'x86-64-v3' })
    expect(macSheet(parseMac(cpu('Core™ i5')), 'x64').cpu.isaLevel.status).toBe('not_measured')
  })
})
