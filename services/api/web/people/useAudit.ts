// Reads the record as it is narrowed down: after a short pause, the last wish only, older entries when they are wanted.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { AuditEntry } from '#appliance/contracts/audit.ts'
import { useApp } from '../app/context.ts'
import { isAbort, type Problem, toProblem } from '../app/problem.ts'
import { type AuditFilter, type AuditTime, sinceOf } from './audit.ts'

export type AuditQuestion = Pick<AuditFilter, 'person' | 'action' | 'outcome' | 'text'> & {
  readonly time: AuditTime
}

interface Found {
  /** Null until the first answer. */
  readonly entries: readonly AuditEntry[] | null
  readonly more: boolean
  readonly problem: Problem | null
}

const pauseMs = 200

export function useAudit(question: AuditQuestion): Found & { again: () => void; older: () => void } {
  const { api } = useApp()
  const [found, setFound] = useState<Found>({ entries: null, more: false, problem: null })
  const [round, setRound] = useState(0)
  const current = useRef<AbortController | null>(null)
  const { time, ...rest } = question
  const key = JSON.stringify(question)

  const read = async (before: number | '', signal: AbortSignal): Promise<void> => {
    try {
      const page = await api.audit({ ...rest, since: sinceOf(time, Date.now()), until: '', before }, signal)
      setFound((now) => ({
        entries: before === '' ? page.entries : [...(now.entries ?? []), ...page.entries],
        more: page.more,
        problem: null,
      }))
    } catch (error) {
      if (!signal.aborted && !isAbort(error)) setFound((now) => ({ ...now, problem: toProblem(error) }))
    }
  }

  useEffect(() => {
    const controller = new AbortController()
    current.current = controller
    const timer = setTimeout(() => void read('', controller.signal), found.entries === null ? 0 : pauseMs)
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [api, key, round])

  return {
    ...found,
    again: () => setRound(round + 1),
    older: () => {
      const last = found.entries?.at(-1)
      if (last !== undefined && current.current !== null) void read(last.seq, current.current.signal)
    },
  }
}
