// What a form knows of its sending: whether it is under way, what went wrong, and how long to wait before the next try.
import { useLayoutEffect, useState } from 'preact/hooks'
import { useTranslation } from '../app/context.ts'
import { isAbort, type Problem, toProblem } from '../app/problem.ts'

export interface Sending {
  readonly busy: boolean
  readonly problem: Problem | null
  /** Seconds until another try makes sense; counts down. */
  readonly wait: number
  /** False when it did not work; what the person called off is no problem. */
  readonly send: (run: () => Promise<unknown>) => Promise<boolean>
}

export function useSending(): Sending {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const wait = useCountdown(problem)
  const send = async (run: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true)
    setProblem(null)
    try {
      await run()
      return true
    } catch (error) {
      if (!isAbort(error)) setProblem(toProblem(error))
      return false
    } finally {
      setBusy(false)
    }
  }
  return { busy, problem, wait, send }
}

function useCountdown(problem: Problem | null): number {
  const [left, setLeft] = useState(0)
  useLayoutEffect(() => {
    const end = Date.now() + (problem?.waitSeconds ?? 0) * 1000
    const tick = (): number => {
      const seconds = Math.max(0, Math.ceil((end - Date.now()) / 1000))
      setLeft(seconds)
      return seconds
    }
    if (tick() === 0) return undefined
    const timer = setInterval(() => {
      if (tick() === 0) clearInterval(timer)
    }, 250)
    return () => clearInterval(timer)
  }, [problem])
  return left
}

/** How long still, in words; nothing when there is nothing to wait for. */
export function Wait({ seconds }: { seconds: number }) {
  const { t, format } = useTranslation()
  if (seconds === 0) return null
  return (
    <p class="muted" role="timer">
      {t.door.wait(format.left(seconds))}
    </p>
  )
}
