// How the box's log is read, whatever keeps it: the journal where systemd runs the box (journal.ts), files under `npm start`
// (files.ts). Used by the api, the steward and `hob logs`.
import type { LogEntry, LogFilter, LogPage, LogQuery } from '../contracts/system.ts'
import { type LogLine, logLevels } from '../log.ts'
import { parseLine } from '../supervisor/terminal.ts'

export interface LogReader {
  /** The newest page, or the one before another. */
  page(query: LogQuery): Promise<LogPage>
  /** Resolves when nothing that is written from then on is missed. Ends when the signal aborts. */
  follow(filter: LogFilter, signal: AbortSignal): Promise<AsyncIterable<LogEntry>>
  /** Everything, oldest first. Ends when the signal aborts. */
  whole(filter: LogFilter, signal: AbortSignal): AsyncIterable<LogEntry>
}

/** What a reader looks at for one page before it gives what it has: a filter that nothing fits must not read all of a year. */
export const mostLookedAt = 20_000

/** An entry as somebody keeps it, and what to ask by for those before it. */
export interface KeptEntry {
  readonly entry: LogEntry
  readonly cursor: string
}

/** Takes a page from entries that come newest first. */
export async function takePage(
  newestFirst: AsyncIterable<KeptEntry>,
  { limit, ...filter }: Pick<LogQuery, 'service' | 'level' | 'limit'>,
): Promise<LogPage> {
  const entries: LogEntry[] = []
  let last: string | null = null
  let looked = 0
  for await (const { entry, cursor } of newestFirst) {
    if (entries.length === limit || looked++ === mostLookedAt)
      return { entries: entries.reverse(), before: last }
    if (fits(entry, filter)) entries.push(entry)
    last = cursor
  }
  return { entries: entries.reverse(), before: null }
}

export const fits = ({ service, level }: LogEntry, filter: LogFilter): boolean =>
  (filter.service === undefined || filter.service === service) &&
  (filter.level === undefined || logLevels.indexOf(level) >= logLevels.indexOf(filter.level))

/** A line as an entry: ours are JSON; what is not is somebody's words, of that service and level and time. */
export function entryOf(text: string, service: string, level: LogLine['level'], time: Date): LogEntry {
  const {
    time: said,
    level: severity,
    service: name,
    message,
    ...fields
  } = parseLine(text, service, level, time)
  const at = new Date(said)
  return {
    at: (Number.isNaN(at.getTime()) ? time : at).toISOString(),
    service: name,
    level: severity,
    message,
    fields: Object.fromEntries(Object.entries(fields).flatMap(([key, value]) => flat(key, value))),
  }
}

/** A line is what somebody wrote: a field that is none is told as its JSON. */
const flat = (key: string, value: unknown): [string, LogEntry['fields'][string]][] =>
  value === undefined
    ? []
    : [
        [
          key,
          value === null || ['string', 'number', 'boolean'].includes(typeof value)
            ? (value as LogEntry['fields'][string])
            : JSON.stringify(value),
        ],
      ]
