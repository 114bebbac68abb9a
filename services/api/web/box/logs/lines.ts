// The loaded part of the log, newest line first: pages and live lines are laid together without a line twice, and what
// has words in it is found.
import type { LogEntry, LogPage } from '#appliance/contracts/system.ts'

export interface Line extends LogEntry {
  /** Tells it from every other line. */
  readonly key: string
}

export interface Loaded {
  readonly lines: readonly Line[]
  /** For the page of older lines; null: there are none. */
  readonly before: string | null
}

/** A page that is left open for a day keeps no more: what is older is on the box. */
export const mostLines = 5_000

export const lineOf = (entry: LogEntry): Line => ({
  ...entry,
  key: `${entry.at} ${entry.service} ${entry.level} ${entry.message} ${JSON.stringify(entry.fields)}`,
})

/** A line that came live. */
export function withLine({ lines, before }: Loaded, entry: LogEntry): Loaded {
  const line = lineOf(entry)
  if (lines.slice(0, 200).some(({ key }) => key === line.key)) return { lines, before }
  return { lines: [line, ...lines].slice(0, mostLines), before }
}

/** The newest page, read after the live lines began to come: also what was missed while they did not. */
export function withNewest(loaded: Loaded, page: LogPage): Loaded {
  const known = new Set(loaded.lines.map(({ key }) => key))
  const read = newestFirst(page)
  const fresh = read.filter(({ key }) => !known.has(key))
  const overlaps = fresh.length < read.length
  const oldest = read.at(-1)?.at ?? ''
  // Nothing in common: what was loaded before ends in a gap, and is given up.
  const kept = overlaps ? loaded.lines : loaded.lines.filter(({ at }) => at >= oldest)
  const lines = [...kept, ...fresh].sort((a, b) => b.at.localeCompare(a.at))
  const keepsOlder = overlaps && kept.length > 0 && (kept.at(-1)?.at ?? '') < oldest
  return { lines, before: keepsOlder ? loaded.before : page.before }
}

export function withOlder({ lines }: Loaded, page: LogPage): Loaded {
  const known = new Set(lines.slice(-200).map(({ key }) => key))
  return {
    lines: [...lines, ...newestFirst(page).filter(({ key }) => !known.has(key))],
    before: page.before,
  }
}

const newestFirst = ({ entries }: LogPage): Line[] => entries.map(lineOf).reverse()

/** The line as somebody pastes it. */
export const textOf = ({ at, level, service, message, fields }: LogEntry): string =>
  [at, level, service, message, ...fieldsOf(fields).map(([name, value]) => `${name}=${value}`)].join(' ')

export const fieldsOf = (fields: LogEntry['fields']): (readonly [string, string])[] =>
  Object.entries(fields).map(([name, value]) => [name, String(value)] as const)

/** Every word, in any order, in the line or its particulars. */
export function found(lines: readonly Line[], words: string): readonly Line[] {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  if (wanted.length === 0) return lines
  return lines.filter((line) => {
    const text = textOf(line).toLowerCase()
    return wanted.every((word) => text.includes(word))
  })
}
