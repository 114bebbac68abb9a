// NetworkManager as its door offers it (appliance/host/network-manager.ts), without a machine: interfaces and Wi-Fi networks
// that a test lays out, on its clock. Passes the same suite as the real one (test/contract/network-managers.ts).
import type {
  Addressing,
  HostNetwork,
  Interface,
  PendingChange,
  WifiNetwork,
} from '#appliance/contracts/host-network.ts'
import { HobError } from '#appliance/errors.ts'
import { checkAddressing, checkWifi } from '#appliance/host/addressing.ts'
import type { NetworkManager } from '#appliance/host/network-manager.ts'
import type { Clock } from '#appliance/timers/timers.ts'

export interface FakeInterface {
  readonly device: string
  readonly kind: Interface['kind']
  readonly mac: string
  readonly addressing: Addressing
  /** What the network would give it. */
  readonly automatic?: { address: string; gateway: string; dns: string[] }
  readonly plugged?: boolean
}

/** In the air; a password of null is an open one. */
export interface FakeWifi {
  readonly ssid: string
  readonly password: string | null
  readonly signalPercent: number
}

export interface FakeNetworkManager extends NetworkManager {
  /** Dies and is started again: what was not on the disk is gone. */
  restart(): void
}

interface Options {
  clock: Clock
  interfaces: readonly FakeInterface[]
  air?: readonly FakeWifi[]
  trialSeconds?: number
}

interface Trial extends PendingChange {
  readonly cancel: () => void
}

export function createFakeNetworkManager({
  clock,
  interfaces,
  air = [],
  trialSeconds = 60,
}: Options): FakeNetworkManager {
  const onDisk = new Map(interfaces.map(({ device, addressing }) => [device, addressing]))
  const applied = new Map(onDisk)
  const known = new Set<string>()
  let joined: string | null = null
  let trial: Trial | null = null
  let made = 0

  const find = (device: string): FakeInterface => {
    const found = interfaces.find((one) => one.device === device)
    if (found === undefined) throw new HobError('interface_not_found', { device })
    return found
  }
  const radio = interfaces.find(({ kind }) => kind === 'wifi')
  const isActive = ({ kind, plugged = true }: FakeInterface): boolean =>
    kind === 'wifi' ? joined !== null : plugged
  const addressingOf = ({ device }: FakeInterface): Addressing =>
    applied.get(device) ?? { method: 'automatic' }

  const endTrial = (): void => {
    trial?.cancel()
    trial = null
  }
  const undo = ({ device }: PendingChange): void => {
    applied.set(device, onDisk.get(device) ?? { method: 'automatic' })
    endTrial()
  }
  const onTrial = (id: string): Trial => {
    if (trial?.id !== id) throw new HobError('change_not_found')
    return trial
  }
  const keep = (device: string, addressing: Addressing): void => {
    onDisk.set(device, addressing)
    applied.set(device, addressing)
  }

  const seen = (one: FakeInterface): Interface => {
    const { device, kind, mac, automatic } = one
    const base = { device, kind, mac, addresses: [], gateway: null, dns: [], wifi: null }
    if (!isActive(one)) return { ...base, state: kind === 'wifi' ? 'off' : 'unplugged', method: 'off' }
    const addressing = addressingOf(one)
    const {
      address,
      gateway = null,
      dns = [],
    } = addressing.method === 'static' ? addressing : (automatic ?? {})
    const network = air.find(({ ssid }) => kind === 'wifi' && ssid === joined)
    return {
      ...base,
      state: 'connected',
      method: addressing.method,
      addresses: address === undefined ? [] : [address],
      gateway,
      dns,
      wifi: network === undefined ? null : { ssid: network.ssid, signalPercent: network.signalPercent },
    }
  }

  return {
    read: (): Promise<HostNetwork> => {
      const pending =
        trial === null ? null : { id: trial.id, device: trial.device, confirmBy: trial.confirmBy }
      return Promise.resolve({ interfaces: interfaces.map(seen), pending })
    },
    // oxlint-disable-next-line typescript/require-await -- what it throws is to be a rejection
    change: async (device, addressing) => {
      checkAddressing(addressing)
      const found = find(device)
      if (!isActive(found)) throw new HobError('interface_unplugged', { device })
      if (trial !== null) throw new HobError('change_pending')
      const end = new Date(clock.now().getTime() + trialSeconds * 1_000)
      const pending = { id: `${++made}-${clock.now().getTime()}`, device, confirmBy: end.toISOString() }
      trial = { ...pending, cancel: clock.at(end, () => undo(pending)) }
      return {
        pending,
        // oxlint-disable-next-line typescript/require-await -- as above
        apply: async () => {
          onTrial(pending.id)
          applied.set(device, addressing)
        },
      }
    },
    // oxlint-disable-next-line typescript/require-await -- as above
    confirm: async (id) => {
      const { device } = onTrial(id)
      keep(device, applied.get(device) ?? { method: 'automatic' })
      endTrial()
    },
    // oxlint-disable-next-line typescript/require-await -- as above
    revert: async (id) => undo(onTrial(id)),
    wifiSeen: () =>
      Promise.resolve(
        (radio === undefined ? [] : air)
          .map(({ ssid, password, signalPercent }): WifiNetwork => {
            const security = password === null ? 'open' : 'password'
            return { ssid, signalPercent, security, known: known.has(ssid) }
          })
          .toSorted((a, b) => b.signalPercent - a.signalPercent),
      ),
    // oxlint-disable-next-line typescript/require-await -- as above
    joinWifi: async ({ ssid, password }) => {
      checkWifi({ ssid, password })
      if (radio === undefined) throw new HobError('wifi_unavailable')
      const network = air.find((one) => one.ssid === ssid)
      if (network === undefined) throw new HobError('wifi_failed', { ssid, detail: 'it is not in reach' })
      if (network.password !== password)
        throw new HobError('wifi_failed', { ssid, detail: 'the password is wrong, or one is missing' })
      joined = ssid
      known.add(ssid)
      keep(radio.device, { method: 'automatic' })
    },
    forgetWifi: (ssid) => {
      known.delete(ssid)
      if (joined === ssid) joined = null
      return Promise.resolve()
    },
    restart: () => {
      endTrial()
      for (const [device, addressing] of onDisk) applied.set(device, addressing)
    },
  }
}
