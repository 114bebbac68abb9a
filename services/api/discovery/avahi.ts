// Publishes through avahi's daemon: the host name is the daemon's, the services are an entry group of ours. Owns the
// group; the daemon keeps what it was told only as long as it and our connection live.
//
//   publish ──▶ host name settled ──▶ group registering ──▶ established
//                  ▲      refused: the daemon's own name      │ collision: the daemon's next name, again
//                  └── daemon back, host renamed, collision ──┘
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { HobError } from '#appliance/errors.ts'
import { errorFields } from '#appliance/log.ts'
import { type Advert, differsInTextAlone, serviceTypes } from './advert.ts'
import { type AvahiBus, connectAvahiBus, refusal, type Signal, type Target } from './avahi-bus.ts'
import { hasRival } from './one-shot.ts'
import type { Announcer, AnnouncerUses } from './publisher.ts'

const everywhere = -1
const attemptsMax = 20
/** A host name is probed for a second, and once more for each rival. */
const settleMs = 10_000
/** A daemon that is there may answer late while a box starts; where there is none, the refusal comes at once. */
const chooseWithinMs = 10_000

/** AvahiServerState and AvahiEntryGroupState of avahi-common/defs.h. */
const serverState = { running: 2, failure: 4 } as const
const groupState = { established: 2, collision: 3, failure: 4 } as const

const wordSchema = z.tuple([z.string()])
const stateSchema = z.tuple([z.number()]).rest(z.unknown())

interface Group {
  readonly path: string
  readonly advert: Advert
  readonly host: string
  readonly name: string
}

/** The bus's policy, and the daemon's own. */
const refusals: ReadonlySet<string> = new Set(['AccessDenied', 'NotPermittedError', 'InvalidHostNameError'])

type Connect = () => Promise<AvahiBus | null>

/** Resolves to null where no avahi answers on D-Bus. */
export async function connectAvahi(
  uses: AnnouncerUses,
  connect: Connect = () => connectAvahiBus({ withinMs: chooseWithinMs }),
): Promise<Announcer | null> {
  const bus = await connect()
  return bus === null ? null : createAvahi(uses, bus, connect)
}

function createAvahi({ log, named, anew, ask }: AnnouncerUses, first: AvahiBus, connect: Connect): Announcer {
  let bus = first
  let group: Group | null = null
  /** A host name that another machine has: asking for it again would only be refused again. */
  let lost: string | null = null
  /** The host name under which we stood last, and the one that was wished for then. */
  let held: { readonly wished: string; readonly host: string } | null = null

  const word = async (member: string, ...body: string[]): Promise<string> =>
    wordSchema.parse(await bus.call('server', member, 's'.repeat(body.length), body))[0]

  const stateOf = async (on: Target): Promise<number> => stateSchema.parse(await bus.call(on, 'GetState'))[0]

  /** The first state of `wanted` that is entered, or that holds already. Throws service_unavailable after 10 s. */
  const settled = async (on: Target, wanted: readonly number[]): Promise<number> => {
    const path = on === 'server' ? '/' : on.group
    const found = Promise.withResolvers<number>()
    const leave = bus.onSignal((signal) => {
      const state = stateIn(signal, path)
      if (state !== null && wanted.includes(state)) found.resolve(state)
    })
    try {
      const now = await stateOf(on)
      if (wanted.includes(now)) return now
      const state = await Promise.race([found.promise, wait(settleMs, null, { ref: false })])
      if (state === null) throw new HobError('service_unavailable', { service: 'avahi' })
      return state
    } finally {
      leave()
    }
  }

  const hostNow = async (): Promise<string> => {
    await settled('server', [serverState.running, serverState.failure])
    return await word('GetHostName')
  }

  /**
   * Two false packets make the daemon rename itself; a rival answers for the name that it took. So the name that we had is
   * asked for again unless somebody answers for it, whatever it was that made us publish anew.
   */
  const chooseHost = async (wished: string, now: string): Promise<string> => {
    if (held !== null && held.wished === wished && held.host !== now) {
      if (!(await hasRival(ask, held.host))) return held.host
      lost = wished
    }
    return lost === wished ? now : wished
  }

  /** Gives the daemon our host name where it lets us; resolves to the one that it has then. */
  const settleHost = async (wished: string): Promise<string> => {
    const now = await hostNow()
    const next = await chooseHost(wished, now)
    if (next === now) return now
    try {
      await bus.call('server', 'SetHostName', 's', [next])
    } catch (error) {
      if (!refusals.has(refusal(error) ?? '')) throw error
      log.warn('avahi keeps its own host name, which is now the box’s', { host: now, ...errorFields(error) })
      lost = wished
      return now
    }
    const given = await hostNow()
    if (given !== next) lost = wished
    return given
  }

  /** True once both services stand under this name; false when another device has it. */
  const register = async (path: string, advert: Advert, name: string): Promise<boolean> => {
    try {
      for (const type of serviceTypes) {
        const service = [everywhere, everywhere, 0, name, `_${type}._tcp`, '', '', advert.port, texts(advert)]
        await bus.call({ group: path }, 'AddService', 'iiussssqaay', service)
      }
      await bus.call({ group: path }, 'Commit')
    } catch (error) {
      if (refusal(error) === 'CollisionError') return false
      throw error
    }
    const { established, collision, failure } = groupState
    const state = await settled({ group: path }, [established, collision, failure])
    if (state === failure) throw new HobError('service_unavailable', { service: 'avahi' })
    return state === established
  }

  const leave = async (): Promise<void> => {
    const path = group?.path
    group = null
    if (path !== undefined && !bus.isClosed()) await bus.call({ group: path }, 'Free')
  }

  const enter = async (advert: Advert): Promise<void> => {
    let host = await settleHost(advert.host)
    let { name } = advert
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const path = z.tuple([z.string()]).parse(await bus.call('server', 'EntryGroupNew'))[0]
      const stands = await register(path, advert, name).catch(async (error: unknown) => {
        // left behind, it would be its successor's rival
        if (!bus.isClosed()) await bus.call({ group: path }, 'Free')
        throw error
      })
      const hostThen = await hostNow()
      if (stands && hostThen === host) {
        group = { path, advert, host, name }
        held = { wished: advert.host, host }
        return named({ host, name })
      }
      await bus.call({ group: path }, 'Free')
      if (hostThen !== host) lost = advert.host
      host = hostThen
      if (!stands) name = await word('GetAlternativeServiceName', name)
    }
    log.error('the box is not published: every name that was tried is taken', { host, name })
  }

  /** The daemon runs again, perhaps under another name. */
  const checkHost = async (known: Group): Promise<void> => {
    try {
      const host = await word('GetHostName')
      if (group === known && host !== known.host) anew()
    } catch (error) {
      log.warn('avahi does not tell its host name', errorFields(error))
    }
  }

  const onSignal = (signal: Signal): void => {
    const known = group
    if (known === null) return
    if (stateIn(signal, known.path) === groupState.collision) anew()
    if (stateIn(signal, '/') !== serverState.running) return
    void checkHost(known)
  }

  const listen = (): void => {
    bus.onSignal(onSignal)
    bus.onDaemon((present) => {
      log.info(present ? 'avahi is back; the box is published again' : 'avahi ended', {})
      // the daemon that comes back begins with the system's host name and no groups
      group = null
      lost = null
      held = null
      if (present) anew()
    })
  }
  listen()

  return {
    publish: async (advert) => {
      if (bus.isClosed()) {
        const again = await connect()
        if (again === null) throw new HobError('service_unavailable', { service: 'avahi' })
        bus = again
        group = null
        lost = null
        held = null
        listen()
      }
      const known = group
      if (known !== null && differsInTextAlone(known.advert, advert)) {
        for (const type of serviceTypes) {
          const service = [everywhere, everywhere, 0, known.name, `_${type}._tcp`, '', texts(advert)]
          await bus.call({ group: known.path }, 'UpdateServiceTxt', 'iiusssaay', service)
        }
        group = { ...known, advert }
        return
      }
      if (known !== null && known.advert.host !== advert.host) lost = null
      await leave()
      await enter(advert)
    },
    // avahi follows the interfaces itself
    follow: () => Promise.resolve(),
    stop: async () => {
      await leave()
      bus.close()
    },
  }
}

const texts = ({ txt }: Advert): Buffer[] =>
  Object.entries(txt).map(([key, value]) => Buffer.from(`${key}=${value}`))

function stateIn({ path, member, body }: Signal, wanted: string): number | null {
  if (path !== wanted || member !== 'StateChanged') return null
  return stateSchema.safeParse(body).data?.[0] ?? null
}
