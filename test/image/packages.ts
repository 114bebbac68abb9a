// Which packages a copy of the program names in its imports, the page's sources aside: those are built.
import { globSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'

const still = /^(?:import|export|\}) (?!type\b).*?from '([^'.#][^']*)'|^import '([^'.#][^']*)'/gm
const later = /\bimport\('([^'.#][^']*)'\)/g

export function packagesNamed(program: string): string[] {
  const files = globSync(['appliance/**/*.js', 'services/**/*.js'], {
    cwd: program,
    exclude: ['services/api/web/**', 'appliance/client/**'],
  })
  const names = files.flatMap((file) => {
    const text = readFileSync(join(program, file), 'utf8')
    return [...text.matchAll(still), ...text.matchAll(later)].map(([, from, bare]) => from ?? bare ?? '')
  })
  return [...new Set(names)].filter((name) => !isBuiltin(name)).toSorted()
}
