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
  const more = existsSync(folder) ? readdirSync(folder).sort() : []
  // apt passes over a file with another ending
  const files = ['/etc/apt/sources.list', ...more.map((name) => join(folder, name))]
  for (const file of files.filter((one) => /\.(list|sources)$/.test(one) && existsSync(one))) {
    const found = archiveIn(readFileSync(file, 'utf8'))
    if (found !== null) return found
  }
  throw new Refusal('this machine’s apt has no Debian archive to take packages from')
}

/**
 * The first that a file of apt's names, in either format of sources.list(5). It is told from the security archive, and from those of
 * others, by its path and by having `main`.
 */
export function archiveIn(text: string): string | null {
  const line = /^deb +(?:\[[^\]]*\] +)?(\S+\/debian)\/? +\S+(?: +\S+)*? +main(?: |$)/m.exec(
    text.replaceAll('\t', ' '),
  )
  if (line?.[1] !== undefined) return line[1]
  for (const stanza of text.split(/\n\s*\n/)) {
    // a field's value goes on in the lines that begin with a space
    const words = (field: string): string[] =>
      (new RegExp(`^${field}:(.*(?:\\n[ \\t].*)*)`, 'im').exec(stanza)?.[1] ?? '').trim().split(/\s+/)
    const [archive] = words('URIs').filter((one) => /\/debian\/?$/.test(one))
    if (archive !== undefined && words('Components').includes('main') && words('Enabled')[0] !== 'no')
      return archive.replace(/\/$/, '')
  }
  return null
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
