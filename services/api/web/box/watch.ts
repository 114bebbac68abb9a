// Keeps what is shown current: read again every so often, while somebody is looking.
import { useEffect } from 'preact/hooks'
import type { Resource } from '../app/resource.ts'

export function useWatched<Value>(resource: Resource<Value>, everyMs = 10_000): void {
  useEffect(() => {
    const look = (): void => {
      if (!document.hidden) resource.refresh()
    }
    const timer = setInterval(look, everyMs)
    document.addEventListener('visibilitychange', look)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [resource, everyMs])
}
