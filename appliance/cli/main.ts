// `hob <verb>`: talks to the running box over its owner-only socket. A verb is a file; this one finds it, reads the
// flags that all share and turns errors into two lines and an exit code (2: used wrongly, 1: everything else, unless the verb says
// otherwise).
import { createInterface } from 'node:readline/promises'
import { text } from 'node:stream/consumers'
import { loadConfig } from '../config/load.ts'
import { localOwner } from '../contracts/principal.ts'
import { HobError } from '../errors.ts'
import { createClient } from '../ipc/client.ts'
import { socketPath } from '../ipc/serve.ts'
import { audit } from './audit.ts'
import { bundle } from './bundle.ts'
import { certificate } from './certificate.ts'
import { claim } from './claim.ts'
import type { Command, Terminal } from './command.ts'
import { ownScreen } from './console.ts'
import { discover } from './discover.ts'
import { hardware } from './hardware.ts'
import { health } from './health.ts'
import { logs } from './logs.ts'
import { models } from './models.ts'
import { name } from './name.ts'
import { people } from './people.ts'
import { status } from './status.ts'
import { stick } from './stick.ts'
import { token } from './token.ts'

const commands: readonly Command[] = [
  status,
  health,
  claim,
  name,
  certificate,
  people,
  token,
  hardware,
  models,
  discover,
  audit,
  ownScreen,
  logs,
  bundle,
  stick,
]

const terminal: Terminal = {
  write: (words) => void process.stdout.write(words.endsWith('\n') ? words : `${words}\n`),
  progress: (words) => void (process.stderr.isTTY && process.stderr.write(`\r\u001B[K${words}`)),
  piped: async () => (await text(process.stdin)).replace(/\r?\n$/, ''),
  ask: async (question) => {
    if (!process.stdin.isTTY) return null
    const lines = createInterface({ input: process.stdin, output: process.stderr })
    try {
      return await lines.question(question)
    } finally {
      lines.close()
    }
  },
}

function help(): string {
  const rows = commands.flatMap((command) =>
    command.usage.map(([form, meaning]) => `  hob ${form.padEnd(40)} ${meaning}`),
  )
  return [
    'hob: the command of this box',
    '',
    ...rows,
    '',
    '  --json with any of them prints data instead of words.',
    '  HOB_DATA_DIR says which box, when there are several.',
  ].join('\n')
}

async function main(args: readonly string[]): Promise<void> {
  const [verb, ...rest] = args
  if (verb === undefined || verb === 'help' || verb === '--help' || verb === '-h')
    return terminal.write(help())
  const command = commands.find((one) => one.name === verb)
  if (command === undefined) throw new HobError('usage', { detail: `There is no command "${verb}".` })
  const config = loadConfig(process.env)
  const client = createClient({ service: 'api', socketPath: socketPath(config.runDir, 'api') })
  try {
    await command.run({
      args: rest.filter((arg) => arg !== '--json'),
      json: rest.includes('--json'),
      config,
      terminal,
      box: { client, caller: { principal: localOwner('socket'), timeoutMs: 120_000 } },
    })
  } catch (error) {
    if (
      error instanceof HobError &&
      error.code === 'service_unavailable' &&
      error.parameters['service'] === 'api'
    ) {
      throw new HobError('not_running', { folder: config.dataDir }, { cause: error })
    }
    throw error
  } finally {
    client.close()
  }
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  const known =
    error instanceof HobError ? error : new HobError('internal', { requestId: '-' }, { cause: error })
  const detail =
    known.code === 'internal'
      ? `\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
      : ''
  if (process.argv.includes('--json')) {
    const { code, message, remedy, parameters } = known
    process.stdout.write(`${JSON.stringify({ error: { code, message, remedy, parameters } })}\n`)
  }
  process.stderr.write(`hob: ${known.message}\n     ${known.remedy}${detail}\n`)
  process.exit(known.code === 'usage' ? 2 : (process.exitCode ?? 1))
}
