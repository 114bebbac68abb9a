// What the api does again and again: deletes old conversations and audit entries at night, tells the live channel how busy the machine is
// while somebody watches.
import type { Log } from '#appliance/log.ts'
import { createTimers, systemClock, type Timers } from '#appliance/timers/timers.ts'
import type { Audit } from './audit/routes.ts'
import type { History } from './history/routes.ts'
import type { Hub } from './live/hub.ts'
import type { Live } from './live/routes.ts'
import type { LoadSampler } from './load.ts'

const dayMs = 86_400_000

interface Options {
  history: History
  /** 0 keeps everything. */
  historyDays: number
  audit: Audit
  hub: Hub
  live: Live
  load: LoadSampler
  log: Log
}

export function startRecurring({ history, historyDays, audit, hub, live, load, log }: Options): Timers {
  const timers = createTimers({ clock: systemClock, log })
  timers.every('27 3 * * *', 'history retention', async () => {
    if (historyDays === 0) return
    const deleted = await history.deleteOlderThan(new Date(systemClock.now().getTime() - historyDays * dayMs))
    log.info('old conversations were deleted', { deleted })
  })
  timers.every('41 3 * * *', 'audit retention', async (signal) => {
    log.info('old audit entries were pruned', { pruned: await audit.prune(undefined, signal) })
  })
  timers.every('*/2 * * * * *', 'load', () => {
    if (live.connections() > 0) hub.publish('load', load(), 'everyone')
  })
  return timers
}
