// A Debian trixie tree that systemd can boot, made once for a list of packages and kept in the cache of whoever runs the tests; and
// copies of it for a test, which cost nothing until they are written to.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeTree } from '../../image/debian.ts'

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
  const base = makeTree('trixie', [...packages, ...more])
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
