// Wrong tries, remembered in memory, so that guessing is slow: from the fourth failure on, of an account (from wherever)
// or of an address (for whomever), each next try waits twice as long, up to a minute. A bucket of failures bounds what
// many addresses can try together; one address alone is too slow to empty it. Nothing here concerns who is signed in.
import { HobError } from '#appliance/errors.ts'

export interface Tries {
  /** Counts a try as failed before it is computed, so that many at once are counted, too. Throws too_many_tries. */
  begin(who: { account: string | null; address: string }): Try
  /** For somebody signed in who confirms: counted by the session alone, which nobody else can exhaust. */
  beginConfirm(session: string): Try
}

export interface Try {
  succeeded(): void
  /** It was not computed: neither right nor wrong. */
  cancel(): void
}

/** A household's worth of mistakes an hour passes; ten thousand guesses take sixteen hours. */
const bucketSize = 100
const bucketRefillMs = 6_000
const freeFailures = 3
const longestDelayMs = 60_000
/** After an hour without a failure it begins anew. */
const rememberMs = 3_600_000
const mostCounts = 10_000
const mostAddresses = 1_000

interface Count {
  failures: number
  lastMs: number
  /** Of an account: how many came from which address. */
  from: Map<string, number>
}

const delayMs = (failures: number): number =>
  failures <= freeFailures ? 0 : Math.min(longestDelayMs, 1_000 * 2 ** (failures - freeFailures - 1))

export function createTries({ now }: { now: () => Date }): Tries {
  const accounts = createCounts()
  const addresses = createCounts()
  const sessions = createCounts()
  const bucket = createBucket()

  const begin: Tries['begin'] = ({ account, address }) => {
    const nowMs = now().getTime()
    const wait = Math.max(
      account === null ? 0 : accounts.waitMs(account, nowMs),
      addresses.waitMs(address, nowMs),
      bucket.waitMs(nowMs),
    )
    refuseWhile(wait)
    const undoAddress = addresses.add(address, address, nowMs)
    const undoAccount = account === null ? () => undefined : accounts.add(account, address, nowMs)
    bucket.take()
    const cancel = (): void => {
      undoAddress()
      undoAccount()
      bucket.giveBack()
    }
    return {
      cancel,
      succeeded: () => {
        cancel()
        if (account !== null) accounts.forget(account, address)
      },
    }
  }

  return {
    begin,
    beginConfirm: (session) => {
      const nowMs = now().getTime()
      refuseWhile(sessions.waitMs(session, nowMs))
      const cancel = sessions.add(session, session, nowMs)
      return { cancel, succeeded: () => sessions.forget(session, session) }
    },
  }
}

function refuseWhile(waitMs: number): void {
  if (waitMs > 0) throw new HobError('too_many_tries', { retryAfter: Math.ceil(waitMs / 1_000) })
}

function createCounts() {
  const counts = new Map<string, Count>()

  const current = (key: string, nowMs: number): Count | undefined => {
    const count = counts.get(key)
    if (count === undefined || nowMs - count.lastMs < rememberMs) return count
    counts.delete(key)
    return undefined
  }

  return {
    waitMs: (key: string, nowMs: number): number => {
      const count = current(key, nowMs)
      return count === undefined ? 0 : Math.max(0, count.lastMs + delayMs(count.failures) - nowMs)
    },
    /** Counts one failure; returns what takes it back. */
    add: (key: string, address: string, nowMs: number): (() => void) => {
      const count = current(key, nowMs) ?? { failures: 0, lastMs: nowMs, from: new Map<string, number>() }
      const before = count.lastMs
      count.failures++
      count.lastMs = nowMs
      bound(count.from, address, mostAddresses)
      count.from.set(address, (count.from.get(address) ?? 0) + 1)
      // at the end of the map, which is cut at its beginning
      counts.delete(key)
      bound(counts, key, mostCounts)
      counts.set(key, count)
      return () => {
        count.failures--
        if (count.lastMs === nowMs) count.lastMs = before
        count.from.set(address, Math.max(0, (count.from.get(address) ?? 0) - 1))
      }
    },
    /** Somebody showed who they are: what that address did wrong was a slip. */
    forget: (key: string, address: string): void => {
      const count = counts.get(key)
      if (count === undefined) return
      count.failures -= count.from.get(address) ?? 0
      count.from.delete(address)
      if (count.failures <= 0) counts.delete(key)
    },
  }
}

/** Makes room for a new key by dropping the oldest. */
function bound(map: Map<string, unknown>, key: string, most: number): void {
  if (map.has(key) || map.size < most) return
  for (const oldest of map.keys()) {
    map.delete(oldest)
    return
  }
}

function createBucket() {
  let left = bucketSize
  let atMs: number | null = null
  return {
    waitMs: (nowMs: number): number => {
      left = Math.min(bucketSize, left + (nowMs - (atMs ?? nowMs)) / bucketRefillMs)
      atMs = nowMs
      return left >= 1 ? 0 : (1 - left) * bucketRefillMs
    },
    take: (): void => void left--,
    giveBack: (): void => void left++,
  }
}
