// The fake box's machine: its services, disks, time, power, network and log, by the contracts, from memory. A test sets
// the scene and looks at what was asked.
import {
  type Addressing,
  addressingSchema,
  type HostNetwork,
  type Interface,
  joinWifiSchema,
  type WifiNetwork,
} from '#appliance/contracts/host-network.ts'
import {
  type DiskHealth,
  type Encryption,
  type LogEntry,
  type LogPage,
  logQuerySchema,
  type System,
  timeZoneSchema,
} from '#appliance/contracts/system.ts'
import { type ErrorCode, HobError } from '#appliance/errors.ts'
import { disks, recoveryKey, sealed } from './system-disks.ts'

export interface FakeSystem {
  system: System
  disks: DiskHealth[]
  encryption: Encryption
  network: HostNetwork
  networks: WifiNetwork[]
  /** Oldest first. */
  log: LogEntry[]
  /** What was asked for, each with its body. */
  readonly asked: { what: string; body: unknown }[]
  /** Whatever is asked of the machine fails with this; of it alone where a part is named. */
  failing: { code: ErrorCode; part?: string; parameters?: Record<string, string> } | null
  /** Told when the box begins to leave. */
  onLeave: () => void
  /** Told when a change of the network takes effect. */
  onChange: () => void
  /** Who follows the log live; told null, the line is cut. */
  readonly followers: Set<(entry: LogEntry | null) => void>
  cutLogs(): void
  /** Writes a line. */
  write(entry: Partial<LogEntry>): void
  /** Undoes the change on trial, as the time does. */
  undo(): void
  answer(what: string, parameters: readonly string[], body: unknown, query: URLSearchParams): unknown
}

const minute = 60_000
const at = (minutesAgo: number): string => new Date(Date.now() - minutesAgo * minute).toISOString()

const service = (
  name: string,
  state: System['services'][number]['state'] = 'running',
  more: Partial<System['services'][number]> = {},
): System['services'][number] => ({
  name,
  state,
  since: at(3000),
  restarts: 0,
  memoryBytes: state === 'running' ? 83 * 1024 ** 2 : null,
  ...more,
})

const system = (): System => ({
  managed: true,
  hostName: 'hob-1a2b',
  timeZone: 'Europe/Berlin',
  clockSynchronized: true,
  bootedAt: at(3010),
  version: '0.5.0',
  services: [
    service('api'),
    service('models', 'running', { restarts: 2, since: at(95), memoryBytes: 3_650_722_202 }),
    service('steward', 'on_demand', { restarts: null }),
    service('executor', 'failed', { restarts: 7, since: at(1) }),
  ],
})

export const ethernet = (): Interface => ({
  device: 'enp1s0',
  kind: 'ethernet',
  state: 'connected',
  mac: '1c:69:7a:0b:11:2f',
  method: 'automatic',
  addresses: ['fe80::1e69:7aff:fe0b:112f/64', '192.168.1.20/24'],
  gateway: '192.168.1.1',
  dns: ['192.168.1.1'],
  wifi: null,
})

export const wifi = (): Interface => ({
  device: 'wlp2s0',
  kind: 'wifi',
  state: 'off',
  mac: '1c:69:7a:0b:11:30',
  method: 'off',
  addresses: [],
  gateway: null,
  dns: [],
  wifi: null,
})

const networks = (): WifiNetwork[] => [
  { ssid: 'Attic', signalPercent: 88, security: 'password', known: false },
  { ssid: 'Attic guests', signalPercent: 64, security: 'open', known: false },
  { ssid: 'Office', signalPercent: 41, security: 'enterprise', known: false },
  { ssid: 'Summer house', signalPercent: 12, security: 'password', known: true },
]

const words: readonly (readonly [LogEntry['level'], string, string, LogEntry['fields']])[] = [
  ['info', 'api', 'request', { method: 'GET', path: '/hob/v1/status', status: 200, ms: 4 }],
  ['debug', 'models', 'slice of the prompt read', { tokens: 512 }],
  [
    'info',
    'models',
    'answer complete',
    { model: 'qwen3-4b-instruct-2507-q4_k_m', tokens: 212, tokensPerSecond: 11.8 },
  ],
  ['warn', 'models', 'memory is short: a smaller context was taken', { contextTokens: 4096 }],
  ['info', 'steward', 'clock follows the network', { server: '***' }],
  ['error', 'executor', 'the sandbox did not start', { code: 'sandbox_missing', request_id: 'r-0812' }],
]

const log = (): LogEntry[] =>
  Array.from({ length: 500 }, (_, index): LogEntry => {
    const [level, name, message, fields] = words[index % words.length] ?? ['info', 'api', 'request', {}]
    return { at: at((500 - index) / 4), level, service: name, message, fields: { ...fields, n: index } }
  })

export function createFakeSystem(): FakeSystem {
  let before: Interface[] | null = null
  let changes = 0

  const change = (device: string, wanted: Addressing): unknown => {
    if (fake.network.pending !== null) throw new HobError('change_pending')
    before = fake.network.interfaces
    const id = `${++changes}-${Date.now()}`
    fake.network = {
      interfaces: before.map((one) =>
        one.device !== device
          ? one
          : wanted.method === 'static'
            ? {
                ...one,
                state: 'connected',
                method: 'static',
                addresses: [wanted.address],
                gateway: wanted.gateway,
                dns: wanted.dns,
              }
            : { ...one, method: 'automatic', addresses: ['192.168.1.77/24'] },
      ),
      pending: { id, device, confirmBy: new Date(Date.now() + minute).toISOString() },
    }
    fake.onChange()
    return fake.network.pending
  }
  const page = (query: URLSearchParams): LogPage => {
    const {
      service: wanted,
      level = 'debug',
      before: cursor,
      limit,
    } = logQuerySchema.parse(Object.fromEntries(query))
    const all = fake.log.filter((entry) => matches(entry, wanted, level))
    const end = cursor === undefined ? all.length : Number.parseInt(cursor.slice(2), 16)
    const start = Math.max(0, end - limit)
    return { entries: all.slice(start, end), before: start === 0 ? null : `i=${start.toString(16)}` }
  }

  const fake: FakeSystem = {
    system: system(),
    disks: disks(),
    encryption: sealed(),
    network: { interfaces: [ethernet(), wifi()], pending: null },
    networks: networks(),
    log: log(),
    asked: [],
    failing: null,
    onLeave: () => undefined,
    onChange: () => undefined,
    followers: new Set(),
    cutLogs: () => {
      for (const follower of fake.followers) follower(null)
    },
    write: (entry) => {
      const line: LogEntry = {
        at: new Date().toISOString(),
        level: 'info',
        service: 'api',
        message: 'request',
        fields: {},
        ...entry,
      }
      fake.log.push(line)
      for (const follower of fake.followers) follower(line)
    },
    undo: () => {
      if (before !== null) fake.network = { interfaces: before, pending: null }
      before = null
    },
    answer: (what, [first = '', second = ''], body, query) => {
      fake.asked.push({ what, body })
      const { failing } = fake
      if (failing !== null && (failing.part === undefined || what.includes(failing.part)))
        throw new HobError(failing.code, failing.parameters ?? {})
      switch (what) {
        case 'GET ':
          return fake.system
        case 'GET disks':
          return { disks: fake.disks }
        case 'GET encryption':
          if (!fake.system.managed) throw new HobError('not_managed')
          return fake.encryption
        case 'POST recovery-key':
          if (fake.encryption.state !== 'encrypted') throw new HobError('data_not_sealed')
          fake.encryption = { ...sealed(), recoveryKey: true }
          return { key: recoveryKey }
        case 'GET time-zones':
          return { timeZones: ['America/New_York', 'Asia/Shanghai', 'Europe/Berlin', 'Europe/Vienna', 'UTC'] }
        case 'PUT time-zone':
          fake.system = { ...fake.system, ...timeZoneSchema.parse(body) }
          return null
        case 'POST reboot':
        case 'POST power-off':
          fake.onLeave()
          return { leaving: what === 'POST reboot' ? 'reboot' : 'power_off' }
        case 'GET network':
          return fake.network
        case 'PUT network':
          return change(first, addressingSchema.parse(body))
        case 'POST network':
          if (fake.network.pending?.id !== second) throw new HobError('change_not_found')
          if (query.get('do') === 'revert') fake.undo()
          else fake.network = { ...fake.network, pending: null }
          return null
        case 'GET wifi':
          return { networks: fake.networks }
        case 'PUT wifi': {
          const { ssid } = joinWifiSchema.parse(body)
          fake.networks = fake.networks.map((one) => (one.ssid === ssid ? { ...one, known: true } : one))
          fake.network = {
            ...fake.network,
            interfaces: fake.network.interfaces.map((one) =>
              one.kind === 'wifi'
                ? {
                    ...one,
                    state: 'connected',
                    addresses: ['192.168.1.44/24'],
                    wifi: { ssid, signalPercent: 88 },
                  }
                : one,
            ),
          }
          return null
        }
        case 'DELETE wifi':
          fake.networks = fake.networks.map((one) => (one.ssid === first ? { ...one, known: false } : one))
          return null
        case 'GET logs':
          return page(query)
        default:
          throw new HobError('not_found', { path: what })
      }
    },
  }
  return fake
}

const levels = ['debug', 'info', 'warn', 'error']

export const matches = (entry: LogEntry, service: string | undefined, level: string): boolean =>
  (service === undefined || entry.service === service) && levels.indexOf(entry.level) >= levels.indexOf(level)
