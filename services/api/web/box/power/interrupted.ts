// What a restart would cut off right now, in words.
import { useApp, useTranslation } from '../../app/context.ts'

export function useInterrupted(): () => string {
  const { box } = useApp()
  const { t, format } = useTranslation()
  return () => {
    const status = box.status.get().value
    const engines = status?.models?.engines ?? []
    const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0)
    const answers = sum(engines.map(({ active }) => active))
    const waiting = sum(engines.map((engine) => engine.waiting))
    const downloads = (box.downloads.get().value ?? []).filter(
      ({ state }) => state === 'running' || state === 'verifying',
    ).length
    const pages = status?.connections.open ?? 0
    const what = [
      ...(answers > 0 ? [t.power.answers(answers)] : []),
      ...(waiting > 0 ? [t.power.waiting(waiting)] : []),
      ...(downloads > 0 ? [t.power.downloads(downloads)] : []),
      ...(pages > 1 ? [t.power.pages(pages)] : []),
    ]
    return what.length === 0 ? t.power.nothing : t.power.interrupts(format.list(what))
  }
}
