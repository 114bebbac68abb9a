// Where the api reads the box's log: the steward has the journal; without a steward there are the supervisor's files.
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { localOwner } from '#appliance/contracts/principal.ts'
import { stewardRoutes } from '#appliance/contracts/steward.ts'
import type { LogEntry, LogFilter } from '#appliance/contracts/system.ts'
import { HobError } from '#appliance/errors.ts'
import { parseError } from '#appliance/ipc/client.ts'
import { createFileReader } from '#appliance/logs/files.ts'
import { readJsonLines } from '#appliance/logs/json-lines.ts'
import type { LogReader } from '#appliance/logs/reader.ts'
import type { Steward } from './steward.ts'

interface Uses {
  steward: Steward
  /** Of the supervisor's files. */
  folder: string
}

export function createLogReader({ steward, folder }: Uses): LogReader {
  const files = createFileReader({ folder })
  const journal = createJournalReader(steward)
  const reader = (): LogReader => (steward.isHere() ? journal : files)
  return {
    page: (query) => reader().page(query),
    follow: (filter, signal) => reader().follow(filter, signal),
    whole: (filter, signal) => reader().whole(filter, signal),
  }
}

const caller = { principal: localOwner('service'), timeoutMs: 60_000 }

function createJournalReader(steward: Steward): LogReader {
  const { journal, followJournal, wholeJournal } = stewardRoutes

  const ask = async (path: string, filter: LogFilter, signal: AbortSignal): Promise<IncomingMessage> => {
    const query = queryOf(filter)
    const answer = await steward.client().open('GET', `${path}?${query}`, null, { ...caller, signal })
    if (answer.statusCode === 200) return answer
    throw parseError(await text(answer), answer.statusCode ?? 500, 'steward')
  }

  async function* lines(answer: IncomingMessage, signal: AbortSignal): AsyncGenerator<LogEntry> {
    try {
      yield* readJsonLines(unbroken(answer, signal))
    } finally {
      answer.destroy()
    }
  }

  return {
    page: (query) => steward.client().call(journal, { query }, caller),
    follow: async (filter, signal) => lines(await ask(followJournal.path, filter, signal), signal),
    whole: async function* (filter, signal) {
      yield* lines(await ask(wholeJournal.path, filter, signal), signal)
    },
  }
}

const queryOf = (filter: LogFilter): string =>
  new URLSearchParams(
    Object.entries(filter).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  ).toString()

/** Its end by the signal is an end like another; that of the steward is told. */
async function* unbroken(answer: IncomingMessage, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* answer
  } catch (cause) {
    if (!signal.aborted) throw new HobError('service_unavailable', { service: 'steward' }, { cause })
  }
}
