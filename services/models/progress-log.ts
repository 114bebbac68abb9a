// Tells in the log how far long work is, now and then and not at every step, for whoever watches the terminal.
import type { Log, LogFields } from '#appliance/log.ts'
import type { Clock } from '#appliance/timers/timers.ts'

const everyMs = 3_000

/** The first step is told only after a while: what is quick needs no words. */
export function createProgressLog({ clock, log }: { clock: Pick<Clock, 'now'>; log: Log }) {
  let toldAtMs = clock.now().getTime()
  return (message: string, fields: () => LogFields): void => {
    const nowMs = clock.now().getTime()
    if (nowMs - toldAtMs < everyMs) return
    toldAtMs = nowMs
    log.info(message, fields())
  }
}
