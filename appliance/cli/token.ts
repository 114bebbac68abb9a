// `hob token …`: tokens for programs, of the box's owner.
import { scopes as known, scopeSchema } from '../contracts/access.ts'
import { identityRoutes } from '../contracts/identity.ts'
import type { Command, CommandInput } from './command.ts'
import { afterSpan, readFlags, usageError } from './flags.ts'
import { table } from './words.ts'

export const token: Command = {
  name: 'token',
  usage: [
    ['token create --name NAME --scopes A,B', 'a token for a program; shown once'],
    ['             [--expires 90d]', ''],
    ['token list', 'the tokens that there are'],
    ['token remove ID', 'end one'],
  ],
  run: async (input) => {
    const [verb, ...rest] = input.args
    const run = verbs[verb ?? 'list']
    if (run === undefined) throw usageError(`There is no command "token ${verb}".`)
    await run({ ...input, args: rest })
  },
}

const verbs: Readonly<Record<string, (input: CommandInput) => Promise<void>>> = { create, list, remove }

const createOptions = {
  name: { type: 'string' },
  scopes: { type: 'string' },
  expires: { type: 'string' },
} as const

async function create({ args, json, terminal, box }: CommandInput): Promise<void> {
  const { values } = readFlags({ args: [...args], options: createOptions })
  if (values.name === undefined || values.scopes === undefined)
    throw usageError('token create wants --name NAME and --scopes A,B')
  const scopes = values.scopes.split(',').map((text) => {
    const scope = scopeSchema.safeParse(text.trim())
    if (!scope.success) throw usageError(`"${text}" is no scope: ${known.join(', ')} are.`)
    return scope.data
  })
  const expiresAt = values.expires === undefined ? null : afterSpan(values.expires, new Date())
  const asked = { name: values.name, scopes, expiresAt }
  const made = await box.client.call(identityRoutes.makeToken, { json: asked }, box.caller)
  terminal.write(json ? JSON.stringify(made, null, 2) : made.token)
}

async function list({ json, terminal, box }: CommandInput): Promise<void> {
  const { tokens } = await box.client.call(identityRoutes.tokens, {}, box.caller)
  if (json) return terminal.write(JSON.stringify({ tokens }, null, 2))
  const rows = tokens.map((one) => [
    one.id,
    one.name,
    `${one.prefix}…`,
    one.person.name,
    one.scopes.join(','),
    one.expiresAt?.slice(0, 10) ?? 'never',
    one.lastUsedAt?.slice(0, 10) ?? 'never',
  ])
  terminal.write(table([['ID', 'NAME', 'BEGINS', 'PERSON', 'SCOPES', 'EXPIRES', 'USED'], ...rows]))
}

async function remove({ args, terminal, box }: CommandInput): Promise<void> {
  const [id] = args
  if (id === undefined || args.length !== 1) throw usageError('token remove wants the id of one token.')
  await box.client.call(identityRoutes.removeToken, { params: { id } }, box.caller)
  terminal.write('The token is gone; what was open with it is cut.')
}
