// Reads the settings once at start: default < config.json in the data folder < environment < flag. A wrong value is
// refused with its name, the reason and what is allowed; nothing is guessed. Used by every main.ts and the CLI.

import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { homedir, networkInterfaces, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { HobError } from '../errors.ts'
import { configSchema, environmentName, isPlaceholder, type Settings } from './schema.ts'

export interface Config extends Omit<Settings, 'listen' | 'plainPort' | 'modelsDir'> {
  listen: string
  plainPort: number
  /** HOB_DATA_DIR; by default hob under the XDG state folder. Not a setting: config.json lies in it. */
  dataDir: string
  /** HOB_RUN_DIR, the folder of the sockets; by default one of its own in the runtime or temporary folder. */
  runDir: string
  modelsDir: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** Throws config_invalid, config_unreadable or tls_off_not_loopback. */
export function loadConfig(environment: Environment): Config {
  const dataDir = folder('HOB_DATA_DIR', environment) ?? defaultDataDir(environment)
  const file = join(dataDir, 'config.json')
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '{}'
  const fromFile = parseFile(file, text)
  const merged: Record<string, unknown> = { ...fromFile }
  const origin = new Map<string, string>(
    Object.keys(fromFile).map((key) => [key, `${key} in ${file}, line ${lineOf(key, text)},`]),
  )
  for (const key of Object.keys(configSchema.shape)) {
    const variable = environmentName(key)
    const value = environment[variable]
    if (value === undefined || value === '') continue
    merged[key] = fromText(key, value)
    origin.set(key, variable)
  }
  for (const [key, value] of Object.entries(merged)) {
    if (isPlaceholder(value))
      throw invalid(origin.get(key) ?? key, value, 'a placeholder that was never filled in', key)
  }
  const parsed = configSchema.safeParse(merged)
  if (!parsed.success) throw explain(parsed.error, merged, origin)
  const { modelsDir, ...settings } = parsed.data
  const listen = settings.listen ?? (settings.tls === 'off' ? '127.0.0.1' : everyAddress())
  if (settings.tls === 'off' && !isLoopback(listen))
    throw new HobError('tls_off_not_loopback', { address: listen })
  return {
    ...settings,
    listen,
    plainPort: settings.plainPort ?? besides(settings.port),
    dataDir,
    runDir: folder('HOB_RUN_DIR', environment) ?? defaultRunDir(environment, dataDir),
    modelsDir: modelsDir === undefined ? join(dataDir, 'models', 'files') : resolve(modelsDir),
  }
}

/** 0, which is any, stays 0. */
const besides = (port: number): number => (port === 0 ? 0 : port < 65_535 ? port + 1 : port - 1)

/** `::` takes IPv4 too, but cannot be had where the kernel was told to leave IPv6 out. */
const everyAddress = (): string =>
  Object.values(networkInterfaces()).some((known) => known?.some(({ family }) => family === 'IPv6'))
    ? '::'
    : '0.0.0.0'

export const isLoopback = (address: string): boolean => /^(127\.[\d.]+|::1|localhost)$/.test(address)

function folder(variable: string, environment: Environment): string | undefined {
  const value = environment[variable]
  if (value === undefined || value === '') return undefined
  if (isPlaceholder(value) || value.includes('\0')) {
    throw new HobError('config_invalid', {
      name: variable,
      value: JSON.stringify(value),
      detail: 'not a folder',
      allowed: 'a path',
    })
  }
  return resolve(value)
}

function defaultDataDir(environment: Environment): string {
  const state = environment['XDG_STATE_HOME']
  return join(
    state === undefined || state === '' ? join(environment['HOME'] ?? homedir(), '.local', 'state') : state,
    'hob',
  )
}

/** One short folder for each data folder: a Unix socket's path holds 107 bytes. */
function defaultRunDir(environment: Environment, dataDir: string): string {
  const runtime = environment['XDG_RUNTIME_DIR']
  const base = runtime !== undefined && runtime !== '' && existsSync(runtime) ? runtime : tmpdir()
  const owner = typeof process.getuid === 'function' ? process.getuid() : 0
  const id = createHash('sha256').update(dataDir).digest('hex').slice(0, 8)
  return join(base, `hob-${owner}-${id}`)
}

function parseFile(file: string, text: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text))
  } catch (error) {
    const detail = error instanceof SyntaxError ? withLine(error.message, text) : 'it must hold one object'
    throw new HobError('config_unreadable', { file, detail }, { cause: error })
  }
}

/** V8 names a position; people count lines. */
function withLine(message: string, text: string): string {
  const position = /position (\d+)/.exec(message)?.[1]
  if (position === undefined) return message
  return `line ${text.slice(0, Number(position)).split('\n').length}: ${message}`
}

const lineOf = (key: string, text: string): number =>
  text.slice(0, Math.max(0, text.indexOf(JSON.stringify(key)))).split('\n').length

/** The environment knows text alone; what the schema wants as a number is read as one. */
function fromText(key: string, value: string): unknown {
  const wantsNumber =
    describeAllowed(key).startsWith('a number') || describeAllowed(key).startsWith('a whole')
  return wantsNumber && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value
}

function explain(
  error: z.ZodError,
  merged: Record<string, unknown>,
  origin: ReadonlyMap<string, string>,
): HobError {
  const issue = error.issues[0]
  if (issue === undefined)
    return new HobError('config_invalid', {
      name: 'config',
      value: '',
      detail: error.message,
      allowed: 'see schema.json',
    })
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? ''
    return new HobError('config_invalid', {
      name: origin.get(key) ?? key,
      value: JSON.stringify(merged[key]),
      detail: 'there is no such setting',
      allowed: Object.keys(configSchema.shape).join(', '),
    })
  }
  const key = String(issue.path[0])
  return invalid(origin.get(key) ?? key, merged[key], issue.message, key)
}

const invalid = (name: string, value: unknown, detail: string, key: string): HobError =>
  new HobError('config_invalid', {
    name,
    value: JSON.stringify(value),
    detail,
    allowed: describeAllowed(key),
  })

/** What a setting may be, in words, from the same schema that checks it. */
export function describeAllowed(key: string): string {
  const schema = z.toJSONSchema(configSchema, { io: 'input' }).properties?.[key]
  if (typeof schema !== 'object') return 'a known setting'
  if (schema.enum !== undefined) return schema.enum.join(', ')
  if (schema.type === 'integer') return `a whole number from ${schema.minimum} to ${schema.maximum}`
  if (schema.type === 'number') return `a number from ${schema.minimum} to ${schema.maximum}`
  return schema.description ?? 'text'
}
