// The choice as a picture: each candidate by speed and quality, the chosen one lit, the others with their reason.
import { useMemo, useState } from 'preact/hooks'
import type { Candidate, Choice } from '#appliance/contracts/models.ts'
import { useTranslation } from '../app/context.ts'
import { nameOf } from './nameOf.ts'
import { chart, type Scale, scaleOf } from './scale.ts'
import { type Standing, standingOf, verdictWords } from './verdict.ts'

const firstShown = 6

/** The best plan of each model on each backend: shorter contexts of the same are no other candidates to a person. */
function distinct(candidates: readonly Candidate[]): readonly Candidate[] {
  const seen = new Map<string, Candidate>()
  for (const candidate of candidates) {
    const key = `${nameOf(candidate.plan)} ${candidate.plan.backend}`
    if (!seen.has(key)) seen.set(key, candidate)
  }
  return [...seen.values()]
}

export function Candidates({ choice }: { choice: Choice }) {
  const { t } = useTranslation()
  const [picked, setPicked] = useState<Candidate | null>(null)
  const [all, setAll] = useState(false)
  const candidates = useMemo(() => distinct(choice.candidates), [choice])
  if (candidates.length === 0) return null
  const shown = all ? candidates : candidates.slice(0, firstShown)
  const listed = picked === null || shown.includes(picked) ? shown : [picked, ...shown]
  return (
    <div class="candidates">
      {candidates.length > 1 && <Chart candidates={candidates} picked={picked} pick={setPicked} />}
      <h3>{t.models.candidates}</h3>
      <ul class="candidate-list">
        {listed.map((candidate, index) => (
          <Row key={index} candidate={candidate} picked={candidate === picked} />
        ))}
      </ul>
      {!all && candidates.length > firstShown && (
        <button type="button" class="button" onClick={() => setAll(true)}>
          {t.models.candidatesAll(candidates.length)}
        </button>
      )}
    </div>
  )
}

function Row({ candidate, picked }: { candidate: Candidate; picked: boolean }) {
  const translation = useTranslation()
  const { format } = translation
  const { plan, verdict } = candidate
  return (
    <li class={picked ? 'candidate candidate-picked' : 'candidate'}>
      <Mark standing={standingOf(candidate)} />
      <div>
        <p class="candidate-name">{nameOf(plan)}</p>
        <p class="muted small">{verdictWords(verdict, translation)}</p>
      </div>
      <p class="candidate-figures small">
        <span>{format.speed(plan.tokensPerSecond)}</span>
        <span class="muted">{format.memory(plan.memory.totalBytes)}</span>
      </p>
    </li>
  )
}

function Mark({ standing }: { standing: Standing }) {
  return (
    <svg class={`mark mark-${standing}`} width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true">
      <Shape standing={standing} />
    </svg>
  )
}

/** Told apart by shape too, not by colour alone. */
function Shape({ standing }: { standing: Standing }) {
  if (standing === 'chosen') return <circle r="7" />
  if (standing === 'rejected') return <path d="M-4-4l8 8M4-4l-8 8" />
  return <circle r="5" />
}

interface ChartProps {
  candidates: readonly Candidate[]
  picked: Candidate | null
  pick: (candidate: Candidate) => void
}

function Chart({ candidates, picked, pick }: ChartProps) {
  const translation = useTranslation()
  const { t } = translation
  const scale = scaleOf(candidates)
  const chosen = candidates.find(({ verdict }) => verdict.code === 'chosen')
  const legend: [Standing, string][] = [
    ['chosen', t.models.legendChosen],
    ['fits', t.models.legendFits],
    ['missing', t.models.legendMissing],
    ['rejected', t.models.legendRejected],
  ]
  const present = new Set(candidates.map(standingOf))
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${chart.width} ${chart.height}`} role="img" aria-label={t.models.chart}>
        <Axes scale={scale} />
        {candidates.map((candidate, index) => (
          <g
            key={index}
            class={`point mark-${standingOf(candidate)}${candidate === picked ? ' point-picked' : ''}`}
            transform={`translate(${scale.x(candidate.plan.tokensPerSecond)} ${scale.y(candidate.plan.quality)})`}
            onClick={() => pick(candidate)}
          >
            <title>{`${nameOf(candidate.plan)}: ${verdictWords(candidate.verdict, translation)}`}</title>
            <circle class="point-touch" r="22" />
            {standingOf(candidate) === 'chosen' && <circle class="point-glow" r="14" />}
            <Shape standing={standingOf(candidate)} />
          </g>
        ))}
        {chosen !== undefined && <ChosenLabel candidate={chosen} scale={scale} />}
      </svg>
      <figcaption class="legend small">
        {legend
          .filter(([standing]) => present.has(standing))
          .map(([standing, words]) => (
            <span key={standing}>
              <Mark standing={standing} />
              {words}
            </span>
          ))}
      </figcaption>
    </figure>
  )
}

function ChosenLabel({ candidate, scale }: { candidate: Candidate; scale: Scale }) {
  const x = scale.x(candidate.plan.tokensPerSecond)
  const y = scale.y(candidate.plan.quality)
  const left = x > chart.width / 2
  return (
    <text class="point-label" x={left ? x - 20 : x + 20} y={y + 5} text-anchor={left ? 'end' : 'start'}>
      {nameOf(candidate.plan)}
    </text>
  )
}

function Axes({ scale }: { scale: Scale }) {
  const { t, format } = useTranslation()
  const { width, height, left, right, top, bottom } = chart
  const base = height - bottom
  const floorX = scale.floor === null ? null : scale.x(scale.floor)
  return (
    <g class="axes">
      {floorX !== null && (
        <>
          <rect class="too-slow" x={left} y={top} width={Math.max(0, floorX - left)} height={base - top} />
          {floorX - left > 200 && (
            <text x={left + 8} y={base - 8}>
              {t.models.chartFloor}
            </text>
          )}
        </>
      )}
      <path d={`M${left} ${top}V${base}H${width - right}`} />
      {scale.ticks.map((tick) => (
        <g key={tick}>
          <path d={`M${scale.x(tick)} ${base}v5`} />
          <text x={scale.x(tick)} y={base + 19} text-anchor="middle">
            {format.number(tick, 1)}
          </text>
        </g>
      ))}
      <text x={width - right} y={height - 6} text-anchor="end">
        {`${t.models.chartSpeed} →`}
      </text>
      <text transform={`translate(${left - 14} ${base}) rotate(-90)`}>{`${t.models.chartQuality} →`}</text>
    </g>
  )
}
