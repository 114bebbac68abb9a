// What the box's doors stand on: its name on the network, its certificate, its people, and the record of what was done.
// Opens them in their order, keeps them true while the box runs, and closes them. Used by main.ts alone.
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Config } from '#appliance/config/load.ts'
import type { App } from '#appliance/ipc/app.ts'
import { closeServer, createServer, listen } from '#appliance/ipc/serve.ts'
import type { Log } from '#appliance/log.ts'
import type { Clock, Timers } from '#appliance/timers/timers.ts'
import { type Audit, registerAudit } from './audit/routes.ts'
import { makeAdvert } from './discovery/advert.ts'
import { createBrowser } from './discovery/browse.ts'
import { openNames } from './discovery/names.ts'
import { askNetwork, ownAddresses } from './discovery/one-shot.ts'
import { createPublisher } from './discovery/publisher.ts'
import { registerDiscovery } from './discovery/routes.ts'
import { keepPublished } from './discovery/self-check.ts'
import type { Identity } from './identity/identity.ts'
import { openIdentity } from './identity/open.ts'
import { registerIdentity } from './identity/routes.ts'
import { noteOf, refusalOf } from './record.ts'
import type { WebServer } from './server.ts'
import { createCertificate } from './tls/certificate.ts'
import { createPlainApp } from './tls/plain.ts'
import type { Refused } from './walls/refusals.ts'
import type { Names } from './walls/names.ts'

interface Uses {
  config: Config
  log: Log
  clock: Clock
  version: string
  /** What a removed person had in other files. */
  onRemoved: (user: string) => Promise<void>
}

export interface Doors {
  readonly identity: Identity
  /** The present host names and addresses, loopback's aside. */
  names(): readonly string[]
  /** Null without TLS. */
  certificate(): { key: string; cert: string } | null
  readonly refused: Refused
  /** Their routes; the port is the one that was really taken. */
  register(app: App, port: () => number): void
  /** Lets the network know, and keeps names, certificate and sessions true from now on. */
  open(at: { web: WebServer; names: Names; timers: Timers }): Promise<void>
  /** What else the record must hold. */
  audit(): Audit
  close(deadline: AbortSignal): Promise<void>
}
