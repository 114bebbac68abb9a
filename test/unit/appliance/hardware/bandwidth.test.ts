// The measurement itself, short: that it counts what it says and knows its limits. Never how fast this machine is.
import { expect, test } from 'vitest'
import { measureBandwidth, readBandwidth } from '#appliance/hardware/bandwidth.ts'

test('measures reading and copying with as many threads as there are usable CPUs', async () => {
  const measured = await measureBandwidth({
    usableCpus: 1.5,
    availableBytes: 1024 ** 3,
    lastLevelCacheBytes: 0,
    passesMs: 20,
    timeoutMs: 15_000,
  })
  expect(measured).toMatchObject({ status: 'known', value: { threads: 1, bytesPerBuffer: 64 * 1024 ** 2 } })
  if (measured.status !== 'known') return
  expect(measured.value.passes).toBeGreaterThanOrEqual(4)
  expect(measured.value.readGBps).toBeGreaterThan(0.1)
  expect(measured.value.copyGBps).toBeGreaterThan(0.1)
  expect(readBandwidth(measured)).toMatchObject({ value: measured.value.readGBps })
})

test('does not measure where memory is short', async () => {
  const measured = await measureBandwidth({
    usableCpus: 8,
    availableBytes: 256 * 1024 ** 2,
    lastLevelCacheBytes: 0,
  })
  expect(measured).toEqual({
    status: 'not_measured',
    reason: 'too little memory is free to measure beyond the cache',
  })
  expect(readBandwidth(measured)).toEqual(measured)
})

test('gives up when its threads do not answer in time', async () => {
  const measured = await measureBandwidth({
    usableCpus: 1,
    availableBytes: 1024 ** 3,
    lastLevelCacheBytes: 0,
    timeoutMs: 0,
  })
  expect(measured).toEqual({ status: 'not_measured', reason: 'the measurement did not end within 0 ms' })
})
