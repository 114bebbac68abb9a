// The challenges of passkey ceremonies that have begun: in memory, for five minutes, each for one answer. Nobody can make
// the box remember without end, nor (but from many addresses) push out what others have begun.
import { randomUUID } from 'node:crypto'

export interface Challenge {
  readonly challenge: string
  /** The host name that the passkey is for, and the page's origin. */
  readonly host: string
  readonly origin: string
  /** Who makes a passkey or confirms with one; null: somebody signs in. */
  readonly user: string | null
}

export interface Challenges {
  keep(challenge: Challenge, address: string | null): string
  /** Once; null when there is none, or no more. */
  take(id: string): Challenge | null
}

const validMs = 5 * 60_000
const most = 1_000
const mostOfOneAddress = 20

export function createChallenges({ now }: { now: () => Date }): Challenges {
  const open = new Map<string, Challenge & { address: string | null; untilMs: number }>()

  const dropOldest = (fits: (address: string | null) => boolean): void => {
    for (const [id, { address }] of open) {
      if (!fits(address)) continue
      open.delete(id)
      return
    }
  }

  return {
    keep: (challenge, address) => {
      const nowMs = now().getTime()
      for (const [id, { untilMs }] of open) if (untilMs <= nowMs) open.delete(id)
      const same = [...open.values()].filter((one) => one.address === address).length
      if (same >= mostOfOneAddress) dropOldest((one) => one === address)
      if (open.size >= most) dropOldest(() => true)
      const id = randomUUID()
      open.set(id, { ...challenge, address, untilMs: nowMs + validMs })
      return id
    },
    take: (id) => {
      const found = open.get(id)
      open.delete(id)
      return found !== undefined && found.untilMs > now().getTime() ? found : null
    },
  }
}
