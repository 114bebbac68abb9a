// What `npm run image` makes, for the tests of it.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../system/box.ts'

export const dist = join(root, 'image/dist')

/** The file under image/dist that ends so. All of it is made now where there is none, which takes some minutes. */
export function made(ending: '.img' | '.img.gz' | '.oci.tar' | '.cdx.json'): string {
  const find = (): string | undefined =>
    existsSync(dist) ? readdirSync(dist).find((name) => name.endsWith(ending)) : undefined
  if (find() === undefined)
    execFileSync(process.execPath, [join(root, 'image/build.ts')], {
      stdio: ['ignore', 'inherit', 'inherit'],
    })
  return join(dist, find() ?? '')
}
