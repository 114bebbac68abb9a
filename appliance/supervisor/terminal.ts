// Shows log lines to whoever started the box: readable and coloured on a terminal, the JSON itself otherwise.
import { styleText } from 'node:util'
import { type LogLine, logLevels } from '../log.ts'

const hidden = new Set(['time', 'level', 'service', 'message', 'stack', 'cause'])
const colours = { debug: 'gray', info: 'green', warn: 'yellow', error: 'red' } as const

export type Show = (line: LogLine, json: string) => void

export function createTerminal({ stream }: { stream: NodeJS.WriteStream }): Show {
  if (!stream.isTTY) return (_, json) => void stream.write(json)
  return (line) => void stream.write(`${readable(line)}\n`)
}

/** `12:04:05  models      ready  address=…`, with the stack under an error. */
export function readable(line: LogLine): string {
  const fields = Object.entries(line)
    .filter(([key, value]) => !hidden.has(key) && value !== undefined && value !== null)
    .map(([key, value]) => styleText('dim', `${key}=${value}`))
  const message =
    line.level === 'info' || line.level === 'debug'
      ? line.message
      : styleText(colours[line.level], `${line.level}: ${line.message}`)
  const head = `${styleText('dim', clock(line.time))}  ${styleText(colours[line.level], line.service.padEnd(10))}  ${message}`
  const stack = typeof line['stack'] === 'string' ? `\n${styleText('dim', line['stack'])}` : ''
  return `${[head, ...fields].join('  ')}${stack}`
}

const clock = (time: string): string => new Date(time).toLocaleTimeString('en-GB')

/** A child's line as a log line; what is not ours (a crash of Node itself) is kept whole as a message. */
export function parseLine(text: string, service: string, level: LogLine['level'], now: Date): LogLine {
  try {
    const value: unknown = JSON.parse(text)
    if (isLogLine(value)) return value
  } catch {
    // not JSON: wrapped below
  }
  return { time: now.toISOString(), level, service, message: text.slice(0, 8_000) }
}

const isLogLine = (value: unknown): value is LogLine =>
  typeof value === 'object' &&
  value !== null &&
  'time' in value &&
  typeof value.time === 'string' &&
  'service' in value &&
  typeof value.service === 'string' &&
  'message' in value &&
  typeof value.message === 'string' &&
  'level' in value &&
  logLevels.some((level) => level === value.level)
