// Boots a tree under systemd-nspawn, with real systemd as its first process, on a machine of a test's LAN; in about a second. What
// needs limits of memory or tasks is judged in a virtual machine: this kernel gives a container no such controllers.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Machine } from '../system/lan.ts'

export interface Booted {
  /** Milliseconds from the start of systemd to its default target. */
  readonly userspaceMs: number
  /** `running`, or `degraded` when a unit has failed. */
  readonly state: string
  /** Runs a program inside to its end and gives its output. Throws when it fails. */
  run(command: string, ...args: string[]): string
  /** Its output whatever its exit status says, with its errors. */
  try(command: string, ...args: string[]): string
  /** A path inside, as this machine sees it. */
  seen(path: string): string
  /** The process id inside, of a service's main process. */
  mainPid(unit: string): number
  /** All that was written to its console, with the terminal's own sequences. */
  console(): string
  /** Asks systemd to power off, and waits for that. */
  powerOff(): Promise<void>
  /** Waits until it has ended by itself: 0 is off, 133 asks to be started again (systemd-nspawn's --keep-unit). */
  ended(): Promise<number | null>
}

const bootMs = 120_000
const cgroups = '/sys/fs/cgroup'

/**
 * A cgroup2 hierarchy of its own, in a mount namespace of its own, as a container needs it; then systemd-nspawn, which would
 * listen on the host's ports if it were not given a network.
 */
const boot = `umount -R ${cgroups} && mount -t cgroup2 cgroup2 ${cgroups} && mkdir -p ${cgroups}/$0 &&
echo $$ > ${cgroups}/$0/cgroup.procs && exec systemd-nspawn --console=read-only --register=no --keep-unit --boot --quiet "$@"`

/**
 * `sources`, when given, is this repository, seen inside as /src and not to be written. What `ownsNetwork` may change the
 * addresses and the settings of its network.
 */
export async function bootTree(
  root: string,
  machine: Machine,
  { sources, ownsNetwork = false }: { sources?: string; ownsNetwork?: boolean } = {},
): Promise<Booted> {
  const group = `hob-test-${machine.name}`
  const rights = `CAP_BPF,CAP_PERFMON${ownsNetwork ? ',CAP_NET_ADMIN' : ''}`
  const bpf = [`--capability=${rights}`, '--system-call-filter=bpf']
  const network = [`--network-namespace-path=/run/netns/${machine.name}`]
  const bound = sources === undefined ? [] : [`--bind-ro=${sources}:/src`]
  const nspawn = spawn(
    'unshare',
    ['--mount', 'sh', '-ec', boot, group, ...network, ...bpf, ...bound, '--directory', root],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
      // /proc/sys/net
      env: { ...process.env, ...(ownsNetwork ? { SYSTEMD_NSPAWN_API_VFS_WRITABLE: 'network' } : {}) },
    },
  )
  let written = ''
  nspawn.stdout.on('data', (chunk: Buffer) => (written += chunk.toString('utf8')))
  const exited = new Promise<number | null>((resolve) => nspawn.once('exit', resolve))
  const ended = async (): Promise<number | null> => {
    const status = await exited
    removeGroup(group)
    return status
  }
  const init = await firstProcess(nspawn.pid ?? 0)

  const enter = ['--target', String(init), '--all', 'env', '-i', 'PATH=/usr/sbin:/usr/bin', 'HOME=/root']
  const options = { encoding: 'utf8', timeout: bootMs, stdio: 'pipe' } as const
  const run = (command: string, ...args: string[]): string =>
    execFileSync('nsenter', [...enter, command, ...args], options)
  const attempt = (command: string, ...args: string[]): string =>
    run('sh', '-c', '"$@" 2>&1 || true', 'sh', command, ...args)

  let state = ''
  for (const until = Date.now() + bootMs; !/^(running|degraded)$/.test(state); await sleep(100)) {
    if (Date.now() > until) throw new Error(`it did not boot: ${state}`)
    state = attempt('systemctl', 'is-system-running').trim()
  }
  const [, seconds = ''] = /in (?:(?:\d+)min )?([\d.]+m?s) \(userspace\)/.exec(run('systemd-analyze')) ?? []
  return {
    userspaceMs: seconds.endsWith('ms') ? Number.parseFloat(seconds) : Number.parseFloat(seconds) * 1_000,
    state,
    seen: (path) => join('/proc', String(init), 'root', path),
    run,
    try: attempt,
    mainPid: (unit) => Number(run('systemctl', 'show', '--property=MainPID', '--value', unit)),
    console: () => written,
    powerOff: async () => {
      // SIGRTMIN+4 is systemd's word for it
      process.kill(init, 38)
      await ended()
    },
    ended,
  }
}

/**
 * The address of a D-Bus door into it, for a program out here: NetworkManager asks the kernel who calls, which knows nobody from
 * outside its container. Through a proxy inside, the caller is root there.
 */
export function busInto(booted: Booted): string {
  const socket = '--socket-property=ListenStream=/run/bus-from-outside'
  const proxy = ['/usr/lib/systemd/systemd-socket-proxyd', '/run/dbus/system_bus_socket']
  booted.run('systemd-run', '--quiet', '--unit=bus-from-outside', socket, ...proxy)
  return `unix:path=${booted.seen('/run/bus-from-outside')}`
}

/** The container's own systemd, as this machine's kernel numbers it. */
async function firstProcess(nspawn: number): Promise<number> {
  for (const until = Date.now() + 10_000; Date.now() < until; await sleep(20)) {
    const children = `/proc/${nspawn}/task/${nspawn}/children`
    if (!existsSync(children)) throw new Error('systemd-nspawn ended')
    for (const pid of readFileSync(children, 'utf8').split(' ').filter(Boolean))
      if (nameOf(pid) === 'systemd') return Number(pid)
  }
  throw new Error('systemd-nspawn started nothing')
}

/** Empty when it has ended meanwhile: the first ones are the shell's. */
function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return ''
  }
}

/** The groups of what ran in it stay behind, in a hierarchy that is mounted nowhere: seen by mounting it once more. */
function removeGroup(name: string): void {
  const script = `mount -t cgroup2 cgroup2 ${cgroups} 2>/dev/null; find ${cgroups}/${name} -depth -type d -exec rmdir {} +`
  execFileSync('unshare', ['--mount', 'sh', '-c', script], { stdio: 'ignore' })
}
