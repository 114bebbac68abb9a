// The choice as the engines ask for it: over all models for the default, over one for its plans. Used by the manager
// and the routes; the choice itself stands in choice/.
import type { Candidate, Choice, InstalledModel } from '#appliance/contracts/models.ts'
import type { Given, Planner } from './ports.ts'

/** Ranks the given models as if there were no others, for the given purpose. */
export type Choose = (wish: {
  models: readonly InstalledModel[]
  kind: InstalledModel['kind']
  given: Given
}) => Promise<Choice>

interface PlannerOptions {
  choose: Choose
  installed: () => readonly InstalledModel[]
}

/** What cannot run here, or did not; all else is a matter of taste, and whoever names a model has decided. */
const impossible: ReadonlySet<Candidate['verdict']['code']> = new Set([
  'needs_more_memory',
  'failed_before',
  'not_installed',
])

export const createPlanner = ({ choose, installed }: PlannerOptions): Planner => ({
  choice: (given) => choose({ models: installed(), kind: 'chat', given }),
  plansFor: async (model, given) => {
    const { candidates } = await choose({ models: [model], kind: model.kind, given })
    const own = candidates.filter((candidate) => candidate.installed && candidate.plan.model === model.id)
    return {
      plans: own.filter(({ verdict }) => !impossible.has(verdict.code)).map(({ plan }) => plan),
      reason: own[0]?.words ?? 'its file cannot be read',
    }
  },
})
