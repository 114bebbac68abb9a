// What a program sees by itself of the machine that it runs on: where there is no steward to ask.
import { hostname, uptime } from 'node:os'
import type { ServiceHealth } from '#appliance/contracts/health.ts'
import type { Machine } from '#appliance/contracts/system.ts'

const states = { ready: 'running', starting: 'starting', down: 'stopped' } as const

export const readMachineHere = (services: readonly ServiceHealth[]): Machine => ({
  hostName: hostname(),
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  clockSynchronized: null,
  bootedAt: new Date(Date.now() - uptime() * 1_000).toISOString(),
  services: services.map(({ name, state, startedAt, residentBytes }) => ({
    name,
    state: states[state],
    since: startedAt,
    restarts: null,
    memoryBytes: residentBytes,
  })),
})
