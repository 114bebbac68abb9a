// A failure, drawn on purpose: what happened, what to do, and the button that does it.
import type { ComponentChildren } from 'preact'
import { useTranslation } from '../app/context.ts'
import type { Problem } from '../app/problem.ts'
import { Icon } from './Icon.tsx'

interface Props {
  problem: Problem
  onRetry?: () => void
  children?: ComponentChildren
}

export function ProblemCard({ problem, onRetry, children }: Props) {
  const { t, problem: words } = useTranslation()
  const { message, remedy, detail } = words(problem)
  return (
    <div class="card problem" role="alert">
      <Icon name="alert" />
      <div>
        <p class="problem-message">{message}</p>
        <p class="muted">{remedy}</p>
        {detail !== null && (
          <p class="muted small">
            {t.problem.said} <span lang="en">{detail}</span>
          </p>
        )}
        <div class="actions">
          {onRetry !== undefined && (
            <button type="button" class="button" onClick={onRetry}>
              {t.common.retry}
            </button>
          )}
          {children}
        </div>
      </div>
    </div>
  )
}
