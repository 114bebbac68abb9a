// Runs mkosi out of a tree of tools, so that the machine that builds needs none of them, and any Debian will do: its own mkosi may be
// too old. As root; no loop device, no network but apt's.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ageIsChecked, cacheFolder, debianMirror, makeTree, release } from './debian.ts'
import { Refusal } from './refusal.ts'

const tools = [
  'apt',
  'binutils',
  'cpio',
  'cryptsetup-bin',
  'debian-archive-keyring',
  'dosfstools',
  'e2fsprogs',
  'erofs-utils',
  'kmod',
  'mkosi',
  'mtools',
  'openssl',
  'python3',
  'python3-pefile',
  'systemd',
  'systemd-boot-efi',
  'systemd-boot-tools',
  'systemd-repart',
  'systemd-ukify',
  'udev',
  'util-linux',
  'xz-utils',
  'zstd',
]

export const toolsTree = (): string => makeTree('tools', tools)

/** Runs one of them with the libraries that it was made for, which the machine's own may be too old for. */
export function runTool(tree: string, name: string, args: readonly string[]): void {
  const loader = join(tree, 'usr/lib64/ld-linux-x86-64.so.2')
  const libraries = join(tree, 'usr/lib/x86_64-linux-gnu')
  execFileSync(loader, ['--library-path', libraries, join(tree, 'usr/bin', name), ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

interface Build {
  /** The folder of mkosi.conf. */
  configuration: string
  /** What its scripts see as $SRCDIR. */
  sources: string
  version: string
  /** No file in the image is younger. */
  time: Date
  /** Laid over the image's own tree. */
  extra: string
  /** Of mkosi.images, which are wanted for themselves. */
  images: readonly string[]
  outputs: string
  work: string
  onStep: (text: string) => void
}

/** Rejects with mkosi's last lines when it fails. */
export async function runMkosi(build: Build): Promise<void> {
  const tree = toolsTree()
  for (const folder of [build.outputs, build.work]) mkdirSync(folder, { recursive: true })
  const cache = join(cacheFolder(), 'mkosi')
  mkdirSync(join(cache, 'packages'), { recursive: true })
  const sandbox = makeSandbox(join(build.work, 'sandbox'))
  const args = [
    '-m',
    'mkosi',
    `--directory=${build.configuration}`,
    `--tools-tree=${tree}`,
    `--sandbox-tree=${sandbox}`,
    `--extra-tree=${build.extra}`,
    `--image-version=${build.version}`,
    `--source-date-epoch=${Math.floor(build.time.getTime() / 1_000)}`,
    `--build-sources=${build.sources}:.`,
    ...build.images.map((one) => `--dependency=${one}`),
    `--output-directory=${build.outputs}`,
    `--workspace-directory=${build.work}`,
    `--cache-directory=${cache}`,
    `--package-cache-dir=${join(cache, 'packages')}`,
    '--incremental=yes',
    '--force',
    'build',
  ]
  const env = { ...process.env, PYTHONPATH: join(tree, 'usr/lib/python3/dist-packages') }
  const mkosi = spawn('python3', args, { stdio: ['ignore', 'ignore', 'pipe'], env })
  const last: string[] = []
  createInterface({ input: mkosi.stderr }).on('line', (line) => {
    last.push(line)
    if (last.length > 40) last.shift()
    const step = /^\s*‣\s+(.*)/.exec(line)
    if (step?.[1] !== undefined) build.onStep(step[1])
  })
  const [code] = (await once(mkosi, 'exit')) as [number | null]
  if (code !== 0) throw new Refusal(`mkosi failed:\n${last.join('\n')}`)
}

/** Where packages come from, in the words of the machine's own apt. The file's name makes it replace mkosi's list. */
function makeSandbox(folder: string): string {
  const apt = join(folder, 'etc/apt')
  for (const one of ['sources.list.d', 'preferences.d', 'apt.conf.d', 'keyrings'])
    mkdirSync(join(apt, one), { recursive: true })
  const sources = [
    'Types: deb',
    `URIs: ${debianMirror()}`,
    `Suites: ${release} ${release}-updates ${release}-backports`,
    'Components: main contrib non-free-firmware',
    'Signed-By: /etc/apt/keyrings/debian.pgp',
  ]
  writeFileSync(join(apt, 'sources.list.d/mkosi.sources'), `${sources.join('\n')}\n`)
  // hardware of this year wants this year's kernel, firmware and graphics drivers; all else stays with the release
  const newer = ['linux-*', 'firmware-*', 'src:mesa', 'src:libdrm', 'wireless-regdb']
  const pins = newer.map((one) => `Package: ${one}\nPin: release n=${release}-backports\nPin-Priority: 900\n`)
  writeFileSync(join(apt, 'preferences.d/hob.pref'), pins.join('\n'))
  if (!ageIsChecked())
    writeFileSync(
      join(apt, 'apt.conf.d/age'),
      'Acquire::Check-Valid-Until "false";\nAcquire::Check-Date "false";\n',
    )
  copyFileSync(
    join(toolsTree(), 'usr/share/keyrings/debian-archive-keyring.pgp'),
    join(apt, 'keyrings/debian.pgp'),
  )
  return folder
}
