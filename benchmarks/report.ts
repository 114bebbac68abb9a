// Figures as rows: what was measured, its unit, minimum, median, 95th percentile and maximum over the runs, and the aim
// beside it.
import { table } from '#appliance/cli/words.ts'

export interface Figure {
  name: string
  unit: string
  samples: readonly number[]
  /** What the product promises; printed, never asserted. */
  aim?: string
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5)

/** Nearest rank. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN
}

export function describe(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, unit, samples, aim = '' }) => [
    name,
    show(Math.min(...samples)),
    show(median(samples)),
    show(quantile(samples, 0.95)),
    show(Math.max(...samples)),
    unit,
    String(samples.length),
    aim,
  ])
  return table([['figure', 'min', 'median', 'p95', 'max', 'unit', 'runs', 'aim'], ...rows])
}

const show = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3))
