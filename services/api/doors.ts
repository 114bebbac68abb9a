// The box's doors: its walls, and what they stand on, which is its names on the network, its certificate, its people and the
// record of what was done. Opens them in their order, keeps them true while the box runs, closes them. Owns the plain-HTTP port.
import type { Server } from 'node:http'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type Config, isLoopback } from '#appliance/config/load.ts'
import { closeServer, createServer, listen } from '#appliance/ipc/serve.ts'
import { errorFields, type Log } from '#appliance/log.ts'
import { type Clock, createTimers } from '#appliance/timers/timers.ts'
import { type Api, createApi } from './app.ts'
import { byTheBox } from './audit/record.ts'
import { noteOf, refusal, turnedAway } from './audit/request.ts'
import { type Audit, registerAudit } from './audit/routes.ts'
import { createWishes, type Wishes } from './audit/wishes.ts'
import { type Advert, makeAdvert } from './discovery/advert.ts'
import { createBrowser } from './discovery/browse.ts'
import { openNames } from './discovery/names.ts'
import { askNetwork, ownAddresses } from './discovery/one-shot.ts'
import { createPublisher } from './discovery/publisher.ts'
import { registerDiscovery } from './discovery/routes.ts'
import { keepPublished } from './discovery/self-check.ts'
import type { Identity } from './identity/identity.ts'
import { openIdentity } from './identity/open.ts'
import { registerIdentity } from './identity/routes.ts'
import type { WebServer } from './server.ts'
import { type Certificate, createCertificate } from './tls/certificate.ts'
import { createPlainApp } from './tls/plain.ts'

/** Under what a home router may know a machine; the box's root vouches for these. */
const homeDomains = ['local', 'lan', 'home.arpa', 'internal'] as const

interface Uses {
  config: Config
  log: Log
  clock: Clock
  version: string
  /** The server behind the walls, once there is one. */
  web: () => WebServer
  /** What a removed person had in other files. */
  onRemoved: (user: string) => Promise<void>
}

export interface Doors extends Api {
  readonly identity: Identity
  readonly audit: Audit
  readonly wishes: Wishes
  /** Null without TLS. */
  certificate(): { key: string; cert: string } | null
  /** Once the server listens: lets the network know, and keeps names, certificate and sessions true from now on. */
  open(): Promise<void>
  close(deadline: AbortSignal): Promise<void>
}

/** Throws what its parts throw when they are opened. */
export async function openDoors({ config, log, clock, version, web, onRemoved }: Uses): Promise<Doors> {
  const folder = join(config.dataDir, 'api')
  const now = (): Date => clock.now()
  const secure = config.tls === 'on'
  const box = openNames({ file: join(folder, 'box.json') })
  const publisher = createPublisher({ log, ask: askNetwork })
  const browser = createBrowser({ log })
  const timers = createTimers({ clock, log })
  const host = (): string => publisher.effectiveName() || box.current().host
  const hosts = (): string[] =>
    [host(), hostname().toLowerCase()].flatMap((label) => [
      ...homeDomains.map((domain) => `${label}.${domain}`),
      label,
    ])
  const names = (): string[] => [...new Set([...hosts(), ...ownAddresses()])]
  const certificate = secure
    ? await createCertificate({ folder: join(folder, 'tls'), boxName: box.current().name, now, log })
    : null
  const renew = async (): Promise<void> => {
    await certificate?.ensure({ names: ['localhost', ...hosts()], addresses: [...ownAddresses()] })
  }
  await renew()
  const parts = openIdentity({
    file: join(folder, 'identity.db'),
    now,
    log,
    boxId: box.current().id,
    hosts: () => ['localhost', ...hosts()],
    boxName: () => box.current().name,
    onRemoved,
  })

  const scheme = secure ? 'https' : 'http'
  const at = (name: string, port: number): string =>
    `${scheme}://${name.includes(':') ? `[${name}]` : name}${port === (secure ? 443 : 80) ? '' : `:${port}`}`
  /** The best first: link-local addresses mean nothing without an interface, and no browser takes one. */
  const reachable = (): string[] =>
    isLoopback(config.listen)
      ? ['localhost']
      : [`${host()}.local`, ...[...ownAddresses()].filter((address) => !/^(127\.|::1$|fe80:)/.test(address))]
  const advert = (port: number): Advert =>
    makeAdvert({
      names: box.current(),
      port,
      version,
      claimed: parts.identity.claimed(),
      caFingerprint: certificate?.fingerprint().full ?? null,
    })
  const publish = async (port: number): Promise<void> => {
    if (isLoopback(config.listen)) return
    try {
      await publisher.publish(advert(port))
    } catch (error) {
      log.warn('the box is not announced on the network', errorFields(error))
    }
  }

  /** The root certificate over plain HTTP, where it can be had before it is trusted. */
  const openPlain = async (authority: Certificate): Promise<Server> => {
    const app = createPlainApp({
      certificate: authority,
      secureOrigin: (asked) => at(asked.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1'), web().port()),
      isAllowedHost: api.names.isName,
      boxName: box.current().name,
      log,
    })
    const server = createServer(app.fetch)
    await listen(server, { port: config.plainPort, host: config.listen })
    return server
  }
  let plain: Server | null = null

  const api = createApi({
    log,
    now,
    identity: parts.identity,
    maxConnections: config.maxConnections,
    rates: { personPerMinute: config.requestsPerMinute },
    tls: secure,
    names,
    port: () => web().port(),
    refused: (c, error) => void audit.append(refusal(c, error)),
    turnedAway: ({ address, code }) => {
      try {
        audit.append(turnedAway(address, code))
      } catch (error) {
        // nobody waits for it who could be told
        log.error('a refusal could not be recorded', errorFields(error))
      }
    },
  })
  const audit = registerAudit(api.app, { file: join(folder, 'audit.db'), clock, log })
  registerIdentity(api.app, {
    parts,
    note: noteOf(audit),
    secureCookies: secure,
    box: {
      name: () => box.current().name,
      host: () => `${host()}.local`,
      fingerprint: () => certificate?.fingerprint().full ?? null,
      plainPort: () => portOf(plain),
      rename: async (name) => {
        box.setName(name)
        audit.append(byTheBox('box.renamed', { name }))
        await publish(web().port())
      },
      claimed: () => publish(web().port()),
      origins: () => reachable().map((name) => at(name, web().port())),
    },
  })
  registerDiscovery(api.app, { browser, ownId: box.current().id })

  return {
    ...api,
    identity: parts.identity,
    audit,
    wishes: createWishes({ audit }),
    certificate: () => {
      const context = certificate?.context()
      return context === undefined ? null : { key: String(context.key), cert: String(context.cert) }
    },
    open: async () => {
      audit.append(byTheBox('box.started', {}))
      certificate?.onChange(() => {
        const { key, cert } = certificate.context()
        web().exchange({ key: String(key), cert: String(cert) })
        audit.append(byTheBox('certificate.changed', { source: certificate.source() }))
      })
      publisher.onRename(
        () => void renew().catch((error: unknown) => log.error('no certificate', errorFields(error))),
      )
      if (certificate !== null) plain = await openPlain(certificate)
      timers.every('* * * * *', 'certificate and sessions', async () => {
        parts.sweep()
        await renew()
      })
      if (!isLoopback(config.listen)) {
        // the network may be slow to answer, and nobody waits for it
        void publish(web().port())
        keepPublished({ timers, log, publisher, advert: () => advert(web().port()) })
      }
    },
    close: async (deadline) => {
      await Promise.all([
        timers.stop(),
        browser.stop(),
        publisher.stop(),
        plain === null ? undefined : closeServer(plain, deadline),
      ])
      parts.identity.close()
      audit.close()
    },
  }
}

function portOf(server: Server | null): number | null {
  const bound = server?.address()
  return typeof bound === 'object' && bound !== null ? bound.port : null
}
