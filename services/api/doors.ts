// The box's doors: its walls, and what they stand on, which is its names on the network, its certificate, its people and the
// record of what was done. Opens them in their order, keeps them true while the box runs, closes them. Owns the server of the
// page and the API, and that of the plain-HTTP port.
import type { Server } from 'node:http'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type Config, isLoopback } from '#appliance/config/load.ts'
import type { AuditRecord } from '#appliance/contracts/audit.ts'
import { handedOver } from '#appliance/ipc/handed-over.ts'
import { closeServer, createServer, listen } from '#appliance/ipc/serve.ts'
import { errorFields, type Log } from '#appliance/log.ts'
import { type Clock, createTimers } from '#appliance/timers/timers.ts'
import { type Api, createApi } from './app.ts'
import { byTheBox } from './audit/record.ts'
import { noteOf, plainRefusal, refusal, turnedAway } from './audit/request.ts'
import { type Audit, registerAudit } from './audit/routes.ts'
import { createWishes, type Wishes } from './audit/wishes.ts'
import { type Advert, makeAdvert } from './discovery/advert.ts'
import { createBrowser } from './discovery/browse.ts'
import { createHostLabels, namesOf } from './discovery/hosts.ts'
import { openNames } from './discovery/names.ts'
import { askNetwork, ownAddresses } from './discovery/one-shot.ts'
import { createPublisher } from './discovery/publisher.ts'
import { createRenaming } from './discovery/rename.ts'
import { registerDiscovery, registerNames } from './discovery/routes.ts'
import { keepPublished } from './discovery/self-check.ts'
import type { Identity } from './identity/identity.ts'
import { openIdentity } from './identity/open.ts'
import { registerIdentity } from './identity/routes.ts'
import { createLiveServer } from './live/routes.ts'
import type { Known } from './privacy/mask.ts'
import { createWebServer } from './server.ts'
import { type Certificate, createCertificate } from './tls/certificate.ts'
import { openAt } from './tls/constraints.ts'
import { createPlainApp } from './tls/plain.ts'
import { registerCertificate } from './tls/routes.ts'
import type { Refused } from './walls/refusals.ts'

interface Uses {
  config: Config
  log: Log
  clock: Clock
  version: string
  /** What a removed person had in other files. */
  onRemoved: (user: string) => Promise<void>
  /** Gives the machine itself this label, where it is the box's own. */
  nameHost: (label: string) => Promise<void>
  /** The box, or its host on the network, has another name. */
  onRenamed: (names: { name: string; host: string; was: string }) => void
}

export interface Doors extends Api {
  readonly identity: Identity
  readonly audit: Audit
  /** How the page is opened, the best way first. */
  addresses(): string[]
  /** Whose names are kept out of what leaves the box. */
  known(): Known
  readonly wishes: Wishes
  /** Null without TLS. `anchors`: in PEM, what one has to trust to trust it. */
  certificateInUse(): { source: 'box' | 'owner'; expiresAt: Date; anchors: string } | null
  /** Listens, lets the network know, and keeps names, certificate and sessions true from now on. */
  open(): Promise<void>
  /** Keeps the record and the people open until `others`, whose requests need them, have ended too. */
  close(deadline: AbortSignal, others: Promise<void>): Promise<void>
}

/** Throws what its parts throw when they are opened. */
export async function openDoors(uses: Uses): Promise<Doors> {
  const { config, log, clock, version, onRemoved, onRenamed } = uses
  const folder = join(config.dataDir, 'api')
  const now = (): Date => clock.now()
  const secure = config.tls === 'on'
  const box = openNames({ file: join(folder, 'box.json') })
  const publisher = createPublisher({ log, ask: askNetwork })
  const browser = createBrowser({ log })
  const timers = createTimers({ clock, log })
  const labels = createHostLabels({
    now,
    effective: publisher.effectiveName,
    wished: () => box.current().host,
  })
  const host = (): string => `${labels.current()}.local`
  const hosts = (): string[] => labels.all().flatMap(namesOf)
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
  const addresses = (): string[] =>
    (isLoopback(config.listen) ? ['localhost'] : [host(), ...openAt([...ownAddresses()], { secure })]).map(
      (name) => at(name, web.port()),
    )
  const advert = (): Advert =>
    makeAdvert({
      names: box.current(),
      port: web.port(),
      version,
      claimed: parts.identity.claimed(),
      caFingerprint: certificate?.fingerprint().full ?? null,
    })
  const publish = async (): Promise<void> => {
    if (isLoopback(config.listen)) return
    try {
      await publisher.publish(advert())
    } catch (error) {
      log.warn('the box is not announced on the network', errorFields(error))
    }
  }

  let told = { name: box.current().name, host: host() }
  const tellRenamed = (): void => {
    const next = { name: box.current().name, host: host() }
    if (next.name === told.name && next.host === told.host) return
    onRenamed({ ...next, was: told.host })
    told = next
  }
  // as it was when this process was started: its unit gives it a view of its own (ProtectHostname=)
  const isOwnMachine = isNobodysName(hostname()) || hostname() === box.current().host
  const nameHost = async (label: string): Promise<void> => {
    if (!isOwnMachine) return
    try {
      await uses.nameHost(label)
    } catch (error) {
      log.warn('the machine keeps its old name', errorFields(error))
    }
  }
  const renaming = createRenaming({
    nameHost,
    names: box,
    hosts: labels,
    renew,
    publish: async () => {
      await publish()
      tellRenamed()
    },
  })

  /** The root certificate over plain HTTP, where it can be had before it is trusted. */
  const openPlain = async (authority: Certificate): Promise<Server> => {
    const app = createPlainApp({
      certificate: authority,
      secureOrigin: (asked) => at(asked.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1'), web.port()),
      isAllowedHost: api.names.isName,
      boxName: () => box.current().name,
      log,
      refused,
    })
    const server = createServer(app.fetch)
    await listen(server, handedOver('http') ?? { port: config.plainPort, host: config.listen })
    return server
  }
  let plain: Server | null = null
  const refused: Refused = (c, error) => void audit.append(refusal(c, error))
  /** Of what was refused before there was a request whose answer could tell that it is not recorded. */
  const record = (entry: AuditRecord): void => {
    try {
      audit.append(entry)
    } catch (error) {
      log.error('a refusal could not be recorded', errorFields(error))
    }
  }

  const api = createApi({
    log,
    now,
    identity: parts.identity,
    maxConnections: config.maxConnections,
    rates: { personPerMinute: config.requestsPerMinute },
    tls: secure,
    names,
    port: () => web.port(),
    refused,
    turnedAway: ({ address, code }) => record(turnedAway(address, code)),
  })
  const audit = registerAudit(api.app, { file: join(folder, 'audit.db'), clock, log })
  const web = createWebServer({
    ...api,
    websocket: createLiveServer(),
    certificate: certificate?.context() ?? null,
    refused: (request, error) => record(plainRefusal(request, error)),
  })
  registerIdentity(api.app, {
    parts,
    note: noteOf(audit),
    secureCookies: secure,
    box: {
      name: () => box.current().name,
      host,
      fingerprint: () => certificate?.fingerprint().full ?? null,
      plainPort: () => portOf(plain),
      checkName: (name) => void box.checked({ name }),
      rename: async (name) => {
        try {
          if ((await renaming.rename({ name })) !== null) audit.append(byTheBox('box.renamed', { name }))
        } catch (error) {
          // the claimer must see their recovery codes, whatever the disk says
          log.error('the box keeps its old name', errorFields(error))
        }
      },
      claimed: () => publish(),
      origins: addresses,
    },
  })
  registerNames(api.app, {
    names: () => ({
      id: box.current().id,
      name: box.current().name,
      label: box.current().host,
      host: host(),
      addresses: addresses(),
    }),
    renaming,
    audit,
  })
  registerCertificate(api.app, { certificate, audit })
  registerDiscovery(api.app, { browser, ownId: box.current().id })

  return {
    ...api,
    identity: parts.identity,
    audit,
    addresses,
    known: () => ({
      people: parts.people.list().map(({ name }) => name),
      boxes: [box.current().name, ...labels.all()],
      networks: [audit.newest('wifi.joined')?.target].filter((name) => typeof name === 'string'),
    }),
    certificateInUse: () => {
      if (certificate === null) return null
      const source = certificate.source()
      const anchors = source === 'box' ? certificate.caPem() : certificate.context().cert
      return { source, expiresAt: certificate.expiresAt(), anchors }
    },
    wishes: createWishes({ audit }),
    open: async () => {
      await web.listen((secure ? handedOver('https') : null) ?? { port: config.port, host: config.listen })
      audit.append(byTheBox('box.started', {}))
      // nobody waits for it
      if (hostname() !== box.current().host) void nameHost(box.current().host)
      certificate?.onChange((by) => {
        web.exchange(certificate.context())
        // what the owner did is recorded with who they are
        if (by === 'box') audit.append(byTheBox('certificate.changed', { source: certificate.source() }))
      })
      publisher.onRename(() => {
        tellRenamed()
        renew().catch((error: unknown) => log.error('no certificate', errorFields(error)))
      })
      if (certificate !== null) plain = await openPlain(certificate)
      timers.every('* * * * *', 'sessions', () => Promise.resolve(parts.sweep()))
      // a new address is of no use to anybody while the certificate does not name it
      timers.every('*/10 * * * * *', 'certificate', renew)
      if (!isLoopback(config.listen)) {
        // the network may be slow to answer, and nobody waits for it
        void publish()
        keepPublished({ timers, log, publisher, advert })
      }
    },
    close: async (deadline, others) => {
      await Promise.all([
        others,
        timers.stop(),
        browser.stop(),
        publisher.stop(),
        web.close(deadline),
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

/** That a machine has when nobody gave it one, or that a box gave it. One that its owner named otherwise keeps its name. */
const isNobodysName = (name: string): boolean => /^(localhost|\(none\)|debian|hob(-.*)?|)$/i.test(name)
