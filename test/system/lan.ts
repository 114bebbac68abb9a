// A small network of its own for a test: machines are network namespaces on one bridge, in a namespace without a way
// out. Needs root and iproute2; everything is gone when `close` resolves.
import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process'

export interface Machine {
  readonly name: string
  readonly address: string
  /** What stands before a command that is to run there. */
  readonly enter: readonly string[]
  /** Starts a program there. */
  start(command: string, args: readonly string[], options?: SpawnOptions): ChildProcess
  /** Runs one to its end and gives its output; at most 20 s. */
  run(command: string, ...args: string[]): string
  /** The cable. */
  link(state: 'up' | 'down'): void
  /** Another IPv4 address in the place of the present one. */
  move(address: string): void
}

export interface Lan {
  machine(name: string, address: string): Machine
  /** A plug for a virtual machine: a tap device, which a program finds that is started with `enter` before it. */
  plug(name: string): { device: string; enter: readonly string[] }
  close(): void
}

const ip = (...args: readonly string[]): string => execFileSync('ip', args, { encoding: 'utf8' })

/** Why there can be no network here, or null. */
export function lanUnavailable(): string | null {
  if (process.platform !== 'linux') return 'network namespaces are Linux’s'
  if (process.getuid?.() !== 0) return 'network namespaces need root'
  const name = `hob-try-${process.pid}`
  try {
    ip('netns', 'add', name)
    ip('netns', 'del', name)
    return null
  } catch (error) {
    return `no network namespace can be made: ${String(error)}`
  }
}

export function createLan(): Lan {
  const made: string[] = []
  const plugs = new Set<string>()
  const namespace = (suffix: string): string => {
    const name = `hob-${process.pid}-${suffix}`
    ip('netns', 'add', name)
    made.push(name)
    return name
  }
  const hub = namespace('hub')
  ip('-n', hub, 'link', 'add', 'br0', 'type', 'bridge', 'mcast_snooping', '0')
  ip('-n', hub, 'link', 'set', 'br0', 'up')

  return {
    machine: (suffix, address) => {
      const name = namespace(suffix)
      ip('-n', hub, 'link', 'add', `to-${suffix}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name)
      ip('-n', hub, 'link', 'set', `to-${suffix}`, 'master', 'br0', 'up')
      ip('-n', name, 'link', 'set', 'lo', 'up')
      ip('-n', name, 'link', 'set', 'eth0', 'up')
      return machine(name, address)
    },
    plug: (suffix) => {
      const device = `tap-${suffix}`
      // a machine that is switched on again finds its own
      if (!plugs.has(device)) {
        ip('-n', hub, 'tuntap', 'add', 'dev', device, 'mode', 'tap')
        ip('-n', hub, 'link', 'set', device, 'master', 'br0', 'up')
      }
      plugs.add(device)
      return { device, enter: ['nsenter', `--net=/run/netns/${hub}`] }
    },
    close: () => {
      for (const name of made.toReversed()) ip('netns', 'del', name)
    },
  }
}

function machine(name: string, first: string): Machine {
  let address = first
  const give = (): void => {
    ip('-n', name, 'address', 'add', `${address}/24`, 'dev', 'eth0')
    ip('-n', name, 'route', 'replace', '224.0.0.0/4', 'dev', 'eth0')
  }
  give()
  const inside = [`--net=/run/netns/${name}`]
  return {
    name,
    enter: ['nsenter', ...inside],
    get address() {
      return address
    },
    start: (command, args, options = {}) => spawn('nsenter', [...inside, command, ...args], options),
    run: (command, ...args) =>
      execFileSync('nsenter', [...inside, command, ...args], { encoding: 'utf8', timeout: 120_000 }),
    link: (state) => {
      ip('-n', name, 'link', 'set', 'eth0', state)
      // a route leaves with its link
      if (state === 'up') ip('-n', name, 'route', 'replace', '224.0.0.0/4', 'dev', 'eth0')
    },
    move: (next) => {
      ip('-n', name, 'address', 'flush', 'dev', 'eth0', 'scope', 'global')
      address = next
      give()
    },
  }
}
