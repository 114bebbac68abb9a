// Gives the box another name or host label, in an order that leaves nobody before a closed door: both labels are answered
// to, the certificate vouches for both, then the new one is kept and announced. Owns nothing but the order.
//
//   checked ──▶ both labels answered ──▶ certificate for both ──▶ box.json ──▶ the machine's name ──▶ announced ──▶ old label ends (10 min)
import { setTimeout as wait } from 'node:timers/promises'
import type { HostLabels } from './hosts.ts'
import type { BoxNames, Names, WantedNames } from './names.ts'

export interface Renaming {
  /**
   * Null when it is called that already. Resolves when the network has taken the name, or after 12 s; what it is called
   * there may be another one, where that was taken. Throws name_invalid, and what cannot be written: then all is as it was.
   */
  rename(wanted: WantedNames): Promise<BoxNames | null>
}

interface Uses {
  names: Names
  hosts: HostLabels
  /** Makes the certificate vouch for all that the box answers to. */
  renew: () => Promise<void>
  publish: () => Promise<void>
  /** Gives the machine itself the box's label, where it is the box's own. Never rejects. */
  nameHost: (label: string) => Promise<void>
  /** The page waits no longer than 20 s for an answer. */
  patienceMs?: number
}

export function createRenaming({
  names,
  hosts,
  renew,
  publish,
  nameHost,
  patienceMs = 12_000,
}: Uses): Renaming {
  let last: Promise<unknown> = Promise.resolve()

  const work = async (wanted: WantedNames): Promise<BoxNames | null> => {
    const before = names.current()
    const next = names.checked(wanted)
    if (next.name === before.name && next.host === before.host) return null
    if (next.host !== before.host) {
      hosts.keep(hosts.current())
      hosts.keep(next.host)
      await renew()
    }
    names.change(wanted)
    if (next.host !== before.host) await nameHost(next.host)
    await Promise.race([publish(), wait(patienceMs, undefined, { ref: false })])
    return next
  }

  return {
    rename: (wanted) => {
      const mine = last.then(() => work(wanted))
      // its own caller hears of the error; the next one only waits for its end
      last = mine.catch(() => undefined)
      return mine
    },
  }
}
