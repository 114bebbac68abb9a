// Everything that the steward answers: one `register…` for each group of verbs. All of it is for the api, whose principal is recorded
// there; bodies are small and strict. No state.
import { ownHealthRoute, type ServiceHealth } from '#appliance/contracts/health.ts'
import type { Host } from '#appliance/hardware/host.ts'
import type { NetworkManager } from '#appliance/host/network-manager.ts'
import { type App, createApp } from '#appliance/ipc/app.ts'
import { strictJson } from '#appliance/ipc/body.ts'
import type { Log } from '#appliance/log.ts'
import type { LogReader } from '#appliance/logs/reader.ts'
import type { Clock } from '#appliance/timers/timers.ts'
import { registerDisks } from './disks.ts'
import { registerEncryption } from './encryption.ts'
import { registerHostName } from './host-name.ts'
import { registerJournal } from './journal.ts'
import { registerMachine } from './machine.ts'
import { registerNetwork } from './network.ts'
import { registerPower } from './power.ts'
import { registerTimeZone } from './time-zone.ts'

const maxBodyBytes = 16 * 1024

interface Uses {
  health: () => ServiceHealth
  /** Of the kernel's own files. */
  host: Host
  network: NetworkManager
  clock: Clock
  reader: LogReader
  log: Log
  draining: AbortSignal
}

export function createRoutes({ health, host, reader, network, clock, log, draining }: Uses): App {
  const app = createApp({ log })
  app.openapi(ownHealthRoute, (c) => c.json(health(), 200))
  app.get('/readyz', (c) =>
    draining.aborted ? c.json({ status: 'draining' }, 503) : c.json({ status: 'ready' }),
  )
  app.use(strictJson({ maxBytes: maxBodyBytes }))
  registerMachine(app)
  registerPower(app, { log })
  registerTimeZone(app)
  registerHostName(app)
  registerJournal(app, { reader, draining })
  registerDisks(app, { host, log })
  registerEncryption(app, { host, log })
  registerNetwork(app, { network, clock, log })
  return app
}
