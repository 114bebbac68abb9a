// Debian as this machine gets it: where its own apt takes packages from, and trees made from there once and kept in the cache of
// whoever asks. Used by the build of the image for its tools, and by its tests for what they boot.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Refusal } from './refusal.ts'

export const release = 'trixie'

/** Where what takes minutes to make is kept between runs. */
export const cacheFolder = (): string =>
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'hob')

/** The address of the Debian archive that this machine's own apt uses. Throws when it uses none. */
export function debianMirror(): string {
  const folder = '/etc/apt/sources.list.d'
  const more = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []
  for (const file of ['/etc/apt/sources.list', ...more].filter((one) => existsSync(one))) {
    const found = /^(?:URIs: *|deb +(?:\[[^\]]*\] +)?)(\S+\/debian)\/?(?:\s|$)/m.exec(
      readFileSync(file, 'utf8'),
    )
    if (found?.[1] !== undefined) return found[1]
  }
  throw new Refusal('this machine’s apt has no Debian archive to take packages from')
}

/** What this machine's apt was told about the age of what its archive has signed: a snapshot's may be older than they say. */
export function ageIsChecked(): boolean {
  const told = execFileSync('apt-config', ['dump', '--format', '%f=%v%n'], { encoding: 'utf8' })
  return !/^Acquire::Check-Valid-Until=(false|no|0)$/im.test(told)
}

/** A tree with these packages and what they need, made the first time that it is asked for. Needs root and mmdebstrap. */
export function makeTree(name: string, packages: readonly string[]): string {
  const key = createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 12)
  const trees = join(cacheFolder(), 'trees')
  const path = join(trees, `${name}-${key}`)
  if (existsSync(path)) return path
  mkdirSync(trees, { recursive: true })
  const next = mkdtempSync(join(trees, 'next-'))
  const old = ageIsChecked()
    ? []
    : ['--aptopt=Acquire::Check-Valid-Until "false"', '--aptopt=Acquire::Check-Date "false"']
  const what = ['--variant=minbase', `--include=${packages.join(',')}`, ...old, release, next, debianMirror()]
  execFileSync('mmdebstrap', what, { stdio: ['ignore', 'ignore', 'pipe'] })
  renameSync(next, path)
  return path
}
