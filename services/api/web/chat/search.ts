// Asks the box while somebody types: after a short pause, the last words only, older answers dropped.
import { useEffect, useState } from 'preact/hooks'
import type { SearchHit } from '#appliance/contracts/box.ts'
import { useApp } from '../app/context.ts'
import { isAbort, type Problem, toProblem } from '../app/problem.ts'

const pauseMs = 150

interface Found {
  /** Null while nothing was asked or answered. */
  readonly hits: readonly SearchHit[] | null
  readonly problem: Problem | null
}

export function useSearch(words: string): Found {
  const { api } = useApp()
  const [found, setFound] = useState<Found>({ hits: null, problem: null })
  const wanted = words.trim().slice(0, 500)
  useEffect(() => {
    if (wanted === '') {
      setFound({ hits: null, problem: null })
      return undefined
    }
    const controller = new AbortController()
    const run = async (): Promise<void> => {
      try {
        setFound({ hits: await api.search(wanted, controller.signal), problem: null })
      } catch (error) {
        if (!controller.signal.aborted && !isAbort(error)) setFound({ hits: null, problem: toProblem(error) })
      }
    }
    const timer = setTimeout(() => void run(), pauseMs)
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [api, wanted])
  return found
}
