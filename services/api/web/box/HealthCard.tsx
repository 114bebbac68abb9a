// Whether the box is well: a line for each check with what it found and what to do. Checks run when somebody presses the button, at
// no other time.
import type { CheckName, CheckResult, HealthChecks } from '#appliance/contracts/health-checks.ts'
import { useApp, useTranslation } from '../app/context.ts'
import { useResource } from '../app/resource.ts'
import { useAttempt } from '../chat/actions.ts'
import type { Catalogue } from '../i18n/index.ts'
import { Icon } from '../ui/Icon.tsx'
import { ProblemCard } from '../ui/ProblemCard.tsx'
import { Section, Shown } from '../ui/Section.tsx'
import { findingWords } from './health-words.ts'
import { type Run, useHealthRun } from './useHealthRun.ts'

export function HealthCard() {
  const { api } = useApp()
  const { t } = useTranslation()
  const health = useResource(api.health)
  const run = useHealthRun(health)
  return (
    <Section id="health" title={t.health.title}>
      <Shown resource={health} what={t.health.loading}>
        {(now) => (
          <>
            <Verdict health={now} run={run} />
            <ul class="rows checks">
              {now.checks.map((result) => (
                <Row key={result.check} result={result} run={run} />
              ))}
            </ul>
            {run.problem !== null && <ProblemCard problem={run.problem} />}
            <Start health={now} run={run} />
          </>
        )}
      </Shown>
    </Section>
  )
}

function Verdict({ health: { verdict, checks }, run }: { health: HealthChecks; run: Run }) {
  const { t, format } = useTranslation()
  const issues = checks.filter(({ state }) => state === 'issue').length
  const times = checks.flatMap((result) => (result.state === 'not_run' ? [] : [result.at])).sort()
  const [oldest] = times
  const words =
    times.length === 0 ? t.health.never : verdict === 'issues' ? t.health.issues(issues) : t.health[verdict]
  return (
    <div class="health-verdict" role="status">
      {run.left.length > 0 ? (
        <p>{t.health.running(run.all - run.left.length, run.all)}</p>
      ) : (
        <>
          <p class="profile-name">{words}</p>
          <p class="muted small">
            {oldest === undefined ? t.health.intro : t.health.checked(format.when(oldest, Date.now()))}
          </p>
        </>
      )}
    </div>
  )
}

function Start({ health: { checks }, run }: { health: HealthChecks; run: Run }) {
  const { t } = useTranslation()
  const names = checks.map(({ check }) => check)
  if (run.left.length === 0)
    return (
      <div class="actions">
        <button type="button" class="button" onClick={() => run.start(names)}>
          {checks.every(({ state }) => state === 'not_run') ? t.health.run : t.health.again}
        </button>
      </div>
    )
  return (
    <div>
      <progress max={run.all} value={run.all - run.left.length} aria-label={t.health.progress} />
      <div class="actions">
        <button type="button" class="button" onClick={run.stop}>
          {t.health.stop}
        </button>
      </div>
    </div>
  )
}

type Look = 'ok' | 'warning' | 'serious' | 'broke' | 'not_measured' | 'not_run'

const icons = {
  ok: 'done',
  warning: 'alert',
  serious: 'alert',
  broke: 'alert',
  not_measured: 'info',
  not_run: 'info',
} as const

function lookOf(result: CheckResult): Look {
  if (result.state === 'issue') return result.issue.severity
  return result.state === 'not_measured' && result.broke ? 'broke' : result.state
}

function Row({ result, run }: { result: CheckResult; run: Run }) {
  const translation = useTranslation()
  const { t } = translation
  const look = lookOf(result)
  const isRunning = run.left.includes(result.check)
  const words = findingWords(result, translation)
  return (
    <li class={`row check-row check-${isRunning ? 'running' : look}`} aria-busy={isRunning}>
      <Icon name={isRunning ? 'again' : icons[look]} />
      <div class="row-text">
        <p class="check-head">
          <span class="row-title">{checkName(result.check, t)}</span>
          <span class="check-word small">{isRunning ? t.health.checking : t.health.looks[look]}</span>
        </p>
        {!isRunning && words !== null && (
          <>
            <p class={words.suggestion === null ? 'muted small' : 'small'}>{words.message}</p>
            {words.suggestion !== null && <p class="muted small">{words.suggestion}</p>}
            <Fix result={result} run={run} />
          </>
        )}
      </div>
    </li>
  )
}

/** One that is newer than this page goes by its own name. */
const checkName = (name: CheckName, t: Catalogue): string =>
  Object.entries(t.health.checks).find(([known]) => known === name)?.[1] ?? name

function Fix({ result, run }: { result: CheckResult; run: Run }) {
  const { api, overlays } = useApp()
  const { t, format } = useTranslation()
  const attempt = useAttempt()
  if (result.state !== 'issue' || !result.issue.fixable || result.check !== 'space') return null
  const bytes = Number(result.issue.values['unfinishedBytes'] ?? 0)
  const fix = async (): Promise<void> => {
    const answer = await overlays.ask({
      title: t.health.fixSpaceTitle,
      text: t.health.fixSpaceText(format.file(bytes)),
      action: t.health.fixSpaceAction,
      destroys: true,
    })
    if (answer === null) return
    const done = await attempt(async () => run.put(await api.fixCheck(result.check)))
    if (done) overlays.tell(t.health.fixedSpace)
  }
  return (
    <div class="actions">
      <button type="button" class="button" onClick={() => void fix()}>
        {t.health.fixSpace(format.file(bytes))}
      </button>
    </div>
  )
}
