// Tells who listens which sessions and tokens have ended, and only after the transaction that ended them is kept: what
// was told and then rolled back would cut people off for nothing. Shared by this folder's parts.
import type { Store } from '#appliance/store/open.ts'
import type { Ended, Identity } from './identity.ts'

export interface Endings {
  readonly onEnded: Identity['onEnded']
  tell(ended: readonly Ended[]): void
  /** One transaction, also when called inside another; its endings are told after the outermost. */
  transaction<Result>(work: () => Result): Result
}

export function createEndings(store: Store): Endings {
  const listeners = new Set<(ended: Ended) => void>()
  let held: Ended[] | null = null

  const say = (ended: readonly Ended[]): void => {
    for (const one of ended) for (const listener of listeners) listener(one)
  }

  return {
    onEnded: (listener) => void listeners.add(listener),
    tell: (ended) => (held === null ? say(ended) : void held.push(...ended)),
    transaction: (work) => {
      if (held !== null) return work()
      const mine: Ended[] = []
      held = mine
      try {
        const result = store.transaction(work)()
        held = null
        say(mine)
        return result
      } finally {
        held = null
      }
    },
  }
}
