// The time, for what counts up or down on the screen; stands still when nothing needs it.
import { useEffect, useState } from 'preact/hooks'

export function useNow(running: boolean, everyMs = 500): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!running) return undefined
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [running, everyMs])
  return now
}
