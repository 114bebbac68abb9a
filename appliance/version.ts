// Of this Hob, from package.json.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export function readVersion(): string {
  const file = fileURLToPath(new URL('../package.json', import.meta.url))
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return version
}
