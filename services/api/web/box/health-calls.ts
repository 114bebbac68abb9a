// What is asked of the box about its health. Part of api.ts.
import type { CheckName, CheckResult, HealthChecks } from '#appliance/contracts/health-checks.ts'
import type { Requests } from '../app/request.ts'

/** The longest check gives a model a minute. */
const slowMs = 90_000

export const createHealthCalls = ({ get, send }: Requests) => ({
  health: () => get<HealthChecks>('/system/health'),
  /** One at a time, so that each can be shown as it ends; the box runs no more at once than it likes. */
  runCheck: async (check: CheckName, signal: AbortSignal): Promise<HealthChecks> =>
    (await send('POST', '/hob/v1/system/health/run', { checks: [check] }, signal, slowMs)).json(),
  fixCheck: async (check: CheckName): Promise<CheckResult> =>
    (await send('POST', `/hob/v1/system/health/${check}/fix`, undefined, undefined, slowMs)).json(),
})
