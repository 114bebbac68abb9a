// Log entries as lines of JSON, and back: how they travel between services and how they are downloaded.
import { type LogEntry, logEntrySchema } from '../contracts/system.ts'
import { readLines } from '../lines.ts'

/** An entry with all its fields is longer than its line was, by its escapes. */
const longestEntryBytes = 256 * 1024

export function jsonLines(entries: AsyncIterable<LogEntry>, head = ''): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const lines = linesOf(entries, head)
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { value, done } = await lines.next()
        if (done === true) controller.close()
        else controller.enqueue(encoder.encode(value))
      },
      cancel: async () => void (await lines.return(undefined)),
    },
    { highWaterMark: 1 },
  )
}

async function* linesOf(entries: AsyncIterable<LogEntry>, head: string): AsyncGenerator<string, undefined> {
  if (head !== '') yield head
  for await (const entry of entries) yield `${JSON.stringify(entry)}\n`
}

export async function* readJsonLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<LogEntry> {
  for await (const line of readLines(source, longestEntryBytes)) yield logEntrySchema.parse(JSON.parse(line))
}
