// Saves the answers that are growing: all that changed in one transaction (one fsync), a second after the first change.
// So a killed box loses a second of an answer at most, however many people are being answered.
import { errorFields, type Log } from '#appliance/log.ts'
import type { Clock } from '#appliance/timers/timers.ts'
import type { Part } from './turns.ts'

export interface Saver {
  /** This answer has grown; `part` is read when it is saved. */
  grown(part: Part): void
  /** It is finished, and saved by whoever finished it. */
  done(part: Part): void
  close(): void
}

const delayMs = 1_000

interface Uses {
  saveParts: (parts: readonly Part[]) => void
  clock: Clock
  log: Log
}

export function createSaver({ saveParts, clock, log }: Uses): Saver {
  const grown = new Set<Part>()
  let cancel: (() => void) | null = null

  const save = (): void => {
    cancel = null
    const parts = [...grown]
    grown.clear()
    if (parts.length === 0) return
    try {
      saveParts(parts)
    } catch (error) {
      // the answer goes on, and is saved with its next piece
      log.error('growing answers could not be saved', errorFields(error))
    }
  }

  return {
    grown: (part) => {
      grown.add(part)
      cancel ??= clock.at(new Date(clock.now().getTime() + delayMs), save)
    },
    done: (part) => void grown.delete(part),
    close: () => cancel?.(),
  }
}
