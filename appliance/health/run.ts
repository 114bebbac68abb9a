// Runs checks: side by side but few at once, each within its limit; keeps what each found last. One that throws or does not
// end was not measured, and never counts as well. Nothing runs unless somebody asks. One runner for each api.
import {
  type CheckName,
  type CheckResult,
  checkNames,
  type HealthChecks,
} from '../contracts/health-checks.ts'
import { HobError } from '../errors.ts'
import { type Check, type Finding, reasonOf } from './check.ts'
import { brokenResult, resultOf } from './words.ts'

export interface HealthRunner {
  /** What each check found last. */
  last(): HealthChecks
  /** Runs these, or all. Who asks for one that runs already waits for that one. */
  run(names?: readonly CheckName[]): Promise<HealthChecks>
  /** Mends, and checks again. Throws nothing_to_fix, and what the fix throws. */
  fix(name: CheckName): Promise<CheckResult>
}

interface Uses {
  checks: readonly Check[]
  now: () => Date
  /** Ends what runs, when the service leaves. */
  stopping: AbortSignal
  atOnce?: number
}

const fixLimitMs = 60_000

export function createHealthRunner({ checks, now, stopping, atOnce = 4 }: Uses): HealthRunner {
  const results = new Map<CheckName, CheckResult>()
  const running = new Map<CheckName, Promise<CheckResult>>()
  /** Also of those given up: a call into a dead disk holds its thread until the disk answers. */
  const unended = new Set<CheckName>()
  const inTurn = createPlaces(atOnce)

  /** What the check finds, or null once the signal is aborted: also for a check that does not listen to it. */
  const detect = async (check: Check, signal: AbortSignal): Promise<Finding | null> => {
    const { promise: late, resolve } = Promise.withResolvers<null>()
    signal.addEventListener('abort', () => resolve(null), { once: true })
    unended.add(check.name)
    const looking = check.detect(signal).finally(() => unended.delete(check.name))
    // the signal was listened to here first: what the check makes of it comes later
    return await Promise.race([late, looking])
  }

  const look = async (check: Check): Promise<CheckResult> => {
    const { name, gates, limitMs } = check
    const startedMs = performance.now()
    const measured = () => ({
      check: name,
      gates,
      at: now().toISOString(),
      tookMs: Math.round(performance.now() - startedMs),
    })
    if (unended.has(name)) return brokenResult('check_stuck', {}, measured())
    try {
      const finding = await detect(check, AbortSignal.any([stopping, AbortSignal.timeout(limitMs)]))
      return finding === null
        ? brokenResult('check_late', { limitSeconds: limitMs / 1_000 }, measured())
        : resultOf(check, finding, measured())
    } catch (error) {
      return brokenResult('check_failed', { detail: reasonOf(error) }, measured())
    }
  }

  const runOne = (check: Check): Promise<CheckResult> => {
    const going = running.get(check.name)
    if (going !== undefined) return going
    const result = inTurn(() => look(check)).then((found) => {
      running.delete(check.name)
      results.set(check.name, found)
      return found
    })
    running.set(check.name, result)
    return result
  }

  return {
    last: () =>
      judged(
        checks.map(
          ({ name, gates }): CheckResult => results.get(name) ?? { check: name, gates, state: 'not_run' },
        ),
      ),
    run: async (names = checkNames) =>
      judged(await Promise.all(checks.filter(({ name }) => names.includes(name)).map(runOne))),
    fix: async (name) => {
      const check = checks.find((one) => one.name === name)
      if (check?.fix === undefined) throw new HobError('nothing_to_fix', { check: name })
      await check.fix(AbortSignal.any([stopping, AbortSignal.timeout(fixLimitMs)]))
      // one that runs already may have looked before
      await running.get(name)
      return await runOne(check)
    },
  }
}

const judged = (checks: CheckResult[]): HealthChecks => ({ verdict: verdictOf(checks), checks })

function verdictOf(checks: readonly CheckResult[]): HealthChecks['verdict'] {
  if (checks.some(({ state }) => state === 'issue')) return 'issues'
  const isKnown = (result: CheckResult): boolean =>
    result.state === 'ok' || (result.state === 'not_measured' && !result.broke)
  return checks.every(isKnown) ? 'healthy' : 'unknown'
}

/** Lets at most so many work at once; the others wait in their order. */
function createPlaces(places: number): <Value>(work: () => Promise<Value>) => Promise<Value> {
  const waiting: (() => void)[] = []
  let free = places
  return async (work) => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free++
      else next()
    }
  }
}
