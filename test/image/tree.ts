// A Debian trixie tree that systemd can boot, made once for a list of packages and kept in the cache of whoever runs the tests; and
// copies of it for a test, which cost nothing until they are written to.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

/** What the image has that the units need, and what a test asks with. */
const packages = [
  'systemd',
  'systemd-sysv',
  'dbus',
  'udev',
  'iproute2',
  'procps',
  'util-linux',
  'libnss-myhostname',
  'avahi-daemon',
  'avahi-utils',
  'curl',
  'ca-certificates',
  'libstdc++6',
] as const

/** What the image has for its network; the last gives a test's LAN its addresses. */
export const networkPackages = ['network-manager', 'wpasupplicant', 'dnsmasq-base'] as const

export interface Tree {
  readonly path: string
  remove(): void
}

/** Why no tree can be booted here, or null. */
export function treeUnavailable(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'a tree is made and booted by root, on Linux'
  const wanted = ['/usr/bin/mmdebstrap', '/usr/bin/systemd-nspawn']
  const missing = wanted.filter((file) => !existsSync(file))
  return missing.length === 0 ? null : `missing: ${missing.join(', ')}`
}

/** A copy of the tree for one test, in memory. `more` are packages that this test alone needs: theirs is a tree of its own. */
export function copyTree({ more = [] }: { more?: readonly string[] } = {}): Tree {
  const base = makeTree([...packages, ...more])
  const folder = mkdtempSync(join(tmpdir(), 'hob-tree-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=0755', 'hob-tree', folder])
  const [upper, work, path] = ['upper', 'work', 'root'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  for (const one of [upper, work, path]) mkdirSync(one)
  const layers = `lowerdir=${base},upperdir=${upper},workdir=${work}`
  execFileSync('mount', ['-t', 'overlay', '-o', layers, 'hob-tree', path])
  return {
    path,
    remove: () => {
      for (const mounted of [path, folder]) execFileSync('umount', [mounted])
      rmSync(folder, { recursive: true })
    },
  }
}

function makeTree(packages: readonly string[]): string {
  const key = createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 12)
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'hob', 'trees')
  const path = join(cache, `trixie-${key}`)
  if (existsSync(path)) return path
  mkdirSync(cache, { recursive: true })
  const next = mkdtempSync(join(cache, 'next-'))
  // a snapshot's signatures may be older than they say they should be
  const old = ['--aptopt=Acquire::Check-Valid-Until "false"', '--aptopt=Acquire::Check-Date "false"']
  const what = [
    '--variant=minbase',
    `--include=${packages.join(',')}`,
    ...old,
    'trixie',
    next,
    debianMirror(),
  ]
  execFileSync('mmdebstrap', what, { stdio: ['ignore', 'ignore', 'pipe'] })
  renameSync(next, path)
  return path
}

/** Where this machine's own apt gets its packages from. */
function debianMirror(): string {
  for (const file of ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list']) {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
    const found = /^URIs: *(\S+)/m.exec(text) ?? /^deb +(?:\[[^\]]*\] +)?(\S+)/m.exec(text)
    if (found?.[1] !== undefined) return found[1]
  }
  throw new Error('this machine’s apt has no source to make a tree from')
}
