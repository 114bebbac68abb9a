// Publishes through ciao, in this process, where there is no avahi. The one door to @homebridge/ciao, whose habits are
// handled here: it takes two services of one host for rivals, renames the host to `hob-ab12-(2)`, which is no host name,
// leaves out interfaces that `ip` prints as `name@peer`, and answers whatever is asked as often as it is. Owns the
// responder and its sockets on 5353.
import { setTimeout as wait } from 'node:timers/promises'
import type { CiaoService, getResponder as getResponderType, Responder } from '@homebridge/ciao'
import { type Advert, alternativeHost, alternativeName, differsInTextAlone, serviceTypes } from './advert.ts'
import { boundAnswers, dropMalformedPackets, isWire } from './ciao-wire.ts'
import { hasRival, lanInterfaces, ownAddresses } from './one-shot.ts'
import type { Announcer, AnnouncerUses } from './publisher.ts'

interface Running {
  readonly responder: Responder
  readonly services: readonly CiaoService[]
  readonly advert: Advert
  readonly interfaces: readonly string[]
}

/** Two services are probed one after the other, a second each; without a network it takes longer than anybody waits. */
const announceMs = 10_000
const goodbyeMs = 3_000
const attemptsMax = 20
/** Reading them at every packet of a flood would cost more than the packet. */
const ownAddressesKeptMs = 1_000
/** These waits keep no process alive. */
const unheld = { ref: false }

export async function createCiao({ log, named, anew, ask }: AnnouncerUses): Promise<Announcer> {
  const getResponder = await loadCiao()
  let running: Running | null = null
  let wished: Advert | null = null

  const leave = async (): Promise<void> => {
    const { responder, services } = running ?? { services: [] }
    running = null
    const ended = Promise.allSettled(services.map((service) => service.destroy()))
    await Promise.race([ended, wait(goodbyeMs, undefined, unheld)])
    await Promise.race([responder?.shutdown(), wait(goodbyeMs, undefined, unheld)])
  }

  /** Resolves when the network has had time to object; false when it did. */
  const announce = async (advert: Advert, as: { host: string; name: string }): Promise<boolean> => {
    const interfaces = lanInterfaces().map(({ name }) => name)
    // named, they are taken as they are; and no `ip` is started every fifteen seconds to list them
    const responder = getResponder({ interface: interfaces })
    letOneHostHaveTwoServices(responder)
    guardWire(responder)
    const { port, txt } = advert
    const services = serviceTypes.map((type) =>
      responder.createService({
        name: as.name,
        hostname: as.host,
        type,
        port,
        txt: { ...txt },
      }),
    )
    const run: Running = { responder, services, advert, interfaces }
    running = run
    const objection = Promise.withResolvers<false>()
    let settled = false
    for (const service of services) {
      service.on('hostname-change', () => {
        // a service that is destroyed now is not announced under the name that ciao made up
        for (const each of services) each.destroy().catch(() => undefined)
        objection.resolve(false)
        if (settled && running === run) anew()
      })
    }
    const announced = Promise.all(services.map((service) => service.advertise())).then(() => true)
    const late = wait(announceMs, undefined, unheld).then(() => {
      if (!settled) log.info('no network took the box’s name yet; it goes on trying')
      return true
    })
    const accepted = await Promise.race([objection.promise, announced, late])
    settled = true
    return accepted
  }

  /**
   * Our own rule: the host and the instance are renamed apart, each only when it is the one that is taken. A single
   * objection without a rival that answers renames nothing: anybody can send one.
   */
  const start = async (advert: Advert): Promise<void> => {
    let { host } = advert
    let name = inCiaosWords(advert.name)
    let hosts = 1
    let instances = 0
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      if (await announce(advert, { host, name })) return named({ host, name })
      await leave()
      if (await hasRival(ask, host)) host = alternativeHost(advert.host, ++hosts)
      else if (++instances > 1) name = alternativeName(inCiaosWords(advert.name), instances)
    }
    log.error('the box is not published: every name that was tried is taken', { host, name })
  }

  return {
    publish: async (advert) => {
      wished = advert
      if (running !== null && differsInTextAlone(running.advert, advert)) {
        for (const service of running.services) service.updateTxt({ ...advert.txt })
        running = { ...running, advert }
        return
      }
      await leave()
      if (lanInterfaces().length > 0) await start(advert)
      else log.info('there is no network yet; the box is published when there is')
    },
    follow: async () => {
      const known = running?.interfaces ?? []
      const appeared = lanInterfaces().some(({ name }) => !known.includes(name))
      if (wished === null || !appeared) return
      log.info('a network appeared; the box is published there too')
      await leave()
      await start(wished)
    },
    stop: async () => {
      wished = null
      await leave()
    },
  }
}

/**
 * ciao probes for the second service's host while the first service answers for it, hears that answer, and renames.
 * So it is shown no services of its own to compare with, and no answers that this machine gave.
 */
function letOneHostHaveTwoServices(responder: Responder): void {
  const handleResponse = responder.handleResponse.bind(responder)
  let own = ownAddresses()
  let readAt = performance.now()
  const isOwn = (address: string): boolean => {
    if (performance.now() - readAt > ownAddressesKeptMs) {
      own = ownAddresses()
      readAt = performance.now()
    }
    return own.has(address)
  }
  Object.assign(responder, {
    getAnnouncedServices: () => [].values(),
    handleResponse: (...[packet, endpoint]: Parameters<Responder['handleResponse']>) => {
      if (!isOwn(endpoint.address)) handleResponse(packet, endpoint)
    },
  })
}

/** ciao-wire.ts says why. */
function guardWire(responder: Responder): void {
  const server: unknown = Reflect.get(responder, 'server')
  if (!isWire(server)) throw new TypeError('ciao has no server that takes and sends messages')
  dropMalformedPackets(server)
  boundAnswers(server)
}

/** ciao brings source-map-support, with which every stack of the whole process costs ten times as much: undone. */
async function loadCiao(): Promise<typeof getResponderType> {
  const { prepareStackTrace } = Error
  const { getResponder } = await import('@homebridge/ciao')
  Object.assign(Error, { prepareStackTrace })
  return getResponder
}

/** ciao reads a number at the end of `Kitchen (2)` and gives the host the same: it must see none. */
const inCiaosWords = (name: string): string => name.replace(/ \((\d+)\)$/, ' #$1')
