// Asks the network for the box's own name and has it published anew when nobody answers twice in a row, or somebody
// answers with addresses that are not the box's. Owns the count of misses; keepPublished gives it its minute.
import type { Log } from '#appliance/log.ts'
import type { Timers } from '#appliance/timers/timers.ts'
import type { Advert } from './advert.ts'
import { type AskNetwork, askNetwork, ownAddresses } from './one-shot.ts'
import type { Publisher } from './publisher.ts'

export interface SelfCheck {
  check(signal?: AbortSignal): Promise<void>
}

interface Uses {
  log: Log
  ask: AskNetwork
  /** The addresses of this machine, spelled as `ask` spells them. */
  own: () => ReadonlySet<string>
  /** The host label as it is on the network now; empty before there is one. */
  name: () => string
  republish: () => Promise<void>
}

/** One miss may be a lost packet. */
const missesUntilRepublished = 2

interface Keeps {
  timers: Timers
  log: Log
  publisher: Publisher
  /** What is true now. */
  advert: () => Advert
}

/** Once published, looked after: the name each minute, new interfaces within ten seconds (nothing is sent for those). */
export function keepPublished({ timers, log, publisher, advert }: Keeps): void {
  const { check } = createSelfCheck({
    log,
    ask: askNetwork,
    own: ownAddresses,
    name: publisher.effectiveName,
    republish: () => publisher.publish(advert()),
  })
  timers.every('* * * * *', 'the box’s own name', (signal) => check(signal))
  timers.every('*/10 * * * * *', 'network interfaces', () => publisher.follow())
}

export function createSelfCheck({ log, ask, own, name, republish }: Uses): SelfCheck {
  let misses = 0

  return {
    check: async (signal) => {
      const host = name()
      if (host === '') return
      const heard = await ask(host, signal)
      if (heard === null || signal?.aborted === true) return
      const ours = own()
      const foreign = heard.filter((address) => !ours.has(address)).length
      if (heard.length > 0 && foreign === 0) {
        if (misses > 0) log.info('the box’s name is answered again', { host })
        misses = 0
        return
      }
      misses++
      const fields = { host, answers: heard.length, foreign, misses }
      if (misses < missesUntilRepublished) {
        log.debug('the box’s name was not answered as it should be', fields)
        return
      }
      log.warn('the box’s name is not answered as it should be: published anew', fields)
      misses = 1
      await republish()
    },
  }
}
