// `hob audit …`: who did what, when, from where; whether the record is whole; the record as a file.
import type { IncomingMessage } from 'node:http'
import { parseArgs } from 'node:util'
import { z } from '@hono/zod-openapi'
import { type AuditEntry, auditRoutes } from '../contracts/audit.ts'
import { HobError } from '../errors.ts'
import { parseError, readAnswer } from '../ipc/client.ts'
import type { Command, CommandInput, Terminal } from './command.ts'
import { table } from './words.ts'

export const audit: Command = {
  name: 'audit',
  usage: [
    ['audit [--person ID] [--action A.B|A.*]', 'who did what, when, from where; newest first'],
    ['      [--outcome done|refused|failed]', ''],
    ['      [--since TIME] [--until TIME]', 'a date, a moment, or 30m, 12h, 7d ago'],
    ['      [--text WORDS] [--limit N] [--before SEQ]', ''],
    ['audit verify', 'whether the record is as it was written; ends with 1 if not'],
    ['audit export [--csv] [filters] > FILE', 'the record as JSON lines, or as a table'],
  ],
  run: async (input) => {
    const [verb, ...rest] = input.args
    if (verb === undefined || verb.startsWith('-')) return await list(input)
    const run = verbs[verb]
    if (run === undefined) throw new HobError('usage', { detail: `There is no command "audit ${verb}".` })
    await run({ ...input, args: rest })
  },
}

const verbs: Readonly<Record<string, (input: CommandInput) => Promise<void>>> = { verify, export: save }

const filters = {
  person: { type: 'string' },
  action: { type: 'string' },
  outcome: { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
  text: { type: 'string' },
} as const

type ListQuery = z.input<typeof auditRoutes.list.request.query>
type ExportQuery = z.input<typeof auditRoutes.export.request.query>

async function list({ args, json, terminal, box }: CommandInput): Promise<void> {
  const query = readFlags(() => {
    const options = { ...filters, limit: { type: 'string' }, before: { type: 'string' } } as const
    const { values } = parseArgs({ args: [...args], options })
    return auditRoutes.list.request.query.parse(timed(values))
  })
  const found = await box.client.call(auditRoutes.list, { query: query satisfies ListQuery }, box.caller)
  if (json) return terminal.write(JSON.stringify(found, null, 2))
  terminal.write(
    table([['SEQ', 'WHEN', 'WHO', 'ACTION', 'OUTCOME', 'FROM', 'WHAT'], ...found.entries.map(row)]),
  )
  const last = found.entries.at(-1)
  if (found.more && last !== undefined) terminal.write(`There are older ones: --before ${last.seq}`)
}

const row = ({ seq, at, who, action, outcome, code, from, target, details }: AuditEntry): string[] => [
  String(seq),
  new Date(at).toLocaleString(),
  who.name ?? who.person ?? who.by,
  action,
  code === null ? outcome : `${outcome}: ${code}`,
  from.address ?? '',
  [
    ...(target === null ? [] : [target]),
    ...Object.entries(details).map(([key, value]) => `${key}=${String(value)}`),
  ].join(' '),
]

async function verify({ args, json, terminal, box }: CommandInput): Promise<void> {
  if (args.length > 0) throw new HobError('usage', { detail: 'audit verify takes nothing more.' })
  const result = await box.client.call(auditRoutes.verify, {}, box.caller)
  if (result.brokenAt !== null) throw new HobError('audit_broken', { seq: result.brokenAt })
  if (json) return terminal.write(JSON.stringify(result, null, 2))
  terminal.write(
    result.first === null
      ? 'The record is empty.'
      : `All ${result.entries} entries, ${result.first} to ${result.last}, are as they were written.`,
  )
}

async function save({ args, terminal, box }: CommandInput): Promise<void> {
  const query: ExportQuery = readFlags(() => {
    const { values } = parseArgs({ args: [...args], options: { ...filters, csv: { type: 'boolean' } } })
    const { csv, ...rest } = values
    return auditRoutes.export.request.query.parse({
      ...timed(rest),
      format: csv === true ? 'csv' : 'ndjson',
    })
  })
  const asked = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as [string, string]],
  )
  const path = `${auditRoutes.export.path}?${new URLSearchParams(asked).toString()}`
  const response = await box.client.open('GET', path, null, box.caller)
  const status = response.statusCode ?? 500
  if (status >= 400) throw parseError((await readAnswer(response, 'api')).toString('utf8'), status, 'api')
  await passOn(response, terminal)
}

/** Whole lines at a time. Throws service_unavailable when the file breaks off. */
async function passOn(response: IncomingMessage, terminal: Terminal): Promise<void> {
  let rest = ''
  try {
    for await (const piece of response.setEncoding('utf8')) {
      const text = `${rest}${String(piece)}`
      const end = text.lastIndexOf('\n') + 1
      if (end > 0) terminal.write(text.slice(0, end))
      rest = text.slice(end)
    }
  } catch (error) {
    throw new HobError('service_unavailable', { service: 'api' }, { cause: error })
  }
  if (rest !== '') terminal.write(rest)
}

function timed(values: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  return { ...values, since: momentOf(values['since']), until: momentOf(values['until']) }
}

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A date without a time is that day's beginning where the command is typed. */
function momentOf(given: string | undefined): string | undefined {
  if (given === undefined) return undefined
  const ago = /^(\d{1,5})([mhd])$/.exec(given)
  const ms = ago
    ? Date.now() - Number(ago[1]) * (unitMs[ago[2] ?? ''] ?? 0)
    : Date.parse(/^\d{4}-\d\d-\d\d$/.test(given) ? `${given}T00:00` : given)
  if (Number.isNaN(ms)) throw new RangeError(`"${given}" is no time`)
  return new Date(ms).toISOString()
}

function readFlags<Query>(read: () => Query): Query {
  try {
    return read()
  } catch (error) {
    throw new HobError('usage', { detail: detailOf(error) }, { cause: error })
  }
}

function detailOf(error: unknown): string {
  if (!(error instanceof z.ZodError)) return error instanceof Error ? error.message : 'wrong flags'
  const [issue] = error.issues
  return `--${String(issue?.path[0])}: ${issue?.message}`
}
