// One JSON line per event on standard output, to the journal or to the supervisor, which makes it readable. Secrets
// and personal text are never put into fields: log ids and sizes.
export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>

export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** The same log with these fields on every line. */
  with(fields: LogFields): Log
}

export interface LogLine extends LogFields {
  time: string
  level: LogLevel
  service: string
  message: string
}

interface LogOptions {
  service: string
  level: LogLevel
  write?: (line: string) => void
  now?: () => Date
  /** Told of each error, whatever the level. */
  onError?: () => void
}

export function createLog({
  service,
  level,
  write = writeStdout,
  now = () => new Date(),
  onError = () => undefined,
}: LogOptions): Log {
  const threshold = logLevels.indexOf(level)
  const make = (base: LogFields): Log => {
    const at =
      (lineLevel: LogLevel) =>
      (message: string, fields: LogFields = {}): void => {
        if (lineLevel === 'error') onError()
        if (logLevels.indexOf(lineLevel) < threshold) return
        const line: LogLine = {
          time: now().toISOString(),
          level: lineLevel,
          service,
          message,
          ...base,
          ...fields,
        }
        write(`${JSON.stringify(line)}\n`)
      }
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      with: (fields) => make({ ...base, ...fields }),
    }
  }
  return make({})
}

const writeStdout = (line: string): void => {
  process.stdout.write(line)
}

/** An error and its causes as log fields. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: JSON.stringify(error) }
  const causes: string[] = []
  for (let cause = error.cause; cause !== undefined && causes.length < 5; ) {
    causes.push(cause instanceof Error ? (cause.stack ?? cause.message) : JSON.stringify(cause))
    cause = cause instanceof Error ? cause.cause : undefined
  }
  return {
    error: error.message,
    stack: error.stack,
    ...(causes.length === 0 ? {} : { cause: causes.join('\n') }),
  }
}
