// Looks for boxes on the local network when somebody asks. mdns-js does the looking in a child that is new each time
// and is ended when it is done, late or silent: whatever a packet does to it ends there. Owns the child.
import { type ChildProcess, fork as forkProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { FoundBox } from '#appliance/contracts/network.ts'
import { HobError } from '#appliance/errors.ts'
import type { Log } from '#appliance/log.ts'
import { reportSchema } from './browse-protocol.ts'

export interface Browser {
  /** The boxes that answered within these seconds. A call during another's run shares it. Throws browse_failed. */
  browse(seconds: number): Promise<readonly FoundBox[]>
  /** Ends a run; whoever waits gets browse_failed. */
  stop(): Promise<void>
}

interface Options {
  log: Log
  /** For tests. */
  fork?: (seconds: number) => ChildProcess
  timing?: Timing
}

interface Timing {
  /** Until the first word: a process starts slowly on a busy machine. */
  readonly startMs: number
  /** Between two words. */
  readonly silenceMs: number
}

/** On two saturated cores a start took more than ten seconds. */
const usualTiming: Timing = { startMs: 20_000, silenceMs: 5_000 }

export function createBrowser({ log, fork = forkChild, timing = usualTiming }: Options): Browser {
  let run: { child: ChildProcess; result: Promise<readonly FoundBox[]> } | null = null

  const begin = (seconds: number): { child: ChildProcess; result: Promise<readonly FoundBox[]> } => {
    const child = fork(seconds)
    const result = watch(child, seconds, timing)
      .catch((error: unknown) => {
        log.warn('looking for other boxes failed', { pid: child.pid, error: detailOf(error) })
        throw error
      })
      .finally(() => {
        run = null
      })
    return { child, result }
  }

  return {
    browse: (seconds) => {
      run ??= begin(seconds)
      return run.result
    },
    stop: async () => {
      run?.child.kill('SIGKILL')
      await run?.result.catch(() => undefined)
    },
  }
}

/** Resolves once the child has left with what it reported last; it never outlives its deadline. */
async function watch(child: ChildProcess, seconds: number, timing: Timing): Promise<readonly FoundBox[]> {
  const result = Promise.withResolvers<readonly FoundBox[]>()
  const end = (reason: string): void => {
    result.reject(new HobError('browse_failed', { detail: reason }))
    child.kill('SIGKILL')
  }
  let silent = setTimeout(end, timing.startMs, 'it did not start in time')
  const late = setTimeout(end, timing.startMs + seconds * 1_000 + timing.silenceMs, 'it took too long')
  const gone = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      result.reject(new HobError('browse_failed', { detail: `it ended with ${signal ?? `code ${code}`}` }))
      resolve()
    })
    child.once('error', (error) => {
      result.reject(new HobError('browse_failed', { detail: error.message }))
      resolve()
    })
  })
  child.on('message', (message) => {
    clearTimeout(silent)
    const report = reportSchema.safeParse(message)
    if (!report.success) return end('it said what it must not')
    if (report.data.done) {
      result.resolve(report.data.boxes)
      child.kill('SIGKILL')
    } else silent = setTimeout(end, timing.silenceMs, 'it hangs')
  })
  try {
    return await result.promise
  } finally {
    clearTimeout(silent)
    clearTimeout(late)
    await gone
  }
}

const program = fileURLToPath(new URL('browse-child.ts', import.meta.url))

/** No environment: it needs none, and knows none of ours. */
const forkChild = (seconds: number): ChildProcess =>
  forkProcess(program, [String(seconds)], {
    env: {},
    execArgv: ['--max-old-space-size=64'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })

const detailOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
