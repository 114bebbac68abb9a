// Tells subscribers what the engines do: a change of state at once, numbers that move (progress, queue) at most ten
// times a second for each model. Owns the list of subscribers. Used by the manager.
import type { EngineState, ModelsEvent } from '#appliance/contracts/models.ts'
import { errorFields, type Log } from '#appliance/log.ts'
import type { Clock } from '#appliance/timers/timers.ts'

const gatherMs = 100

export interface Announcer {
  watch(model: string, read: () => EngineState): void
  forget(model: string): void
  changed(model: string, atOnce: boolean): void
  now(event: ModelsEvent): void
  subscribe(listener: (event: ModelsEvent) => void): () => void
  /** Cancels what is still to be told. */
  stop(): void
}

export function createAnnouncer({ clock, log }: { clock: Clock; log: Log }): Announcer {
  const listeners = new Set<(event: ModelsEvent) => void>()
  const readers = new Map<string, () => EngineState>()
  const pending = new Map<string, () => void>()

  const now = (event: ModelsEvent): void => {
    for (const listener of listeners) {
      try {
        listener(event)
      } catch (error) {
        log.error('a subscriber failed', errorFields(error))
      }
    }
  }

  const cancel = (model: string): void => {
    pending.get(model)?.()
    pending.delete(model)
  }

  const tell = (model: string): void => {
    cancel(model)
    const read = readers.get(model)
    if (read !== undefined) now({ type: 'engine', engine: read() })
  }

  return {
    now,
    watch: (model, read) => void readers.set(model, read),
    forget: (model) => {
      cancel(model)
      readers.delete(model)
    },
    changed: (model, atOnce) => {
      if (listeners.size === 0) return
      if (atOnce) tell(model)
      else if (!pending.has(model))
        pending.set(
          model,
          clock.at(new Date(clock.now().getTime() + gatherMs), () => tell(model)),
        )
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    stop: () => {
      for (const model of pending.keys()) cancel(model)
    },
  }
}
