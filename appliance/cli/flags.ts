// The flags of a verb; what it does not know is told as `usage`.
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { HobError } from '../errors.ts'

export const usageError = (detail: string, cause?: unknown): HobError =>
  new HobError('usage', { detail }, cause === undefined ? {} : { cause })

export function readFlags<const Flags extends ParseArgsConfig>(
  flags: Flags,
): ReturnType<typeof parseArgs<Flags>> {
  try {
    return parseArgs(flags)
  } catch (error) {
    throw usageError(error instanceof Error ? error.message : 'wrong flags', error)
  }
}

const unitsMs = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const

/** "90d", "12h", "2w" from now, as a date. */
export function afterSpan(span: string, now: Date): string {
  const [, count, unit] = /^(\d{1,5})([hdw])$/.exec(span) ?? []
  const unitMs = unit === 'h' || unit === 'd' || unit === 'w' ? unitsMs[unit] : 0
  const ms = Number(count ?? 0) * unitMs
  if (ms === 0) throw usageError(`"${span}" is no span of time: 12h, 90d or 4w are.`)
  return new Date(now.getTime() + ms).toISOString()
}
