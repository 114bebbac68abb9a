// What a health check is: one file that knows how to look, what may be wrong, what to suggest, and perhaps how to mend it.
// Whoever makes one hands it the doors it looks through. Nothing here keeps state; run.ts runs them.
import type { CheckName, HealthIssue, Values } from '../contracts/health-checks.ts'
import { HobError } from '../errors.ts'

/** `{name}` in a sentence is filled from the finding's values. */
export interface IssueWords {
  readonly severity: HealthIssue['severity']
  readonly message: string
  readonly suggestion: string
}

export interface Check {
  readonly name: CheckName
  /** Whether an update that leaves this wrong is undone. */
  readonly gates: boolean
  /** After so long it is given up. */
  readonly limitMs: number
  /** Every issue that it may find, by its code. */
  readonly issues: Readonly<Record<string, IssueWords>>
  /** Why it may have nothing to say, by the reason's code. */
  readonly reasons: Readonly<Record<string, string>>
  /** Looks. Throwing is allowed: it is told as a check that broke, never as well. */
  detect(signal: AbortSignal): Promise<Finding>
  /** Does what can be done without a person. */
  fix?(signal: AbortSignal): Promise<void>
}

export type Finding =
  | { readonly state: 'ok' }
  | {
      readonly state: 'issue'
      readonly code: string
      readonly values: Values
      /** Whether `fix` would help here. */
      readonly fixable: boolean
    }
  | { readonly state: 'not_measured'; readonly code: string; readonly values: Values }

export const ok: Finding = { state: 'ok' }

export const issue = (code: string, values: Values = {}, { fixable = false } = {}): Finding => ({
  state: 'issue',
  code,
  values,
  fixable,
})

export const notMeasured = (code: string, values: Values = {}): Finding => ({
  state: 'not_measured',
  code,
  values,
})

/** What the operating system said, in its own code: EROFS, ENOSPC; else the error's words. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof HobError) return error.message
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
