// `hob logs`: the last lines of the log, also of a box that is not running any more: from its files, or where systemd runs the box
// from the journal.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { LogEntry, LogFilter } from '../contracts/system.ts'
import { logFilterSchema } from '../contracts/system.ts'
import { HobError } from '../errors.ts'
import { isSystemdHere } from '../host/journalctl.ts'
import type { LogLine } from '../log.ts'
import { createFileReader } from '../logs/files.ts'
import { createJournalReader } from '../logs/journal.ts'
import type { LogReader } from '../logs/reader.ts'
import { readable } from '../supervisor/terminal.ts'
import type { Command } from './command.ts'

const pageLines = 1_000

export const logs: Command = {
  name: 'logs',
  usage: [['logs [-n LINES] [--service NAME]', 'the last lines of the log']],
  run: async ({ args, json, config, terminal }) => {
    const wanted = readFlags(args)
    const folder = join(config.dataDir, 'logs')
    const hasFiles = existsSync(join(folder, 'hob.log'))
    if (!hasFiles && !isSystemdHere()) throw new HobError('not_running', { folder: config.dataDir })
    const lines = await last(hasFiles ? createFileReader({ folder }) : createJournalReader(), wanted)
    // a machine with systemd has a journal, whether or not a box has ever run there
    if (!hasFiles && lines.length === 0) throw new HobError('not_running', { folder: config.dataDir })
    terminal.write(lines.map((line) => (json ? JSON.stringify(line) : readable(line))).join('\n'))
  },
}

interface Wanted extends LogFilter {
  lines: number
}

async function last(reader: LogReader, { lines, ...filter }: Wanted): Promise<LogLine[]> {
  const found: LogEntry[] = []
  for (let before: string | undefined; found.length < lines; ) {
    const limit = Math.min(pageLines, lines - found.length)
    const page = await reader.page({ ...filter, limit, before })
    found.unshift(...page.entries)
    if (page.before === null) break
    before = page.before
  }
  return found.map(({ at, fields, ...entry }) => ({ time: at, ...entry, ...fields }))
}

function readFlags(args: readonly string[]): Wanted {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { lines: { type: 'string', short: 'n' }, service: { type: 'string' } },
    })
    const lines = Number(values.lines ?? 100)
    if (!Number.isInteger(lines) || lines < 1) throw new RangeError('-n wants a whole number above 0')
    return { lines, ...logFilterSchema.parse({ service: values.service }) }
  } catch (error) {
    throw new HobError(
      'usage',
      { detail: error instanceof Error ? error.message : 'wrong flags' },
      { cause: error },
    )
  }
}
