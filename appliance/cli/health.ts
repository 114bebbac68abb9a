// `hob health`: runs the box's checks and says what they found. Ends with 0 when all is well, 1 with an issue, 2 when the box or
// one of its checks could not be asked.
import {
  type CheckName,
  type CheckResult,
  checkNames,
  type HealthChecks,
  healthCheckRoutes,
} from '../contracts/health-checks.ts'
import { HobError } from '../errors.ts'
import type { Command, CommandInput } from './command.ts'
import { readFlags, usageError } from './flags.ts'
import { table } from './words.ts'

const options = { gate: { type: 'boolean' } } as const
const exitCodes: Readonly<Record<HealthChecks['verdict'], number>> = { healthy: 0, issues: 1, unknown: 2 }

export const health: Command = {
  name: 'health',
  usage: [
    ['health', 'checks the box; ends with 1 for an issue, 2 if it cannot be asked'],
    ['health --gate', 'only what an update must not leave wrong'],
    ['health fix CHECK', 'lets the box do what it can about an issue'],
  ],
  run: async (input) => {
    const { args, json, terminal } = input
    if (args[0] === 'fix') return await fix(input)
    const gate = readFlags({ args: [...args], options }).values.gate === true
    const found = await ask(input, gate)
    process.exitCode = exitCodes[found.verdict]
    if (json) return terminal.write(JSON.stringify(found, null, 2))
    terminal.write(inWords(found))
  },
}

async function fix({ args: [, given, ...rest], json, terminal, box }: CommandInput): Promise<void> {
  const check = checkNames.find((name) => name === given)
  if (check === undefined || rest.length > 0)
    throw usageError(`health fix wants one of ${checkNames.join(', ')}`)
  const result = await box.client.call(healthCheckRoutes.fix, { params: { check } }, box.caller)
  if (result.state === 'issue') process.exitCode = 1
  terminal.write(json ? JSON.stringify(result, null, 2) : table([row(result)]))
}

async function ask(
  { box: { client, caller }, terminal }: CommandInput,
  gate: boolean,
): Promise<HealthChecks> {
  try {
    terminal.progress('Checking …')
    const checks = gate ? { checks: await gating({ client, caller }) } : {}
    return await client.call(healthCheckRoutes.run, { json: checks }, caller)
  } catch (error) {
    // whoever asks by a program must not take silence for an issue
    if (error instanceof HobError) process.exitCode = 2
    throw error
  } finally {
    terminal.progress('')
  }
}

async function gating({ client, caller }: CommandInput['box']): Promise<CheckName[]> {
  const { checks } = await client.call(healthCheckRoutes.last, {}, caller)
  return checks.flatMap(({ check, gates }) => (gates ? [check] : []))
}

function inWords({ verdict, checks }: HealthChecks): string {
  const issues = checks.flatMap((result) => (result.state === 'issue' ? [result] : []))
  const remedies = issues.map(
    ({ check, issue: { suggestion, fixable } }) =>
      `${check}: ${suggestion}${fixable ? ` Or: hob health fix ${check}` : ''}`,
  )
  return [
    table(checks.map(row)),
    '',
    ...remedies,
    ...(remedies.length === 0 ? [] : ['']),
    verdicts[verdict],
  ].join('\n')
}

const verdicts: Readonly<Record<HealthChecks['verdict'], string>> = {
  healthy: 'The box is healthy.',
  issues: 'The box needs a hand.',
  unknown: 'Not everything could be checked.',
}

function row(result: CheckResult): string[] {
  if (result.state === 'issue') return [result.check, result.issue.severity, result.issue.message]
  if (result.state === 'not_measured')
    return [result.check, result.broke ? 'broke' : 'not measured', result.reason.message]
  return [result.check, result.state === 'ok' ? 'ok' : 'not run', '']
}
