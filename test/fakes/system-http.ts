// The routes of the fake box's machine over HTTP: which part is asked, the live log as events, files as files.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LogEntry } from '#appliance/contracts/system.ts'
import { HobError } from '#appliance/errors.ts'
import { type FakeSystem, matches } from './system.ts'

/** These want that the person said lately who they are. */
const fresh = /^(POST (reboot|power-off|recovery-key)|PUT network|PUT wifi|DELETE wifi)$/

interface Uses {
  machine: FakeSystem
  isFresh: () => boolean
  readBody: (request: IncomingMessage) => Promise<unknown>
  json: (response: ServerResponse, status: number, body?: unknown) => void
}

export async function answerMachine(
  { machine, isFresh, readBody, json }: Uses,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const [, , , , part = '', ...rest] = url.pathname.split('/').map(decodeURIComponent)
  const what = `${request.method} ${part}`
  if (fresh.test(what) && !isFresh()) throw new HobError('confirm_required')
  const service = url.searchParams.get('service') ?? undefined
  const wanted = (entry: LogEntry): boolean =>
    matches(entry, service, url.searchParams.get('level') ?? 'debug')
  if (what === 'GET logs' && rest[0] === 'live') {
    machine.asked.push({ what: 'GET logs/live', body: url.search })
    if (machine.failing?.part === 'GET logs') throw new HobError(machine.failing.code)
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.flushHeaders()
    const follower = (entry: LogEntry | null): void => {
      if (entry === null) response.destroy()
      else if (wanted(entry)) response.write(`event: entry\ndata: ${JSON.stringify(entry)}\n\n`)
    }
    machine.followers.add(follower)
    response.once('close', () => machine.followers.delete(follower))
    return
  }
  if (what === 'GET logs' && rest[0] === 'download') {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.end(
      machine.log
        .filter(wanted)
        .map((entry) => `${JSON.stringify(entry)}\n`)
        .join(''),
    )
    return
  }
  if (what === 'GET support-bundle') {
    machine.answer('GET ', [], null, url.searchParams)
    response.writeHead(200, {
      'content-type': 'application/gzip',
      'content-disposition': 'attachment; filename="hob-support-1a2b.tar.gz"',
    })
    response.end(Buffer.alloc(48_000, 7))
    return
  }
  const query = new URLSearchParams(url.searchParams)
  if (part === 'network' && rest[2] !== undefined) query.set('do', rest[2])
  const body = request.headers['content-type'] === 'application/json' ? await readBody(request) : null
  const answer = machine.answer(what, rest, body, query)
  if (answer === null) response.writeHead(204).end()
  else json(response, request.method === 'GET' ? 200 : part === 'recovery-key' ? 201 : 202, answer)
}
