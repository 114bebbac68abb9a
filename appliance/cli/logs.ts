// `hob logs`: the last lines of the log files, also of a box that is not running any more.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { HobError } from '../errors.ts'
import { parseLine, readable } from '../supervisor/terminal.ts'
import type { Command } from './command.ts'

export const logs: Command = {
  name: 'logs',
  usage: [['logs [-n LINES] [--service NAME]', 'the last lines of the log']],
  run: ({ args, json, config, terminal }) => {
    const { lines, service } = readFlags(args)
    const file = join(config.dataDir, 'logs', 'hob.log')
    if (!existsSync(file)) throw new HobError('not_running', { folder: config.dataDir })
    const older = existsSync(`${file}.1`) ? readFileSync(`${file}.1`, 'utf8') : ''
    const all = `${older}${readFileSync(file, 'utf8')}`.split('\n').filter((text) => text !== '')
    const parsed = all.map((text) => parseLine(text, '?', 'info', new Date(0)))
    const chosen = parsed.filter((line) => service === undefined || line.service === service).slice(-lines)
    terminal.write(chosen.map((line) => (json ? JSON.stringify(line) : readable(line))).join('\n'))
    return Promise.resolve()
  },
}

function readFlags(args: readonly string[]): { lines: number; service: string | undefined } {
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
