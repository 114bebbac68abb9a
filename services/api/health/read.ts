// How the box is now, read when somebody asks: its services, disks, databases, certificate and clock. The one source of
// /hob/v1/health, /metrics and the services in /hob/v1/status. Owns nothing.
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { BoxHealth, ServiceHealth } from '#appliance/contracts/health.ts'
import { ownHealthRoute } from '#appliance/contracts/health.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import { HobError } from '#appliance/errors.ts'
import type { Client } from '#appliance/ipc/client.ts'
import { storeStates } from '#appliance/store/state.ts'
import type { LoadSampler } from '../load.ts'

const dayMs = 86_400_000
const patienceMs = 5_000

export interface HealthReader {
  services(): Promise<ServiceHealth[]>
  read(): Promise<BoxHealth>
}

interface Uses {
  config: { dataDir: string; modelsDir: string }
  own: () => ServiceHealth
  models: Client
  load: LoadSampler
  certificate: () => { source: 'box' | 'owner'; expiresAt: Date } | null
  now: () => Date
}

export function createHealth({ config, own, models, load, certificate, now }: Uses): HealthReader {
  const startedAtMs = now().getTime()
  const startedTicks = performance.now()

  const services = async (): Promise<ServiceHealth[]> => {
    const caller = { principal: localOwner('service'), timeoutMs: patienceMs }
    const theirs = await orNull(models.call(ownHealthRoute, {}, caller))
    return [own(), theirs ?? down('models')]
  }

  const certificateNow = (): BoxHealth['certificate'] => {
    const held = certificate()
    if (held === null) return null
    const { source, expiresAt } = held
    const daysLeft = Math.floor((expiresAt.getTime() - now().getTime()) / dayMs)
    return { source, expiresAt: expiresAt.toISOString(), daysLeft }
  }

  const clockNow = (): BoxHealth['clock'] => {
    const at = now()
    const elapsedMs = performance.now() - startedTicks
    return {
      now: at.toISOString(),
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      setSeconds: Math.round((at.getTime() - startedAtMs - elapsedMs) / 100) / 10 || 0,
    }
  }

  return {
    services,
    read: async () => {
      const [all, data, files] = await Promise.all([
        services(),
        space('data', config.dataDir),
        space('models', config.modelsDir),
      ])
      return {
        services: all,
        load: load(),
        disks: [data, files],
        databases: storeStates(join(config.dataDir, 'api')),
        certificate: certificateNow(),
        clock: clockNow(),
      }
    },
  }
}

const down = (name: string): ServiceHealth => ({
  name,
  state: 'down',
  residentBytes: null,
  version: null,
  startedAt: null,
  errors: null,
})

async function space(folder: 'data' | 'models', path: string): Promise<BoxHealth['disks'][number]> {
  try {
    const { bsize, blocks, bavail } = await statfs(path)
    return { folder, totalBytes: blocks * bsize, availableBytes: bavail * bsize }
  } catch {
    // the folder is gone, or its disk is: that nothing can be said of it is what there is to say
    return { folder, totalBytes: null, availableBytes: null }
  }
}

/** Null while the service is not there. */
export async function orNull<Value>(answer: Promise<Value>): Promise<Value | null> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof HobError && error.code === 'service_unavailable') return null
    throw error
  }
}
