// A finding as English sentences: templates of the check that made it, filled with its values. Also why a check broke.
import { inBytes } from '../cli/words.ts'
import type { CheckResult, Values } from '../contracts/health-checks.ts'
import type { Check, Finding } from './check.ts'

/** Why a check may not come to its end, whichever it is. */
export const brokenReasons = {
  check_failed: 'The check itself failed: {detail}',
  check_late: 'There was no answer within {limitSeconds} s.',
  check_stuck: 'An earlier run of this check still hangs.',
} as const

/** `{name}` from the values; those whose name ends in Bytes as sizes. */
export const inWords = (template: string, values: Values): string =>
  template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name]
    if (value === undefined) return whole
    return typeof value === 'number' && name.endsWith('Bytes') ? inBytes(value) : String(value)
  })

/** What is the same in every result of a check. */
type Measured = Pick<Extract<CheckResult, { state: 'ok' }>, 'check' | 'gates' | 'at' | 'tookMs'>

/** Throws on a code that the check does not list: it would have no words. */
export function resultOf(check: Check, finding: Finding, measured: Measured): CheckResult {
  if (finding.state === 'ok') return { ...measured, state: 'ok' }
  const { code, values } = finding
  if (finding.state === 'not_measured') {
    const template = check.reasons[code]
    if (template === undefined) throw new RangeError(`${check.name} has no reason ${code}`)
    const reason = { code, values, message: inWords(template, values) }
    return { ...measured, state: 'not_measured', broke: false, reason }
  }
  const words = check.issues[code]
  if (words === undefined) throw new RangeError(`${check.name} has no issue ${code}`)
  const { severity, message, suggestion } = words
  const fixable = finding.fixable && check.fix !== undefined
  return {
    ...measured,
    state: 'issue',
    issue: {
      code,
      severity,
      values,
      message: inWords(message, values),
      suggestion: inWords(suggestion, values),
      fixable,
    },
  }
}

export function brokenResult(
  code: keyof typeof brokenReasons,
  values: Values,
  measured: Measured,
): CheckResult {
  const reason = { code, values, message: inWords(brokenReasons[code], values) }
  return { ...measured, state: 'not_measured', broke: true, reason }
}
