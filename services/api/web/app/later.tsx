// A part of the page that is loaded when it is first shown, so that the chat need not wait for it. While it comes, and
// should it not come, it says so.
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { ProblemCard } from '../ui/ProblemCard.tsx'
import { useTranslation } from './context.ts'
import { pageProblem } from './problem.ts'

export function later<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  return function Later(props: Props) {
    const { t } = useTranslation()
    const [Part, setPart] = useState<ComponentType<Props> | null>(null)
    const [failed, setFailed] = useState(false)
    const run = async (): Promise<void> => {
      setFailed(false)
      try {
        const part = await load()
        setPart(() => part)
      } catch {
        // The link dropped, or the box was updated under an open page.
        setFailed(true)
      }
    }
    useEffect(() => void run(), [])
    if (Part !== null) return <Part {...props} />
    return (
      <div class="page">
        {failed ? (
          <ProblemCard problem={pageProblem('unreachable')} onRetry={() => void run()} />
        ) : (
          <p class="muted">{t.common.loading(t.common.page)}</p>
        )}
      </div>
    )
  }
}
