// A run of the health checks that somebody began: which of them are still awaited, how to stop waiting, what went wrong.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { CheckName, CheckResult, HealthChecks } from '#appliance/contracts/health-checks.ts'
import { useApp } from '../app/context.ts'
import type { Problem } from '../app/problem.ts'
import type { Resource } from '../app/resource.ts'
import { useSending } from '../ui/sending.tsx'

export interface Run {
  readonly all: number
  /** Still awaited. */
  readonly left: readonly CheckName[]
  readonly problem: Problem | null
  readonly start: (names: readonly CheckName[]) => void
  readonly stop: () => void
  /** Shows a result that came by another way. */
  readonly put: (result: CheckResult) => void
}

export function useHealthRun(health: Resource<HealthChecks>): Run {
  const { api } = useApp()
  const { problem, send } = useSending()
  const [all, setAll] = useState(0)
  const [left, setLeft] = useState<readonly CheckName[]>([])
  const awaiting = useRef<AbortController | null>(null)
  const stop = (): void => awaiting.current?.abort()
  useEffect(() => stop, [])

  const show = (result: CheckResult): void =>
    health.patch((now) => ({
      ...now,
      checks: now.checks.map((one) => (one.check === result.check ? result : one)),
    }))

  const runAll = async (names: readonly CheckName[], controller: AbortController): Promise<void> => {
    const one = async (name: CheckName): Promise<void> => {
      const { checks } = await api.runCheck(name, controller.signal)
      for (const result of checks) show(result)
      setLeft((now) => now.filter((other) => other !== name))
    }
    try {
      await Promise.all(names.map(one))
    } finally {
      // the first that fails ends the others
      controller.abort()
      setLeft([])
      // the verdict over all of them is the box's
      health.refresh()
    }
  }

  return {
    all,
    left,
    problem,
    stop,
    start: (names) => {
      const controller = new AbortController()
      awaiting.current = controller
      setAll(names.length)
      setLeft(names)
      void send(() => runAll(names, controller))
    },
    put: (result) => {
      show(result)
      health.refresh()
    },
  }
}
