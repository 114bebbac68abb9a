// A look at the machine that ran out of time, completed by what an earlier look had found. The looks share the CPUs with
// a model that uses all of them: without this, a busy box would take itself for one without memory.
import { type FactSheet, factSheetSchema } from '#appliance/contracts/hardware.ts'
import { outOfTime } from '#appliance/hardware/host.ts'

/** False: the time ran out before everything was read. */
export const isWhole = (facts: FactSheet): boolean => !JSON.stringify(facts).includes(outOfTime)

/** `now`, with what it lacks taken from `before`; a list that became shorter counts as cut off. */
export const completedBy = (now: FactSheet, before: FactSheet): FactSheet =>
  factSheetSchema.parse(merge(now, before))

function merge(now: unknown, before: unknown): unknown {
  if (Array.isArray(now)) return Array.isArray(before) && before.length > now.length ? before : now
  if (!isRecord(now) || !isRecord(before) || now['status'] === 'known') return now
  if (now['status'] === 'not_measured') return before['status'] === 'known' ? before : now
  return Object.fromEntries(Object.entries(now).map(([key, value]) => [key, merge(value, before[key])]))
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
