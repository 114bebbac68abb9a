// The door to journalctl(1): what Hob's units have written, on a machine where systemd runs them. Needs root, or the group
// systemd-journal. The program's output is read as it comes, so nothing of the journal's size is ever held.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { HobError } from '../errors.ts'
import { readLines } from '../lines.ts'
import { hostEnvironment } from './program.ts'

export interface JournalEntry {
  readonly time: Date
  /** Without `hob-` and the kind: `api`. */
  readonly service: string
  /** One line; a service's own are JSON. */
  readonly text: string
  /** syslog(3). */
  readonly priority: number
  /** Of this entry, for `before`. */
  readonly cursor: string
}

interface Wanted {
  order: 'newest first' | 'oldest first' | 'as they come'
  /** As they come alone: those of this time, too. */
  since?: Date
  /** Newest first alone: those older than the entry of this cursor. */
  before?: string | undefined
  service?: string | undefined
  /** Ends it. */
  signal: AbortSignal
}

/** An entry as JSON, with its message twice as long as it may be: what is not UTF-8 comes as a list of numbers. */
const longestBytes = 512 * 1024

const entrySchema = z.object({
  __CURSOR: z.string(),
  __REALTIME_TIMESTAMP: z.string(),
  // systemd's own words about a unit name it in another field than the unit's words
  UNIT: z.string().optional(),
  _SYSTEMD_UNIT: z.string().optional(),
  PRIORITY: z.coerce.number().int().catch(6),
  MESSAGE: z
    .union([z.string(), z.array(z.number().int()).transform((bytes) => Buffer.from(bytes).toString('utf8'))])
    .catch(''),
})
const fields = 'MESSAGE,PRIORITY,UNIT,_SYSTEMD_UNIT'

export const isSystemdHere = (): boolean => existsSync('/run/systemd/system')

/** Of one service or of all. Throws program_missing, and host_failed with what the program said. */
export async function* readJournal({
  order,
  since,
  before,
  service,
  signal,
}: Wanted): AsyncGenerator<JournalEntry> {
  const how = {
    'newest first': ['--reverse'],
    'oldest first': [],
    'as they come': ['--follow', '--no-tail'],
  }[order]
  const from = [
    ...(before === undefined ? [] : [`--after-cursor=${before}`]),
    ...(since === undefined ? [] : [`--since=@${since.getTime() / 1_000}`]),
  ]
  const what = [`--unit=hob-${service ?? '*'}.service`, `--output-fields=${fields}`]
  const args = ['--output=json', '--all', '--no-pager', '--quiet', ...what, ...how, ...from]
  const child = spawn('journalctl', args, { stdio: ['ignore', 'pipe', 'pipe'], env: hostEnvironment() })
  const failed = new Promise<HobError>((resolve) =>
    child.once('error', (cause) =>
      resolve(new HobError('program_missing', { program: 'journalctl' }, { cause })),
    ),
  )
  let said = ''
  child.stderr.on('data', (bytes: Buffer) => (said = `${said}${bytes.toString('utf8')}`.slice(-2_000)))
  const over = Promise.race([failed, exitOf(child)])
  const stop = (): void => void child.kill()
  signal.addEventListener('abort', stop, { once: true })
  try {
    if (signal.aborted) return
    for await (const line of readLines(child.stdout, longestBytes)) {
      const entry = entryOf(line)
      if (entry !== null) yield entry
    }
    if (signal.aborted) return
    const ended = await over
    if (ended instanceof HobError) throw ended
    if (ended !== 0)
      throw new HobError('host_failed', {
        program: 'journalctl',
        detail: said.trim().split('\n').at(-1) ?? '',
      })
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
    await over
  }
}

async function exitOf(child: ReturnType<typeof spawn>): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}

/** Null: longer than anything that a service writes. */
function entryOf(json: string): JournalEntry | null {
  if (Buffer.byteLength(json) >= longestBytes) return null
  const {
    __CURSOR: cursor,
    __REALTIME_TIMESTAMP: at,
    UNIT: about,
    _SYSTEMD_UNIT: by,
    MESSAGE: text,
    PRIORITY: priority,
  } = entrySchema.parse(JSON.parse(json))
  return {
    // microseconds
    time: new Date(Number(at) / 1_000),
    service: (about ?? by ?? '').replace(/^hob-/, '').replace(/\.\w+$/, ''),
    text,
    priority,
    cursor,
  }
}
