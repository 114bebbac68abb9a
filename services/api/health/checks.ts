// The doors through which this box's health checks look: its own addresses, the models service, the network, the clock. The
// checks themselves are appliance/health.
import { stat } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Config, isLoopback } from '#appliance/config/load.ts'
import { modelsRoutes, unfinishedRoutes } from '#appliance/contracts/models.ts'
import { openAiRoutes } from '#appliance/contracts/openai.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import { stewardRoutes } from '#appliance/contracts/steward.ts'
import type { DiskHealth } from '#appliance/contracts/system.ts'
import { createHost } from '#appliance/hardware/host.ts'
import { createChecks, type HealthDoors } from '#appliance/health/checks.ts'
import { createHealthRunner, type HealthRunner } from '#appliance/health/run.ts'
import type { Caller, Client } from '#appliance/ipc/client.ts'
import type { Clock } from '#appliance/timers/timers.ts'
import { askNetwork, ownAddresses } from '../discovery/one-shot.ts'
import type { Doors } from '../doors.ts'
import type { Steward } from '../system/steward.ts'
import { permitted } from '../tls/constraints.ts'
import { createAskOwn } from './ask-own.ts'
import type { HealthReader } from './read.ts'

interface Uses {
  config: Pick<Config, 'dataDir' | 'listen'>
  doors: Pick<Doors, 'addresses' | 'certificateInUse'>
  models: Client
  steward: Steward
  health: HealthReader
  clock: Pick<Clock, 'now'>
  stopping: AbortSignal
}

/** systemd sets no clock to before the first of these (systemd(1), “clock-epoch”); files of a build carry its time. */
const builtFiles = ['/usr/lib/clock-epoch', fileURLToPath(new URL('../../../package.json', import.meta.url))]

export function createBoxChecks({
  config,
  doors: { addresses, certificateInUse },
  models,
  steward,
  health,
  clock: { now },
  stopping,
}: Uses): HealthRunner {
  const ask = createAskOwn(certificateInUse)
  const inNetwork = (): readonly URL[] | null =>
    isLoopback(config.listen) ? null : addresses().map((address) => new URL(address))
  const origins = (): string[] | null => inNetwork()?.filter(isHeldTo(config.listen)).map(originOf) ?? null
  const host = (): string | null => inNetwork()?.find((url) => addressOf(url) === null)?.hostname ?? null

  return createHealthRunner({
    now,
    stopping,
    checks: createChecks({
      data: { folder: join(config.dataDir, 'api') },
      space: { disks: async () => (await health.read()).disks, ...askModels(models) },
      lan: { origins, ask },
      page: { origin: () => origins()?.[0] ?? onThisMachine(addresses()), ask },
      model: askModels(models),
      name: { host, ask: askNetwork, own: ownAddresses },
      clock: { now, builtAt },
      disks: { disks: (signal) => askDisks(steward, signal) },
      temperature: { host: createHost() },
    }),
  })
}

const originOf = ({ origin }: URL): string => origin

const addressOf = ({ hostname }: URL): string | null => {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1')
  return isIP(bare) === 0 ? null : bare
}

/** Where the box promises to answer: by an address of the home, for no other is in its certificate; and where it listens at all. */
const isHeldTo =
  (listen: string) =>
  (url: URL): boolean => {
    const address = addressOf(url)
    if (address === null || permitted({ names: [], addresses: [address] }).addresses.length === 0)
      return false
    return everywhere.has(listen) || listen === address
  }
const everywhere = new Set(['0.0.0.0', '::'])

function onThisMachine([any = 'http://localhost']: readonly string[]): string {
  const url = new URL(any)
  url.hostname = 'localhost'
  return url.origin
}

function askModels(models: Client): Omit<HealthDoors['space'], 'disks'> & HealthDoors['model'] {
  const by = (signal: AbortSignal): Caller => ({
    principal: localOwner('service'),
    signal,
    timeoutMs: 60_000,
  })
  const installed = async (signal: AbortSignal) =>
    (await models.call(modelsRoutes.installed, {}, by(signal))).models
  return {
    models: installed,
    unfinishedBytes: async (signal) => (await models.call(unfinishedRoutes.unfinished, {}, by(signal))).bytes,
    removeUnfinished: async (signal) => {
      await models.call(unfinishedRoutes.remove, {}, by(signal))
    },
    starter: async (signal) => (await installed(signal)).find(({ starter }) => starter)?.id ?? null,
    oneToken: async (model, signal) => {
      const json = { model, max_tokens: 1, messages: [{ role: 'user', content: 'Hello' }] } as const
      const { usage } = await models.call(
        openAiRoutes.chat,
        { json: { ...json, messages: [...json.messages] } },
        by(signal),
      )
      return usage.completion_tokens
    },
  }
}

async function askDisks(steward: Steward, signal: AbortSignal): Promise<readonly DiskHealth[] | null> {
  if (!steward.isHere()) return null
  const caller = { principal: localOwner('service'), signal, timeoutMs: 60_000 }
  return (await steward.client().call(stewardRoutes.disks, {}, caller)).disks
}

async function builtAt(): Promise<Date | null> {
  const times = await Promise.all(
    // the first is on systems of systemd's kind alone
    builtFiles.map(async (file) => (await stat(file).catch(() => null))?.mtime ?? null),
  )
  const known = times.filter((time) => time !== null).sort((a, b) => b.getTime() - a.getTime())
  return known[0] ?? null
}
