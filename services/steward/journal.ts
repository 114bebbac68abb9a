// The log of the box, from the journal: a page, what comes from now on, all of it. Lines of JSON, written as fast as they are read.
import type { Context } from 'hono'
import { stewardRoutes } from '#appliance/contracts/steward.ts'
import type { LogEntry } from '#appliance/contracts/system.ts'
import { type App, type AppEnv, clientGone } from '#appliance/ipc/app.ts'
import { jsonLines } from '#appliance/logs/json-lines.ts'
import type { LogReader } from '#appliance/logs/reader.ts'

interface Uses {
  reader: LogReader
  draining: AbortSignal
}

export function registerJournal(app: App, { reader, draining }: Uses): void {
  const { journal, followJournal, wholeJournal } = stewardRoutes
  const until = (c: Context<AppEnv>): AbortSignal => AbortSignal.any([clientGone(c), draining])
  const lines = (entries: AsyncIterable<LogEntry>, head = ''): Response =>
    new Response(jsonLines(entries, head), { headers: { 'content-type': 'application/x-ndjson' } })

  app.openapi(journal, async (c) => c.json(await reader.page(c.req.valid('query')), 200))
  // the empty line is the answer's beginning, though the log may be silent for hours
  app.openapi(followJournal, async (c) => lines(await reader.follow(c.req.valid('query'), until(c)), '\n'))
  app.openapi(wholeJournal, (c) => lines(reader.whole(c.req.valid('query'), until(c))))
}
