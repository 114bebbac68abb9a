// The settings that somebody who helps may see. A list of what is shown, not of what is hidden: a setting that comes later stays at
// home until somebody has thought about it.
import type { Settings } from '#appliance/config/schema.ts'

const shown = [
  'port',
  'plainPort',
  'tls',
  'logLevel',
  'logDays',
  'historyDays',
  'maxConnections',
  'requestsPerMinute',
  'model',
  'contextTokens',
  'sequences',
  'speedFloor',
  'threads',
  'idleUnloadMinutes',
  'queueLength',
] as const satisfies readonly (keyof Settings)[]

export const shownSettings = (config: Partial<Settings>): Record<string, unknown> =>
  Object.fromEntries(shown.map((name) => [name, config[name] ?? null]))
