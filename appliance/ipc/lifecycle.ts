// A service process's life: say ready, serve, drain, leave. Only the supervisor handles Ctrl-C; a service leaves on
// SIGTERM, when the process that started it is gone, or by itself where its socket starts it again. Says the same to
// systemd where that is who started it, and that its event loop turns. Used by every services/*/main.ts and nobody else.
//
//   starting ──ready()──▶ serving ──SIGTERM or parent gone──▶ draining ──drained, or 4 s──▶ exit 0
//       └────────────── uncaught error in any state ──────────────▶ exit 1, and the supervisor restarts it
import { type ServiceState, tellSystemd, watchdogMs } from '../host/systemd-notify.ts'
import { errorFields, type Log } from '../log.ts'

const drainMs = 4_000

/** Finishes or aborts what runs, closes what is open; the signal aborts when time is up. */
type Close = (deadline: AbortSignal) => void | Promise<void>

export interface Lifecycle {
  /** Tells the supervisor that the service can serve its first request now, and where. */
  ready(address?: string): void
  /** Drains and exits, as a SIGTERM does. */
  leave(reason: string): void
  /** Aborted when draining begins: stop admitting. */
  readonly draining: AbortSignal
  /** Called when draining begins, all at once. */
  onDrain(close: Close): void
}

export function beginLifecycle({ log }: { log: Log }): Lifecycle {
  const draining = new AbortController()
  const closes: Close[] = []
  let told: Promise<void> = Promise.resolve()
  const tell = (state: ServiceState): void => {
    if (draining.signal.aborted) return
    told = tellSystemd(state).catch((error: unknown) =>
      log.warn('systemd was not told', { state, ...errorFields(error) }),
    )
  }

  const leave = async (reason: string): Promise<void> => {
    if (draining.signal.aborted) return
    draining.abort()
    log.info('draining', { reason })
    const deadline = AbortSignal.timeout(drainMs)
    const late = new Promise<'late'>((resolve) => deadline.addEventListener('abort', () => resolve('late')))
    try {
      const closed = Promise.all([told, ...closes.map(async (close) => await close(deadline))])
      const outcome = await Promise.race([closed, late])
      log.info('stopped', { in_time: outcome !== 'late' })
      process.exit(0)
    } catch (error) {
      log.error('draining failed', errorFields(error))
      process.exit(1)
    }
  }

  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => void leave('asked to stop'))
  process.on('disconnect', () => void leave('the supervisor is gone'))
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      log.error('stopped by an uncaught error', errorFields(error))
      process.exit(1)
    })
  }

  return {
    ready: (address) => {
      process.send?.({ type: 'ready' })
      tell('READY=1')
      const limitMs = watchdogMs()
      // thrice in the time that it allows: one may come late, on a machine that is busy
      if (limitMs !== null) setInterval(() => tell('WATCHDOG=1'), limitMs / 3).unref()
      log.info('ready', { address })
    },
    leave: (reason) => void leave(reason),
    draining: draining.signal,
    onDrain: (close) => void closes.push(close),
  }
}
