// `hob people …`: the household, invitations to it, a code for who lost a password, removal.
import { identityRoutes, type Person, personSchema } from '../contracts/identity.ts'
import { roles } from '../contracts/principal.ts'
import { HobError } from '../errors.ts'
import type { Command, CommandInput } from './command.ts'
import { readFlags, usageError } from './flags.ts'
import { table } from './words.ts'

export const people: Command = {
  name: 'people',
  usage: [
    ['people', 'who may sign in'],
    ['people invite --role ROLE', `a code for somebody new: ${roles.join(', ')}`],
    ['people reset NAME', 'a code for who lost the password; signs them out'],
    ['people remove NAME [--yes]', 'with everything of theirs'],
  ],
  run: async (input) => {
    const [verb, ...rest] = input.args
    const run = verbs[verb ?? 'list']
    if (run === undefined) throw usageError(`There is no command "people ${verb}".`)
    await run({ ...input, args: rest })
  },
}

const verbs: Readonly<Record<string, (input: CommandInput) => Promise<void>>> = {
  list,
  invite,
  reset,
  remove,
}

async function list({ json, terminal, box }: CommandInput): Promise<void> {
  const here = await box.client.call(identityRoutes.people, {}, box.caller)
  if (json) return terminal.write(JSON.stringify(here, null, 2))
  const rows = here.people.map((person) => [
    person.name,
    person.role,
    person.expiresAt?.slice(0, 10) ?? 'never',
    person.lastSeenAt?.slice(0, 10) ?? 'never',
    String(person.passkeys),
  ])
  terminal.write(table([['NAME', 'ROLE', 'ENDS', 'SEEN', 'PASSKEYS'], ...rows]))
}

async function invite({ args, json, terminal, box }: CommandInput): Promise<void> {
  const { values } = readFlags({ args: [...args], options: { role: { type: 'string' } } })
  const role = personSchema.shape.role.safeParse(values.role)
  if (!role.success) throw usageError(`people invite wants --role, one of ${roles.join(', ')}`)
  const made = await box.client.call(identityRoutes.invite, { json: { role: role.data } }, box.caller)
  if (json) return terminal.write(JSON.stringify(made, null, 2))
  terminal.write(`Invitation for one ${made.role}: ${made.code}\nGood until ${made.expiresAt.slice(0, 10)}.`)
}

async function reset(input: CommandInput): Promise<void> {
  const { json, terminal, box } = input
  const { id, name } = await named(input, input.args)
  const made = await box.client.call(identityRoutes.resetPerson, { params: { id } }, box.caller)
  if (json) return terminal.write(JSON.stringify(made, null, 2))
  terminal.write(`${name} sets a new password with the code ${made.code}, once, until ${made.expiresAt}.`)
}

async function remove(input: CommandInput): Promise<void> {
  const { args, terminal, box } = input
  const options = { yes: { type: 'boolean' } } as const
  const { values, positionals } = readFlags({ args: [...args], options, allowPositionals: true })
  const { id, name } = await named(input, positionals)
  if (values.yes !== true) {
    const answer = await terminal.ask(`Remove ${name}, with every conversation of theirs? Type the name: `)
    if (answer === null) throw usageError('people remove asks first; with --yes it does not.')
    if (answer.trim() !== name) return terminal.write('Nothing was removed.')
  }
  await box.client.call(identityRoutes.removePerson, { params: { id } }, box.caller)
  terminal.write(`${name} is gone.`)
}

/** The one person of that name; capitals make no difference. Throws usage and person_not_found. */
async function named({ box }: CommandInput, words: readonly string[]): Promise<Person> {
  const wanted = words.join(' ').normalize('NFKC').toLowerCase()
  if (wanted === '') throw usageError('Whose name?')
  const here = await box.client.call(identityRoutes.people, {}, box.caller)
  const found = here.people.find(({ name }) => name.normalize('NFKC').toLowerCase() === wanted)
  if (found === undefined) throw new HobError('person_not_found')
  return found
}
