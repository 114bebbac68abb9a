// What systemd asks to be told, as a service reads it; that it hears it is tried under a real one (test/image/units.test.ts).
import { expect, test } from 'vitest'
import { tellSystemd, watchdogMs } from '#appliance/host/systemd-notify.ts'

test('the watchdog is this process’s own, or there is none', () => {
  expect(watchdogMs({ WATCHDOG_USEC: '3000000', WATCHDOG_PID: String(process.pid) })).toBe(3_000)
  expect(watchdogMs({ WATCHDOG_USEC: '3000000' })).toBe(3_000)
  expect(watchdogMs({ WATCHDOG_USEC: '3000000', WATCHDOG_PID: '1' })).toBeNull()
  expect(watchdogMs({})).toBeNull()
})

test('nobody is told where nobody asked', async () => {
  await expect(tellSystemd('READY=1', {})).resolves.toBeUndefined()
})
