// How often somebody may ask: a bucket of tokens for each person, a smaller one for each address from which nobody has
// signed in. Owns the buckets, in memory: ten thousand at most, and who has not asked for long is forgotten first.
import { HobError } from '#appliance/errors.ts'

interface Bucket {
  left: number
  at: number
}

export interface Rates {
  /** Both throw too_many_requests with the seconds until one more is allowed. */
  person(user: string): void
  address(address: string): void
  /** How many are remembered. */
  size(): number
}

interface Options {
  now: () => Date
  personPerMinute?: number
  addressPerMinute?: number
  remembered?: number
}

/** A minute's worth may come at once. */
export function createRates({
  now,
  personPerMinute = 600,
  addressPerMinute = 120,
  remembered = 10_000,
}: Options): Rates {
  // two generations: forgetting the older one at once costs nothing, where a strict order would be walked at each request
  let younger = new Map<string, Bucket>()
  let older = new Map<string, Bucket>()

  const remember = (key: string, bucket: Bucket): void => {
    older.delete(key)
    younger.set(key, bucket)
    if (younger.size < remembered / 2) return
    older = younger
    younger = new Map()
  }

  const take = (key: string, perMinute: number): void => {
    const at = now().getTime()
    const known = younger.get(key) ?? older.get(key) ?? { left: perMinute, at }
    const perMs = perMinute / 60_000
    // a clock that was set back must not take anything away
    const left = Math.min(perMinute, known.left + Math.max(0, at - known.at) * perMs)
    remember(key, { left: left < 1 ? left : left - 1, at })
    if (left < 1)
      throw new HobError('too_many_requests', { retryAfter: Math.ceil((1 - left) / perMs / 1_000) })
  }

  return {
    person: (user) => take(`person ${user}`, personPerMinute),
    address: (address) => take(`address ${address}`, addressPerMinute),
    size: () => younger.size + older.size,
  }
}
