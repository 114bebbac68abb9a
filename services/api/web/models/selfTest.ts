// Whether a model is Hob's own self-test: then nothing of what it says, and no figure of its, means much to a person.
import { useEffect } from 'preact/hooks'
import { useApp } from '../app/context.ts'
import { useStore } from '../app/store.ts'

export function useIsSelfTest(model: string | null): boolean {
  const { box } = useApp()
  useEffect(() => box.installed.want(), [box])
  return useStore(
    box.installed,
    ({ value }) => value?.models.find(({ id }) => id === model)?.selfTest ?? false,
  )
}
