// Where a candidate stands in the chart: speed grows to the right by powers, quality upwards.
import type { Candidate } from '#appliance/contracts/models.ts'

export interface Scale {
  readonly x: (tokensPerSecond: number) => number
  readonly y: (quality: number) => number
  /** Round speeds for the axis. */
  readonly ticks: readonly number[]
  /** The least speed that is wanted, where a rejection names it. */
  readonly floor: number | null
}

export const chart = { width: 640, height: 320, left: 40, right: 24, top: 20, bottom: 56 } as const

const decades = [0.1, 1, 10, 100, 1000]
const finer = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000]

export function scaleOf(candidates: readonly Candidate[]): Scale {
  const speeds = candidates.map(({ plan }) => plan.tokensPerSecond)
  const qualities = candidates.map(({ plan }) => plan.quality)
  const floor = candidates.reduce<number | null>(
    (found, { verdict }) => (verdict.code === 'too_slow' ? verdict.floor : found),
    null,
  )
  const low = Math.log10(Math.min(...speeds, floor ?? Infinity) / 1.3)
  const high = Math.log10(Math.max(...speeds, floor ?? 0) * 1.3)
  const worst = Math.min(...qualities)
  const span = Math.max(...qualities) - worst || 1
  const { width, height, left, right, top, bottom } = chart
  return {
    x: (speed) => left + ((Math.log10(speed) - low) / (high - low)) * (width - left - right),
    y: (quality) => height - bottom - 14 - ((quality - worst) / span) * (height - top - bottom - 28),
    // Over wide spans the powers of ten alone: on a phone more of them would run into each other.
    ticks: (high - low > 2 ? decades : finer).filter((tick) => {
      const at = Math.log10(tick)
      return at >= low && at <= high
    }),
    floor,
  }
}
