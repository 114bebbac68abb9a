// Command-line flags as the environment variables that they override: `--port 4630` is HOB_PORT=4630, for every
// setting of schema.ts and the two folders. Used by the supervisor and the CLI.
import { parseArgs } from 'node:util'
import { HobError } from '../errors.ts'
import { configSchema, environmentName } from './schema.ts'

/** `maxConnections` → `max-connections`. */
const flagName = (key: string): string => key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

const settings: readonly string[] = [...Object.keys(configSchema.shape), 'dataDir', 'runDir']

/** Throws usage for a flag that does not exist. */
export function parseFlags(args: readonly string[]): Record<string, string> {
  const options = Object.fromEntries(settings.map((key) => [flagName(key), { type: 'string' as const }]))
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false })
    return Object.fromEntries(
      settings.flatMap((key) => {
        const value = values[flagName(key)]
        return typeof value === 'string' ? [[environmentName(key), value]] : []
      }),
    )
  } catch (error) {
    const flags = settings.map((key) => `--${flagName(key)}`).join(' ')
    throw new HobError(
      'usage',
      { detail: `${error instanceof Error ? error.message : 'wrong flags'}. Flags: ${flags}` },
      { cause: error },
    )
  }
}
