// The parts of the support bundle, from those who know.
import type { Settings } from '#appliance/config/schema.ts'
import { modelsRoutes } from '#appliance/contracts/models.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import { stewardRoutes } from '#appliance/contracts/steward.ts'
import type { HealthRunner } from '#appliance/health/run.ts'
import type { Client } from '#appliance/ipc/client.ts'
import type { LogReader } from '#appliance/logs/reader.ts'
import type { HealthReader } from '../health/read.ts'
import { readMachineHere } from '../system/machine-here.ts'
import type { Steward } from '../system/steward.ts'
import type { Part } from './bundle.ts'
import { networkShape } from './network-shape.ts'
import { recentLog } from './recent-log.ts'
import { shownSettings } from './settings.ts'

const dayMs = 86_400_000
const maxLogBytes = 20_000_000

export interface PartsUses {
  config: Partial<Settings>
  models: Client
  steward: Steward
  health: HealthReader
  checks: Pick<HealthRunner, 'last'>
  /** Masked already. */
  logs: LogReader
  version: string
  startedAt: Date
}

export function partsOf(uses: PartsUses, now: Date): Part[] {
  const { config, models, steward, health, checks, logs, version, startedAt } = uses
  const caller = { principal: localOwner('service'), timeoutMs: 60_000 }
  const managed = steward.isHere()
  const log = async (): Promise<string> => {
    const wanted = { reader: logs, since: new Date(now.getTime() - dayMs), maxBytes: maxLogBytes }
    return (await recentLog(wanted)).text
  }
  return [
    {
      name: 'box.json',
      says: 'version, since when it runs, whether the machine is its own',
      read: async () => ({ version, node: process.version, startedAt, madeAt: now, managed }),
    },
    {
      name: 'machine.json',
      says: 'units and their states, time zone, clock',
      read: async () =>
        managed
          ? await steward.client().call(stewardRoutes.machine, {}, caller)
          : readMachineHere(await health.services()),
    },
    {
      name: 'health.json',
      says: 'services, disk use, databases, certificate, load',
      read: () => health.read(),
    },
    {
      name: 'checks.json',
      says: 'what the health checks found when they were last run',
      read: async () => checks.last(),
    },
    {
      name: 'disks.json',
      says: 'what the disks say of themselves',
      read: () => steward.client().call(stewardRoutes.disks, {}, caller),
    },
    {
      name: 'hardware.json',
      says: 'processor, memory, graphics, and the profile that fits',
      read: () => models.call(modelsRoutes.hardware, {}, caller),
    },
    {
      name: 'models.json',
      says: 'models, engines, and why this one was chosen',
      read: async () => ({
        installed: await models.call(modelsRoutes.installed, {}, caller),
        state: await models.call(modelsRoutes.state, {}, caller),
        choice: await models.call(modelsRoutes.choice, {}, caller),
      }),
    },
    {
      name: 'settings.json',
      says: 'settings that tell nothing about anybody',
      read: async () => shownSettings(config),
    },
    {
      name: 'network.json',
      says: 'interfaces and the kinds of their addresses',
      read: async () => networkShape(),
    },
    { name: 'log.jsonl', says: 'the log of the last 24 hours, its newest 20 MB at most', read: log },
  ]
}
