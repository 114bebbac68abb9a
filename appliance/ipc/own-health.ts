// What a service says of its own process to whoever watches the box. Owns the count of what its log called an error; one
// for each process.
import type { ServiceHealth } from '../contracts/health.ts'
import { readVersion } from '../version.ts'

export interface OwnHealth {
  readonly version: string
  /** Since when this process runs. */
  readonly startedAt: Date
  /** To be told of each error in the log. */
  sawError(): void
  read(): ServiceHealth
}

export function createOwnHealth({ service, now }: { service: string; now: () => Date }): OwnHealth {
  const version = readVersion()
  const startedAt = now()
  let count = 0
  let lastAt: string | null = null
  return {
    version,
    startedAt,
    sawError: () => {
      count++
      lastAt = now().toISOString()
    },
    read: () => ({
      name: service,
      state: 'ready',
      residentBytes: process.memoryUsage.rss(),
      version,
      startedAt: startedAt.toISOString(),
      errors: { count, lastAt },
    }),
  }
}
