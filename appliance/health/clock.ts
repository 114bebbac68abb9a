// Is the clock plausible? It cannot be earlier than the software that reads it. A wrong one is told and locks nobody out; one
// that was never synchronized is no issue, for a box may live without the internet.
import { type Check, issue, notMeasured, ok } from './check.ts'

interface Doors {
  now: () => Date
  /** When this software was built; null where nothing says so. */
  builtAt: () => Promise<Date | null>
}

const dayMs = 86_400_000
/** A zone that was mistaken on a build machine is no wrong clock. */
const slackMs = dayMs
/** Nobody runs a build for so long; the box's own root certificate ends before. */
const yearsMost = 15

export const clockCheck = ({ now, builtAt }: Doors): Check => ({
  name: 'clock',
  gates: false,
  limitMs: 5_000,
  issues: {
    clock_behind: {
      severity: 'warning',
      message: 'The clock says {now}, which is before this software was made ({built}).',
      suggestion:
        'Connect the box to the internet for a minute: it sets its clock by itself. If it comes back with each power cut, the battery on its board is empty.',
    },
    clock_ahead: {
      severity: 'warning',
      message: 'The clock says {now}, which is years ahead of this software ({built}).',
      suggestion: 'Connect the box to the internet for a minute: it sets its clock by itself.',
    },
  },
  reasons: { build_unknown: 'Nothing here says when this software was made.' },
  detect: async () => {
    const built = await builtAt()
    if (built === null) return notMeasured('build_unknown')
    const at = now().getTime()
    const values = { now: dateOf(now()), built: dateOf(built) }
    if (at < built.getTime() - slackMs) return issue('clock_behind', values)
    return at > built.getTime() + yearsMost * 365 * dayMs ? issue('clock_ahead', values) : ok
  },
})

const dateOf = (at: Date): string => at.toISOString().slice(0, 10)
