// One forked llama child as its parent sees it: questions with ids and their answers, its log lines, and its end. A
// heartbeat watches it while it works: a child that stays silent hangs in native code and is killed. Owns the process,
// and those that it has started: all of its process group.
//
//   running ──exit()──▶ ending ──process gone──▶ gone
//      └── crash, silence, load limit ──────────▶ gone (died tells why)
import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { HobError } from '#appliance/errors.ts'
import type { Log } from '#appliance/log.ts'
import { type FromChild, fromWire, type Settled, type ToChild } from './protocol.ts'

export interface LinkTiming {
  readonly pingMs: number
  /** Silence during work after which the child counts as hanging. */
  readonly silenceMs: number
  /** The same until it has loaded: starting a process and a driver may block it for long on a busy machine. */
  readonly loadSilenceMs: number
  /** How long a child may take to leave when it is told to. */
  readonly exitMs: number
}

export interface Watcher {
  readonly progress?: (fraction: number) => void
  readonly events?: (events: Extract<FromChild, { type: 'events' }>['events']) => void
}

type Numbered = Extract<ToChild, { type: 'load' | 'generate' | 'embed' | 'stats' | 'devices' }>
/** A question before it got its number. */
export type Question = Numbered extends infer One ? (One extends Numbered ? Omit<One, 'id'> : never) : never

export type ChildLink = ReturnType<typeof createChildLink>

/** What is left of a child's group is given so long to be gone after its SIGKILL; where nobody reaps orphans it stays. */
const groupEndMs = 1_000

interface Pending {
  readonly settle: (result: Settled) => void
  readonly fail: (error: Error) => void
  readonly watcher: Watcher
  readonly loading: boolean
}

export function createChildLink(child: ChildProcess, { log, timing }: { log: Log; timing: LinkTiming }) {
  const pending = new Map<number, Pending>()
  const gone = Promise.withResolvers<void>()
  const died = Promise.withResolvers<{ reason: string }>()
  let nextId = 1
  let lastHeardAt = 0
  let silent = false
  let ending = false
  let over = false
  let timer: NodeJS.Timeout | null = null
  /** What native code wrote before it died, such as a failed assertion. */
  let lastWords = ''

  const send = (message: ToChild): void => {
    // A channel that breaks while sending ends in the `exit` event, which answers everybody.
    if (child.connected) child.send(message, () => {})
  }

  const silenceLimitMs = (): number =>
    [...pending.values()].some(({ loading }) => loading) ? timing.loadSilenceMs : timing.silenceMs

  const watch = (): void => {
    if (pending.size === 0 || over) {
      if (timer !== null) clearInterval(timer)
      timer = null
      return
    }
    if (timer !== null) return
    lastHeardAt = performance.now()
    timer = setInterval(() => {
      const limitMs = silenceLimitMs()
      if (performance.now() - lastHeardAt > limitMs) {
        silent = true
        log.error('the llama child hangs and is killed', { pid: child.pid, silenceMs: limitMs })
        killGroup(child)
      } else send({ type: 'ping' })
    }, timing.pingMs)
  }

  const finish = (reason: string): void => {
    if (over) return
    over = true
    for (const { fail } of pending.values()) {
      fail(
        silent
          ? new HobError('engine_timeout', { seconds: Math.round(silenceLimitMs() / 1_000) })
          : new HobError('engine_crashed'),
      )
    }
    pending.clear()
    watch()
    if (!ending) {
      log.error('the llama child died', { pid: child.pid, reason, lastWords })
      died.resolve({ reason })
    }
    void groupEnd(child).then(gone.resolve)
  }

  child.on('message', (message: FromChild) => {
    lastHeardAt = performance.now()
    switch (message.type) {
      case 'pong':
        return
      case 'log':
        log[message.level](message.message, message.fields)
        return
      case 'progress':
        pending.get(message.id)?.watcher.progress?.(message.fraction)
        return
      case 'events':
        pending.get(message.id)?.watcher.events?.(message.events)
        return
      case 'settled':
        pending.get(message.id)?.settle(message.result)
        break
      case 'failed':
        pending.get(message.id)?.fail(fromWire(message.error))
        break
    }
    pending.delete(message.id)
    watch()
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-2_000)
  })
  child.on('error', (error) => finish(`could not be started: ${error.message}`))
  child.on('exit', (code, signal) => finish(silent ? 'hang' : signal === null ? `exit code ${code}` : signal))

  return {
    died: died.promise,
    /** The abort is only told to the child: its answer comes when it has really stopped. */
    ask(
      question: Question,
      signal: AbortSignal,
      watcher: Watcher = {},
    ): { id: number; answer: Promise<Settled> } {
      const id = nextId++
      const { promise, resolve, reject } = Promise.withResolvers<Settled>()
      if (over || ending) {
        reject(new HobError('engine_crashed'))
        return { id, answer: promise }
      }
      const abort = () => send({ type: 'abort', id })
      pending.set(id, {
        settle: (result) => {
          signal.removeEventListener('abort', abort)
          resolve(result)
        },
        fail: (error) => {
          signal.removeEventListener('abort', abort)
          reject(error)
        },
        watcher,
        loading: question.type === 'load' || question.type === 'devices',
      })
      watch()
      send({ ...question, id })
      if (signal.aborted) abort()
      else signal.addEventListener('abort', abort, { once: true })
      return { id, answer: promise }
    },
    send,
    /** Politely, then not; resolves when the process and its group are gone. */
    async exit(): Promise<void> {
      ending = true
      send({ type: 'exit' })
      const limit = over ? undefined : setTimeout(() => killGroup(child), timing.exitMs)
      await gone.promise
      clearTimeout(limit)
    },
    kill: (): void => {
      ending = true
      if (!over) killGroup(child)
    },
  }
}

/** The child leads a group: its library tries each binary in a process of its own, which must not outlive it. False: nobody is left. */
function killGroup({ pid }: ChildProcess): boolean {
  if (pid === undefined) return false
  try {
    return process.kill(-pid, 'SIGKILL')
  } catch {
    return false
  }
}

async function groupEnd(child: ChildProcess): Promise<void> {
  const until = performance.now() + groupEndMs
  while (killGroup(child) && performance.now() < until) await sleep(10)
}
