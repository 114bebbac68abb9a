// The door to journalctl(1): what Hob's units have written, oldest first, on a machine where systemd runs them. Needs root, or the
// group systemd-journal.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { z } from 'zod'

export interface JournalEntry {
  readonly time: Date
  /** Without `hob-` and the kind: `api`. */
  readonly service: string
  /** One line; a service's own are JSON. */
  readonly text: string
}

/** 64 KiB a line is more than any has. */
const longestBytes = 64 * 1024

const entrySchema = z.object({
  __REALTIME_TIMESTAMP: z.string(),
  // systemd's own words about a unit name it in another field than the unit's words
  UNIT: z.string().optional(),
  _SYSTEMD_UNIT: z.string().optional(),
  // null: too long for JSON; an array: no text
  MESSAGE: z.string().nullable().catch(null),
})

export const isSystemdHere = (): boolean => existsSync('/run/systemd/system')

/** The last `lines`, of one service or of all. Rejects with what the program said. */
export function readJournal({
  lines,
  service,
}: {
  lines: number
  service?: string
}): Promise<JournalEntry[]> {
  const units = `--unit=hob-${service ?? '*'}.service`
  const args = [units, `--lines=${lines}`, '--output=json', '--no-pager', '--quiet']
  return new Promise((resolve, reject) => {
    execFile('journalctl', args, { maxBuffer: lines * longestBytes, timeout: 30_000 }, (error, stdout) =>
      error === null ? resolve(stdout.split('\n').filter(Boolean).map(entryOf)) : reject(error),
    )
  })
}

function entryOf(json: string): JournalEntry {
  const {
    __REALTIME_TIMESTAMP: at,
    UNIT: about,
    _SYSTEMD_UNIT: by,
    MESSAGE: text,
  } = entrySchema.parse(JSON.parse(json))
  return {
    // microseconds
    time: new Date(Number(at) / 1_000),
    service: (about ?? by ?? '').replace(/^hob-/, '').replace(/\.\w+$/, ''),
    text: text ?? '',
  }
}
