// The fake box's health: the real checks and the real runner over doors that a test sets. Well until it says otherwise.

import { healthCheckRoutes } from '#appliance/contracts/health-checks.ts'
import { createChecks, type HealthDoors } from '#appliance/health/checks.ts'
import { createHealthRunner, type HealthRunner } from '#appliance/health/run.ts'
import { hostOf } from './recorded-machine.ts'

const gib = 2 ** 30

export interface FakeHealth {
  freeBytes: number
  unfinishedBytes: number
  celsius: number
  now: Date
  /** Who answers for the box's name. */
  named: readonly string[]
  token: () => Promise<number>
  /** Every check that was asked for, in order. */
  readonly asked: string[]
  readonly doors: HealthDoors
  answer(what: string, body: unknown): Promise<unknown>
}

export function createFakeHealth(folder: string): FakeHealth {
  const doors = doorsOf(() => health, folder)
  const runner: HealthRunner = createHealthRunner({
    checks: createChecks(doors),
    now: () => new Date(),
    stopping: new AbortController().signal,
  })
  const health: FakeHealth = {
    freeBytes: 120 * gib,
    unfinishedBytes: 0,
    celsius: 48,
    now: new Date('2026-11-20T12:00:00Z'),
    named: ['192.168.1.20'],
    token: async () => 1,
    asked: [],
    doors,
    answer: async (what, body) => {
      if (what === 'GET') return runner.last()
      if (what === 'POST run') {
        const { checks } = healthCheckRoutes.run.request.body.content['application/json'].schema.parse(body)
        health.asked.push(...(checks ?? ['all']))
        return await runner.run(checks)
      }
      const { check } = healthCheckRoutes.fix.request.params.parse({ check: what.split(' ')[1] })
      return await runner.fix(check)
    },
  }
  return health
}

const doorsOf = (health: () => FakeHealth, folder: string): HealthDoors => {
  const ask = async (url: string) =>
    url.endsWith('/')
      ? { status: 200, type: 'text/html', text: '<script src="/assets/index.js"></script>' }
      : { status: 200, type: 'text/javascript', text: 'it' }
  return {
    data: { folder },
    space: {
      disks: async () => [{ folder: 'data', totalBytes: 500 * gib, availableBytes: health().freeBytes }],
      models: async () => [
        { id: 'starter', fileBytes: 2e6, starter: true },
        { id: 'Qwen3-8B-Q4_K_M', fileBytes: 5.03e9, starter: false },
        { id: 'gemma-3-4b-it-Q4_K_M', fileBytes: 2.49e9, starter: false },
      ],
      unfinishedBytes: async () => health().unfinishedBytes,
      removeUnfinished: async () => void (health().unfinishedBytes = 0),
    },
    lan: { origins: () => ['https://192.168.1.20:4620'], ask },
    page: { origin: () => 'https://192.168.1.20:4620', ask },
    model: { starter: async () => 'starter', oneToken: () => health().token() },
    name: {
      host: () => 'hob-1a2b.local',
      ask: async () => health().named,
      own: () => new Set(['192.168.1.20']),
    },
    clock: { now: () => health().now, builtAt: async () => new Date('2026-11-01T00:00:00Z') },
    disks: { disks: async () => null },
    temperature: {
      host: {
        ...hostOf(new Map()),
        list: async (path) =>
          path === '/sys/class/hwmon' ? ['hwmon0'] : path.endsWith('hwmon0') ? ['temp1_input'] : [],
        readFile: async (path) =>
          path.endsWith('temp1_input')
            ? { ok: true, text: String(health().celsius * 1_000) }
            : path.endsWith('/name')
              ? { ok: true, text: 'k10temp' }
              : { ok: false, reason: 'is not there' },
      },
    },
  }
}
