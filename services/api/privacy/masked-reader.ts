// The box's log as it leaves the box: each entry masked, whoever kept it.

import type { LogEntry } from '#appliance/contracts/system.ts'
import type { LogReader } from '#appliance/logs/reader.ts'
import type { Mask } from './mask.ts'

export function maskedReader({ reader, masking }: { reader: LogReader; masking: () => Mask }): LogReader {
  return {
    page: async (query) => {
      const { entries, before } = await reader.page(query)
      return { entries: entries.map(masking().entry), before }
    },
    // who comes into the house while somebody watches is masked too
    follow: async (filter, signal) =>
      masked(await reader.follow(filter, signal), (entry) => masking().entry(entry)),
    whole: (filter, signal) => masked(reader.whole(filter, signal), masking().entry),
  }
}

async function* masked(
  entries: AsyncIterable<LogEntry>,
  mask: (entry: LogEntry) => LogEntry,
): AsyncGenerator<LogEntry> {
  for await (const entry of entries) yield mask(entry)
}
