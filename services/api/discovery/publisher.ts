// Makes the box known on the local network: through avahi where its daemon answers, else through ciao in this process.
// One interface for both; owns the choice, the order of what is done, and the list of who hears of a rename.
import { errorFields, type Log } from '#appliance/log.ts'
import type { Advert } from './advert.ts'
import type { AskNetwork } from './one-shot.ts'

export interface PublishedName {
  /** The host label on the network, without `.local`. */
  readonly host: string
  /** The instance name. */
  readonly name: string
}

/** What avahi.ts and ciao.ts are; calls come one after the other. */
export interface Announcer {
  /** Publishes, or publishes anew what is published already; an advert that differs in TXT alone is updated in place. */
  publish(advert: Advert): Promise<void>
  /** Notices interfaces that appeared; cheap when none did. */
  follow(): Promise<void>
  /** Says goodbye. */
  stop(): Promise<void>
}

export interface AnnouncerUses {
  log: Log
  /** The network let us have this name, at first or after a conflict. */
  named: (name: PublishedName) => void
  /** What is published does not hold any more (a conflict, a daemon that came back): publish it again, in its turn. */
  anew: () => void
  ask: AskNetwork
}

export interface Publisher {
  /**
   * Resolves once the box is announced, or after some seconds without a network, and goes on trying. The same advert
   * again is published anew. Throws service_unavailable when avahi stopped answering; calling again tries again.
   */
  publish(advert: Advert): Promise<void>
  /** The host label that the box has on the network; the wished one until the network has spoken. */
  effectiveName(): string
  /** Called when the network's name for the box is, or becomes, another than it was. */
  onRename(listener: (name: PublishedName) => void): void
  via(): 'avahi' | 'ciao' | 'off'
  /** To be called now and then: notices interfaces that appeared. */
  follow(): Promise<void>
  /** Goodbye to all; takes at most some seconds. */
  stop(): Promise<void>
}

interface Options {
  log: Log
  ask: AskNetwork
  /** For tests: each resolves to null where it cannot serve. */
  openAvahi?: (uses: AnnouncerUses) => Promise<Announcer | null>
  openCiao?: (uses: AnnouncerUses) => Promise<Announcer>
}

export function createPublisher({
  log,
  ask,
  openAvahi = findAvahi,
  openCiao = startCiao,
}: Options): Publisher {
  const listeners = new Set<(name: PublishedName) => void>()
  let announcer: Announcer | null = null
  let via: 'avahi' | 'ciao' | 'off' = 'off'
  let published: PublishedName = { host: '', name: '' }
  let advert: Advert | null = null
  let stopped = false
  let last: Promise<void> = Promise.resolve()

  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const turn = last.then(work)
    last = turn.catch(() => undefined)
    return turn
  }

  const named = (name: PublishedName): void => {
    if (name.host === published.host && name.name === published.name) return
    published = name
    log.info('the box has another name on the network', { host: name.host, name: name.name, via })
    for (const listener of listeners) listener(name)
  }

  const send = async (): Promise<void> => {
    if (stopped || advert === null) return
    announcer ??= await open()
    await announcer.publish(advert)
  }

  const anew = (): void => {
    inTurn(send).catch((error: unknown) =>
      log.warn('the box could not be published anew', errorFields(error)),
    )
  }

  const open = async (): Promise<Announcer> => {
    const uses = { log, named, anew, ask }
    const avahi = await openAvahi(uses)
    via = avahi === null ? 'ciao' : 'avahi'
    return avahi ?? (await openCiao(uses))
  }

  return {
    publish: (next) =>
      inTurn(async () => {
        // the wish itself is no news
        if (advert === null) published = { host: next.host, name: next.name }
        advert = next
        await send()
      }),
    effectiveName: () => published.host,
    onRename: (listener) => void listeners.add(listener),
    via: () => via,
    follow: () => inTurn(async () => announcer?.follow()),
    stop: async () => {
      stopped = true
      await inTurn(async () => {
        try {
          await announcer?.stop()
        } catch (error) {
          log.warn('the box left the network without a goodbye', errorFields(error))
        }
        announcer = null
        via = 'off'
      })
    },
  }
}

/** Loaded only where they serve: each brings a library that the other box has no use for. */
async function findAvahi(uses: AnnouncerUses): Promise<Announcer | null> {
  const { connectAvahi } = await import('./avahi.ts')
  return await connectAvahi(uses)
}

async function startCiao(uses: AnnouncerUses): Promise<Announcer> {
  const { createCiao } = await import('./ciao.ts')
  return await createCiao(uses)
}
