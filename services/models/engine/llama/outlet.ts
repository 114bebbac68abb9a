// The way of one answer's events to the parent: gathered by the turn of the event loop, held back while nobody reads.
// Owns what was gathered and not yet sent; an outlet belongs to one question of child.ts.
import type { GenerateEvent } from '../engine.ts'
import { type FromChild, unreadLimit } from '../protocol.ts'

export type Outlet = ReturnType<typeof createOutlet>

interface OutletParts {
  readonly id: number
  readonly say: (message: FromChild) => void
  /** Lets go whoever is held back. */
  readonly signal: AbortSignal
}

/** Sends what was generated in one turn of the event loop as one message, and holds still when nobody reads. */
export function createOutlet({ id, say, signal }: OutletParts) {
  let gathered: GenerateEvent[] = []
  let unread = 0
  let scheduled = false
  let room: PromiseWithResolvers<void> | null = null
  const flush = (): void => {
    scheduled = false
    if (gathered.length > 0) say({ type: 'events', id, events: gathered })
    gathered = []
  }
  signal.addEventListener('abort', () => room?.resolve(), { once: true })
  return {
    flush,
    emit(event: GenerateEvent): Promise<void> | null {
      gathered.push(event)
      unread++
      if (!scheduled) {
        scheduled = true
        setImmediate(flush)
      }
      if (unread < unreadLimit || signal.aborted) return null
      room ??= Promise.withResolvers()
      return room.promise
    },
    wasRead(events: number): void {
      unread -= events
      if (unread >= unreadLimit) return
      room?.resolve()
      room = null
    },
  }
}
