// The box's log for its owner: a page, live, as a file. Owns the count of those that are being read from end to end or followed.
import { systemRoutes } from '#appliance/contracts/system.ts'
import { HobError } from '#appliance/errors.ts'
import { type App, clientGone } from '#appliance/ipc/app.ts'
import { errorFields, type Log } from '#appliance/log.ts'
import { jsonLines } from '#appliance/logs/json-lines.ts'
import type { LogReader } from '#appliance/logs/reader.ts'
import { recorded } from '../audit/request.ts'
import type { Audit } from '../audit/routes.ts'
import { createEventStream } from '../history/event-stream.ts'

/** Each is a program that reads the journal. */
const mostFollowers = 8

interface Uses {
  reader: LogReader
  audit: Pick<Audit, 'append'>
  log: Log
  draining: AbortSignal
}

export function registerLogs(app: App, { reader, audit, log, draining }: Uses): void {
  const { logs, liveLogs, downloadLogs } = systemRoutes
  let followers = 0
  /** Takes one of the places until the signal aborts. Throws too_many_followers. */
  const takePlace = (until: AbortSignal): void => {
    if (followers >= mostFollowers) throw new HobError('too_many_followers', { limit: mostFollowers })
    followers++
    until.addEventListener('abort', () => followers--, { once: true })
  }

  app.openapi(logs, async (c) => c.json(await reader.page(c.req.valid('query')), 200))

  app.openapi(liveLogs, (c) => {
    const filter = c.req.valid('query')
    const over = new AbortController()
    const until = AbortSignal.any([over.signal, clientGone(c), draining])
    takePlace(until)
    const events = createEventStream({ stop: until })
    const tell = async (): Promise<void> => {
      try {
        const entries = await reader.follow(filter, AbortSignal.any([until, events.gone]))
        // who follows a log that is silent learns at once that it is being followed
        await events.send('begin', {})
        for await (const entry of entries) await events.send('entry', entry)
      } catch (error) {
        log.warn('the log is no longer followed', errorFields(error))
      } finally {
        over.abort()
        events.end('end', {})
      }
    }
    void tell()
    return new Response(events.body, { headers: { 'content-type': 'text/event-stream' } })
  })

  app.openapi(downloadLogs, async (c) => {
    const over = new AbortController()
    c.env.outgoing.once('close', () => over.abort())
    const until = AbortSignal.any([over.signal, draining])
    const body = await recorded(audit, c, { action: 'logs.downloaded', target: null }, () => {
      takePlace(until)
      return Promise.resolve(jsonLines(reader.whole(c.req.valid('query'), until)))
    })
    const name = `hob-log-${new Date().toISOString().slice(0, 10)}.jsonl`
    const headers = {
      'content-type': 'application/x-ndjson',
      'content-disposition': `attachment; filename="${name}"`,
    }
    return new Response(body, { headers })
  })
}
