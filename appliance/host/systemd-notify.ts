// The door to systemd-notify(1): tells the service manager how a service is. Node has no datagram Unix sockets of its own. Does
// nothing where no manager asked to be told.
import { execFile } from 'node:child_process'

/** sd_notify(3). */
export type ServiceState = 'READY=1' | 'WATCHDOG=1'

type Environment = Readonly<Record<string, string | undefined>>

/** Resolves when the manager has taken it. Rejects with what the program said. */
export function tellSystemd(state: ServiceState, environment: Environment = process.env): Promise<void> {
  if (environment['NOTIFY_SOCKET'] === undefined) return Promise.resolve()
  return new Promise((resolve, reject) => {
    execFile('systemd-notify', [state], { timeout: 5_000 }, (error) =>
      error === null ? resolve() : reject(error),
    )
  })
}

/** How often the watchdog wants to hear from this process, in ms; null: there is none (sd_watchdog_enabled(3)). */
export function watchdogMs(environment: Environment = process.env): number | null {
  const { WATCHDOG_USEC: microseconds, WATCHDOG_PID: pid } = environment
  if (microseconds === undefined || (pid !== undefined && pid !== String(process.pid))) return null
  return Number(microseconds) / 1_000
}
