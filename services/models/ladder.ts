// What is tried, in order, to load one model when the best plan fails: a shorter context, one sequence, the CPU
// instead of the accelerator. Pure; used by the runner of a model.
import type { Plan } from '#appliance/contracts/models.ts'

/** Below this a conversation is too short to be of use; a plan that has less already is not shortened. */
const shortestContextTokens = 2_048

/** Two plans with the same key ask the same of the machine. */
export const planKey = (plan: Plan): string =>
  [
    plan.model,
    plan.quantization,
    plan.backend,
    plan.contextTokens,
    plan.sequences,
    plan.keyValueType,
    plan.gpuLayers,
    plan.useMmap,
  ].join('|')

/**
 * At most four plans, best first: the first candidate, then its rungs, each one rung lower than the one before. Those in
 * `failed` are left out; when all are, the lowest is tried again.
 */
export function ladder(candidates: readonly Plan[], failed: ReadonlySet<string>): Plan[] {
  const best = candidates.find((plan) => !failed.has(planKey(plan))) ?? candidates[0]
  if (best === undefined) return []
  const shorter =
    candidates.find(
      (plan) =>
        plan.backend === best.backend &&
        plan.contextTokens < best.contextTokens &&
        plan.memory.totalBytes < best.memory.totalBytes,
    ) ?? shorten(best)
  const single = shrink(shorter, { sequences: 1 })
  const rungs = [best, shorter, single]
  if (best.backend !== 'cpu')
    rungs.push(
      candidates.find((plan) => plan.backend === 'cpu') ?? { ...single, backend: 'cpu', gpuLayers: 0 },
    )
  const distinct = [...new Map(rungs.map((plan) => [planKey(plan), plan])).values()]
  const untried = distinct.filter((plan) => !failed.has(planKey(plan)))
  return untried.length > 0 ? untried : distinct.slice(-1)
}

const shorten = (plan: Plan): Plan =>
  shrink(plan, {
    contextTokens: Math.min(plan.contextTokens, Math.max(shortestContextTokens, plan.contextTokens >> 1)),
  })

/** The KV cache is proportional to context × sequences; the other parts are kept, which errs on the safe side. */
function shrink(plan: Plan, change: { contextTokens?: number; sequences?: number }): Plan {
  const next = { ...plan, ...change }
  const share = (next.contextTokens * next.sequences) / (plan.contextTokens * plan.sequences)
  const keyValueBytes = Math.ceil(plan.memory.keyValueBytes * share)
  const totalBytes = plan.memory.totalBytes - plan.memory.keyValueBytes + keyValueBytes
  return { ...next, memory: { ...plan.memory, keyValueBytes, totalBytes } }
}
