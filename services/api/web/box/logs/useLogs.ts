// Reads the log as it is narrowed down: the newest page, older ones when they are wanted, and each line as it is written.
// The live lines come first and the page after them, so that none falls between the two.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { LogEntry } from '#appliance/contracts/system.ts'
import { useApp } from '../../app/context.ts'
import { pause } from '../../app/patience.ts'
import { isAbort, type Problem, toProblem } from '../../app/problem.ts'
import { readEvents } from '../../chat/sse.ts'
import type { LogQuestion } from '../machine-calls.ts'
import { type Loaded, withLine, withNewest, withOlder } from './lines.ts'

export type Feed = 'off' | 'connecting' | 'live' | 'broken'

interface Found {
  /** Null until the first answer. */
  readonly loaded: Loaded | null
  readonly feed: Feed
  readonly problem: Problem | null
  readonly readingOlder: boolean
}

const nothing: Loaded = { lines: [], before: null }
const againAfterMs = [1_000, 3_000, 10_000]

export function useLogs(
  question: LogQuestion,
  live: boolean,
): Found & { again: () => void; older: () => void } {
  const { api } = useApp()
  const [found, setFound] = useState<Found>({ loaded: null, feed: 'off', problem: null, readingOlder: false })
  const [round, setRound] = useState(0)
  const current = useRef<AbortController | null>(null)
  const key = JSON.stringify(question)
  const asked = useRef('')

  const change = (update: (loaded: Loaded) => Loaded): void =>
    setFound((now) => ({ ...now, loaded: update(now.loaded ?? nothing), problem: null }))

  const readNewest = async (signal: AbortSignal): Promise<void> => {
    const page = await api.logs(question, '', signal)
    if (!signal.aborted) change((loaded) => withNewest(loaded, page))
  }

  const follow = async (signal: AbortSignal): Promise<void> => {
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        const { body } = await api.liveLogs(question, signal)
        if (signal.aborted || body === null) return
        failures = 0
        setFound((now) => ({ ...now, feed: 'live' }))
        // Not awaited: lines that come meanwhile are taken in, and the two are laid together.
        void readNewest(signal).catch(fail(signal))
        for await (const { event, data } of readEvents(body)) {
          const entry = event === 'entry' ? parsed(data) : null
          if (entry !== null && !signal.aborted) change((loaded) => withLine(loaded, entry))
        }
      } catch (error) {
        if (signal.aborted || isAbort(error)) return
        const problem = toProblem(error)
        // It refuses, for a reason that another try does not mend.
        if (problem.code !== 'unreachable' && problem.code !== 'slow') {
          setFound((now) => ({ ...now, feed: 'off', problem }))
          return
        }
        setFound((now) => ({ ...now, problem: now.loaded === null ? problem : now.problem }))
      }
      if (signal.aborted) return
      setFound((now) => ({ ...now, feed: 'broken' }))
      await pause(againAfterMs[Math.min(failures, againAfterMs.length - 1)] ?? 1_000, signal)
    }
  }

  const fail =
    (signal: AbortSignal) =>
    (error: unknown): void => {
      if (!signal.aborted && !isAbort(error)) setFound((now) => ({ ...now, problem: toProblem(error) }))
    }

  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    current.current = controller
    const same = asked.current === key
    asked.current = key
    setFound((now) => ({
      loaded: same ? now.loaded : null,
      feed: live ? 'connecting' : 'off',
      problem: null,
      readingOlder: false,
    }))
    void (live ? follow(signal) : readNewest(signal).catch(fail(signal)))
    return () => controller.abort()
  }, [api, key, live, round])

  const readOlder = async (before: string, signal: AbortSignal): Promise<void> => {
    setFound((now) => ({ ...now, readingOlder: true }))
    try {
      const page = await api.logs(question, before, signal)
      if (!signal.aborted) change((loaded) => withOlder(loaded, page))
    } catch (error) {
      fail(signal)(error)
    } finally {
      if (!signal.aborted) setFound((now) => ({ ...now, readingOlder: false }))
    }
  }

  return {
    ...found,
    again: () => setRound(round + 1),
    older: () => {
      const before = found.loaded?.before ?? null
      if (before !== null && !found.readingOlder && current.current !== null)
        void readOlder(before, current.current.signal)
    },
  }
}

/** The box keeps its contract; checked here is only that a line is whole. */
function parsed(data: string): LogEntry | null {
  try {
    const entry: LogEntry | null = JSON.parse(data)
    return entry !== null && typeof entry.at === 'string' && typeof entry.message === 'string' ? entry : null
  } catch {
    return null
  }
}
