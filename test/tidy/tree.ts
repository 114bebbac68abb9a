// The repository's own files as the tidy tests see them: what git tracks or would track.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

export const read = (file: string): string => readFileSync(`${root}${file}`, 'utf8')

/** Paths from the root, sorted; deleted ones left out. */
export const files: readonly string[] = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard'],
  {
    cwd: root,
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((file) => file !== '' && existsSync(`${root}${file}`))
  .sort()

/** Our programs: not tests, not data. */
export const sources = files.filter((file) => /\.(ts|tsx|mjs)$/.test(file) && !file.startsWith('test/'))

export interface Import {
  from: string
  /** A package's name, or a path from the root. */
  to: string
  typeOnly: boolean
}

const importPattern =
  /^\s*(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm

export function importsOf(file: string): Import[] {
  return [...read(file).matchAll(importPattern)].map((match) => ({
    from: file,
    to: resolveImport(file, match[2] ?? match[3] ?? ''),
    typeOnly: match[1] !== undefined,
  }))
}

/** `#appliance/x` and `./x` as paths from the root; packages as their names. */
function resolveImport(file: string, specifier: string): string {
  if (specifier.startsWith('#')) return specifier.slice(1)
  if (specifier.startsWith('.')) return new URL(specifier, `file:///${file}`).pathname.slice(1)
  const [scope, name] = specifier.split('/')
  return specifier.startsWith('@') ? `${scope}/${name}` : (scope ?? specifier)
}
