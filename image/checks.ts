// What must hold for a build, refused in words where it does not: of the machine and the checkout before it begins, of what Debian
// gave when the system is laid out.
import { spawnSync } from 'node:child_process'
import { existsSync, statfsSync } from 'node:fs'
import { Refusal } from './refusal.ts'

const neededBytes = 16e9
const programs = ['mmdebstrap', 'python3', 'git']
/** systemd 258 and 259 broke boot counting for several users: shared with the updates, which depend on it. */
const systemdMajor = '257'

interface Machine {
  /** Of Debian's family, with an x86-64 processor. */
  fits: boolean
  isRoot: boolean
  /** Of the programs that a build needs. */
  missing: readonly string[]
  freeBytes: number
}

/** This one, with the room where `folder` lies. */
export function machineHere(folder: string): Machine {
  const { bavail, bsize } = statfsSync(folder)
  return {
    fits: process.platform === 'linux' && process.arch === 'x64' && existsSync('/etc/debian_version'),
    isRoot: process.getuid?.() === 0,
    missing: programs.filter((one) => spawnSync('which', [one], { stdio: 'ignore' }).status !== 0),
    freeBytes: bavail * bsize,
  }
}

/** What is cheapest to put right comes last. */
export function requireMachine({ fits, isRoot, missing, freeBytes }: Machine): void {
  if (!fits) throw new Refusal('An image is built on a Debian machine with an x86-64 processor.')
  if (!isRoot) throw new Refusal('Only root may build an image. Run: sudo npm run image')
  if (missing.length > 0)
    throw new Refusal(
      `What is missing comes with: apt-get install --no-install-recommends ${missing.join(' ')}`,
    )
  if (freeBytes < neededBytes)
    throw new Refusal(
      `An image wants ${neededBytes / 1e9} GB of room here; there are ${Math.floor(freeBytes / 1e9)}.`,
    )
}

/** What updates compare. */
export function requireVersion(text: string): string {
  if (!/^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.test(text))
    throw new Refusal(`${text} is no version: it wants X.Y.Z`)
  return text
}

export interface Commit {
  id: string
  time: Date
  /** Files that are not as it has them, and are built as they are. */
  uncommitted: number
}

/** What is built: its id is told, and its time is that of every file, so that two builds of it are the same. */
export function commitOf(repository: string): Commit {
  const how = ['-C', repository, 'log', '-1', '--format=%H %ct']
  const { status, stdout, stderr } = spawnSync('git', how, { encoding: 'utf8' })
  if (status !== 0)
    throw new Refusal(`An image is built from a commit (git clone), and git says here: ${stderr.trim()}`)
  const [id = '', seconds] = stdout.trim().split(' ')
  const changes = spawnSync('git', ['-C', repository, 'status', '--porcelain'], { encoding: 'utf8' }).stdout
  const uncommitted = changes.split('\n').filter((line) => line !== '').length
  return { id, time: new Date(Number(seconds) * 1_000), uncommitted }
}

/** Of the packages that the image has, by name. */
export function requireSystemd(found: Readonly<Record<string, string>>): void {
  const systemd = found['systemd'] ?? 'none'
  if (!systemd.startsWith(`${systemdMajor}.`))
    throw new Refusal(`the image has systemd ${systemd}: it wants ${systemdMajor}`)
}
