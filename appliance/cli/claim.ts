// `hob claim`: makes the first owner, or shows the code with which a phone can. The box's socket is enough: whoever may
// open it needs no code.
import { identityRoutes } from '../contracts/identity.ts'
import type { Command, CommandInput } from './command.ts'
import { readFlags, usageError } from './flags.ts'
import { qrRow } from './qr.ts'

const options = {
  code: { type: 'boolean' },
  name: { type: 'string' },
  'box-name': { type: 'string' },
  'password-stdin': { type: 'boolean' },
} as const

export const claim: Command = {
  name: 'claim',
  usage: [
    ['claim --code', 'the code of a new box, and as QR'],
    ['claim --name NAME --password-stdin', 'become its owner; the password is piped in'],
    ['      [--box-name NAME]', ''],
  ],
  run: async (input) => {
    const { values } = readFlags({ args: [...input.args], options })
    if (values.code === true) return await showCode(input)
    if (values.name === undefined || values['password-stdin'] !== true)
      throw usageError('claim wants --code, or --name NAME and --password-stdin')
    await become(input, values.name, values['box-name'])
  },
}

async function showCode({ json, terminal, box }: CommandInput): Promise<void> {
  const { code, urls } = await box.client.call(identityRoutes.claimCode, {}, box.caller)
  if (json) return terminal.write(JSON.stringify({ code, urls }, null, 2))
  terminal.write(`\n  Claim code: ${code}\n\n${qrRow(urls.slice(0, 2), process.stdout.columns ?? 80)}\n`)
}

async function become(input: CommandInput, name: string, boxName: string | undefined): Promise<void> {
  const { json, terminal, box } = input
  const account = { name, password: await terminal.piped(), ...(boxName === undefined ? {} : { boxName }) }
  const claimed = await box.client.call(identityRoutes.claim, { json: account }, box.caller)
  if (json) return terminal.write(JSON.stringify(claimed, null, 2))
  terminal.write(
    [
      `${claimed.person.name} owns this box now.`,
      '',
      'Keep these recovery codes; each sets a new password once. They are not shown again.',
      '',
      ...claimed.recoveryCodes.map((code) => `  ${code}`),
    ].join('\n'),
  )
}
