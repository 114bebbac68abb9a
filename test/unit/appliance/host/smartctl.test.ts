// What disks say of themselves, in smartctl's own words: kinds of disks, well and failing, asleep, and those that keep no record.
import { afterEach, expect, test, vi } from 'vitest'
import { readDiskHealth } from '#appliance/host/smartctl.ts'
import { createFakeHost } from '#test/fakes/host/make.ts'

afterEach(() => vi.unstubAllEnvs())

const nothing = { model: null, temperatureC: null, wearPercent: null }

test.each([
  ['nvme-ok', { model: 'NVME SSD 1TB', temperatureC: 41, wearPercent: 3, health: 'ok', reason: null }],
  ['nvme-worn-out', { wearPercent: 118, health: 'failing', reason: 'spare_low' }],
  ['nvme-read-only', { health: 'failing', reason: 'read_only' }],
  ['nvme-lost-data', { wearPercent: 12, health: 'failing', reason: 'data_lost' }],
  ['sata-ssd-ok', { model: 'SATA SSD 500GB', temperatureC: 34, wearPercent: 9, health: 'ok', reason: null }],
  ['sata-hdd-failing', { wearPercent: null, health: 'failing', reason: 'failed_itself' }],
  ['sata-hdd-attribute', { health: 'failing', reason: 'attribute_failed' }],
  ['sata-hdd-pending', { health: 'failing', reason: 'data_lost' }],
  ['asleep', { ...nothing, health: 'unknown', reason: 'asleep' }],
  ['virtual', { ...nothing, health: 'unknown', reason: 'keeps_none' }],
  ['not-opened', { ...nothing, health: 'unknown', reason: 'cannot_be_asked' }],
])('%s', async (recording, told) => {
  const host = createFakeHost({ disks: { '/dev/sda': recording } })
  for (const [name, value] of Object.entries(host.environment)) vi.stubEnv(name, value)
  expect(await readDiskHealth('/dev/sda')).toMatchObject(told)
  host.remove()
})

test('where there is no smartctl, that is said', async () => {
  vi.stubEnv('PATH', '/nowhere')
  await expect(readDiskHealth('/dev/sda')).rejects.toMatchObject({ code: 'program_missing' })
})
