// What became of the change of the network that is on trial, for the record: the machine undoes it by itself and tells nobody. Only this
// service confirms one; what it has not confirmed when the time is up was undone. Owns the one alarm for that; after a start it
// goes on from the record.
import { confirmWithinSeconds, type PendingChange } from '#appliance/contracts/host-network.ts'
import { errorFields, type Log } from '#appliance/log.ts'
import type { Clock } from '#appliance/timers/timers.ts'
import { byTheBox } from '../audit/record.ts'
import type { Audit } from '../audit/routes.ts'

export interface Trials {
  begun(change: Pick<PendingChange, 'device' | 'confirmBy'>): void
  /** Somebody confirmed or undid it; its interface, where that is known. */
  ended(): string | null
}

const graceMs = 1_000

interface Uses {
  audit: Pick<Audit, 'append' | 'newest'>
  clock: Clock
  log: Log
}

export function createTrials({ audit, clock, log }: Uses): Trials {
  let running: { device: string; cancel: () => void } | null = null

  const undone = (device: string): void => {
    running = null
    try {
      audit.append({ ...byTheBox('network.undone', { reason: 'not_confirmed' }), target: device })
    } catch (error) {
      log.error('the end of a trial could not be recorded', errorFields(error))
    }
  }
  const begun: Trials['begun'] = ({ device, confirmBy }) => {
    running?.cancel()
    // one that is confirmed at the last moment is told here a little later
    const at = new Date(Date.parse(confirmBy) + graceMs)
    running = { device, cancel: clock.at(at, () => undone(device)) }
  }

  const last = audit.newest('network.*')
  if (last?.action === 'network.changed') {
    const confirmBy = new Date(Date.parse(last.at) + confirmWithinSeconds * 1_000)
    if (confirmBy > clock.now()) begun({ device: last.target ?? '', confirmBy: confirmBy.toISOString() })
    else undone(last.target ?? '')
  }

  return {
    begun,
    ended: () => {
      const device = running?.device ?? null
      running?.cancel()
      running = null
      return device
    },
  }
}
