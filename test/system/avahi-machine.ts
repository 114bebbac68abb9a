// An avahi-daemon on a machine of a test's LAN, with a D-Bus of its own: nothing is shared with the system's.
import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Machine } from './lan.ts'

export interface AvahiMachine {
  /** For programs there that speak to the daemon. */
  readonly environment: NodeJS.ProcessEnv
  /** The output of one that asks the daemon; throws when it fails. */
  run(command: string, ...args: string[]): string
  /** Kills the daemon and starts another on the same bus. */
  restart(): Promise<void>
  stop(): void
}

export function avahiUnavailable(): string | null {
  const wanted = [
    '/usr/sbin/avahi-daemon',
    '/usr/bin/avahi-browse',
    '/usr/bin/dbus-daemon',
    '/usr/bin/unshare',
  ]
  const missing = wanted.filter((file) => !existsSync(file))
  return missing.length === 0 ? null : `missing: ${missing.join(', ')}`
}

const busConfiguration = (socket: string): string => `<busconfig>
  <type>system</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/>
  </policy>
</busconfig>
`

const daemonConfiguration = `[server]
host-name=debian
allow-interfaces=eth0
use-ipv4=yes
use-ipv6=yes
[publish]
publish-hinfo=no
publish-workstation=no
`

/** The daemon's pid file and socket have fixed places: they lie in a file system that only it sees. */
const hidden = 'mkdir -p /run/avahi-daemon && mount -t tmpfs none /run/avahi-daemon && exec "$@"'

export async function startAvahi(machine: Machine): Promise<AvahiMachine> {
  const folder = mkdtempSync(join(tmpdir(), 'hob-avahi-'))
  const socket = join(folder, 'bus')
  writeFileSync(join(folder, 'bus.conf'), busConfiguration(socket))
  writeFileSync(join(folder, 'avahi.conf'), daemonConfiguration)
  const environment = { PATH: process.env['PATH'], DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${socket}` }
  const bus = machine.start(
    'dbus-daemon',
    ['--nofork', '--nopidfile', '--print-address', `--config-file=${join(folder, 'bus.conf')}`],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  await line(bus.stdout, /unix:/)

  const startDaemon = async (): Promise<ChildProcess> => {
    const options = ['--no-drop-root', '--no-chroot', '--no-rlimits', '-f', join(folder, 'avahi.conf')]
    const daemon = machine.start(
      'unshare',
      ['--mount', '--propagation', 'private', 'sh', '-c', hidden, 'sh', '/usr/sbin/avahi-daemon', ...options],
      { stdio: ['ignore', 'ignore', 'pipe'], env: environment },
    )
    await line(daemon.stderr, /startup complete/)
    return daemon
  }

  let daemon = await startDaemon()
  return {
    environment,
    run: (command, ...args) => {
      const [enter = '', ...inside] = machine.enter
      const options = { encoding: 'utf8', env: environment, timeout: 30_000 } as const
      return execFileSync(enter, [...inside, command, ...args], options)
    },
    restart: async () => {
      daemon.kill('SIGKILL')
      await once(daemon, 'exit')
      daemon = await startDaemon()
    },
    stop: () => {
      daemon.kill('SIGKILL')
      bus.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Resolves at the first line that fits; what comes later is read and forgotten. */
export function line(stream: NodeJS.ReadableStream | null, fits: RegExp, withinMs = 30_000): Promise<string> {
  return new Promise((resolve, reject) => {
    if (stream === null) return reject(new Error('no stream to read'))
    const seen: string[] = []
    const late = setTimeout(() => reject(new Error(`no ${String(fits)} in\n${seen.join('\n')}`)), withinMs)
    createInterface({ input: stream }).on('line', (text) => {
      seen.push(text)
      if (!fits.test(text)) return
      clearTimeout(late)
      resolve(text)
    })
  })
}
