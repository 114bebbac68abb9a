// Whether a model is the starter, which comes with the box: then the page says so, and how to get a bigger one.
import { useEffect } from 'preact/hooks'
import { useApp } from '../app/context.ts'
import { useStore } from '../app/store.ts'

export function useIsStarter(model: string | null): boolean {
  const { box } = useApp()
  useEffect(() => box.installed.want(), [box])
  return useStore(
    box.installed,
    ({ value }) => value?.models.find(({ id }) => id === model)?.starter ?? false,
  )
}
