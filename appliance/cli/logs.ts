// `hob logs`: the last lines of the log, also of a box that is not running any more: from its files, or where systemd runs the box
// from the journal.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { HobError } from '../errors.ts'
import { isSystemdHere, readJournal } from '../host/journalctl.ts'
import type { LogLine } from '../log.ts'
import { parseLine, readable } from '../supervisor/terminal.ts'
import type { Command } from './command.ts'

export const logs: Command = {
  name: 'logs',
  usage: [['logs [-n LINES] [--service NAME]', 'the last lines of the log']],
  run: async ({ args, json, config, terminal }) => {
    const wanted = readFlags(args)
    const file = join(config.dataDir, 'logs', 'hob.log')
    const hasFiles = existsSync(file)
    const chosen = hasFiles ? fromFiles(file, wanted) : isSystemdHere() ? await fromJournal(wanted) : []
    // a machine with systemd has a journal, whether or not a box has ever run there
    if (!hasFiles && chosen.length === 0) throw new HobError('not_running', { folder: config.dataDir })
    terminal.write(chosen.map((line) => (json ? JSON.stringify(line) : readable(line))).join('\n'))
  },
}

interface Wanted {
  lines: number
  service: string | undefined
}

function fromFiles(file: string, { lines, service }: Wanted): LogLine[] {
  const older = existsSync(`${file}.1`) ? readFileSync(`${file}.1`, 'utf8') : ''
  const all = `${older}${readFileSync(file, 'utf8')}`.split('\n').filter((text) => text !== '')
  const parsed = all.map((text) => parseLine(text, '?', 'info', new Date(0)))
  return parsed.filter((line) => service === undefined || line.service === service).slice(-lines)
}

async function fromJournal({ lines, service }: Wanted): Promise<LogLine[]> {
  const entries = await readJournal({ lines, ...(service === undefined ? {} : { service }) })
  return entries.map((entry) => parseLine(entry.text, entry.service, 'info', entry.time))
}

function readFlags(args: readonly string[]): Wanted {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { lines: { type: 'string', short: 'n' }, service: { type: 'string' } },
    })
    const lines = Number(values.lines ?? 100)
    if (!Number.isInteger(lines) || lines < 1) throw new RangeError('-n wants a whole number above 0')
    return { lines, service: values.service }
  } catch (error) {
    throw new HobError(
      'usage',
      { detail: error instanceof Error ? error.message : 'wrong flags' },
      { cause: error },
    )
  }
}
