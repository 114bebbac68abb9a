// The log of a box that systemd runs: the journal's lines of Hob's units, and systemd's own words about them.
import { type JournalEntry, readJournal } from '../host/journalctl.ts'
import type { LogLine } from '../log.ts'
import { entryOf, fits, type KeptEntry, type LogReader, takePage } from './reader.ts'

/** Needs root, or the group systemd-journal. */
export function createJournalReader(): LogReader {
  return {
    page: async ({ before, ...query }) => {
      const stop = new AbortController()
      const order = { order: 'newest first', before } as const
      try {
        return await takePage(
          kept(readJournal({ ...order, service: query.service, signal: stop.signal })),
          query,
        )
      } finally {
        stop.abort()
      }
    },
    follow: async (filter, signal) =>
      wanted({ order: 'as they come', since: new Date(), service: filter.service, signal }, filter),
    whole: (filter, signal) => wanted({ order: 'oldest first', service: filter.service, signal }, filter),
  }
}

async function* wanted(
  what: Parameters<typeof readJournal>[0],
  filter: Parameters<LogReader['whole']>[0],
): AsyncGenerator<KeptEntry['entry']> {
  for await (const { entry } of kept(readJournal(what))) if (fits(entry, filter)) yield entry
}

async function* kept(entries: AsyncIterable<JournalEntry>): AsyncGenerator<KeptEntry> {
  for await (const { text, service, priority, time, cursor } of entries)
    yield { entry: entryOf(text, service, levelOf(priority), time), cursor }
}

/** syslog(3): 0 is an emergency, 3 an error, 4 a warning, 7 for debugging. */
const levelOf = (priority: number): LogLine['level'] =>
  priority <= 3 ? 'error' : priority === 4 ? 'warn' : priority === 7 ? 'debug' : 'info'
