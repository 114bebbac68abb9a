// The last day of the log, bounded: read from its newest end, since that is what somebody who helps looks at first.
import type { LogReader } from '#appliance/logs/reader.ts'

const pageEntries = 1_000

interface Wanted {
  reader: Pick<LogReader, 'page'>
  since: Date
  maxBytes: number
}

/** Entries as JSON lines, oldest first; `isCut` when older ones had no room. */
export async function recentLog({
  reader,
  since,
  maxBytes,
}: Wanted): Promise<{ text: string; isCut: boolean }> {
  const lines: string[] = []
  let bytes = 0
  let before: string | undefined
  do {
    const page = await reader.page({ limit: pageEntries, before })
    for (const entry of page.entries.toReversed()) {
      if (new Date(entry.at) < since) return { text: textOf(lines), isCut: false }
      const line = `${JSON.stringify(entry)}\n`
      bytes += Buffer.byteLength(line)
      if (bytes > maxBytes) return { text: textOf(lines), isCut: true }
      lines.push(line)
    }
    before = page.before ?? undefined
  } while (before !== undefined)
  return { text: textOf(lines), isCut: false }
}

const textOf = (newestFirst: string[]): string => newestFirst.toReversed().join('')
