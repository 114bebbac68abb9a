// NetworkManager's objects on D-Bus, as far as the door's other files (network-manager*.ts) need them: devices, profiles ("connections"),
// and what a device's activation uses of one. Numbers are from NetworkManager's own nm-dbus-interface.h, 1.52.
import { isIP } from 'node:net'
import { z } from 'zod'
import type { Interface } from '../contracts/host-network.ts'
import { onSystemBus, type Place, plain, refusal, type SystemBus } from './system-bus.ts'

export type Objects = ReturnType<typeof objectsOn>

/** A profile as D-Bus has it: section → key → value with its type. What is not changed goes back as it came. */
export type Settings = z.infer<typeof settingsSchema>
const settingsSchema = z.record(z.string(), z.record(z.string(), z.unknown()))

export interface Device {
  readonly path: string
  readonly device: string
  readonly kind: 'ethernet' | 'wifi'
  readonly state: number
  readonly mac: string
  /** Object paths; `/` is none. */
  readonly active: string
  readonly ip4: string
  readonly ip6: string
}

const name = 'org.freedesktop.NetworkManager'
export const none = '/'

/** NMDeviceType. A container's Ethernet is one end of a veth pair. */
const kinds: Readonly<Record<number, Device['kind']>> = { 1: 'ethernet', 2: 'wifi', 20: 'ethernet' }

/** NMDeviceState. */
const activated = 100
const stateOf = (state: number): Interface['state'] => {
  if (state === activated) return 'connected'
  if (state >= 40 && state < activated) return 'connecting'
  if (state === 120) return 'failed'
  return state === 20 ? 'unplugged' : 'off'
}

const deviceSchema = z.object({
  Interface: z.string(),
  DeviceType: z.number(),
  State: z.number(),
  HwAddress: z.string(),
  Managed: z.boolean(),
  ActiveConnection: z.string(),
  Ip4Config: z.string(),
  Ip6Config: z.string(),
})

const ipSchema = z.object({
  AddressData: z.array(z.object({ address: z.string(), prefix: z.number() })).default([]),
  Gateway: z.string().default(''),
  NameserverData: z.array(z.object({ address: z.string() })).default([]),
})

export const withObjects = <Result>(
  address: string | undefined,
  work: (nm: Objects) => Promise<Result>,
): Promise<Result> =>
  onSystemBus({ address, service: 'NetworkManager' }, async (bus) => await work(objectsOn(bus)))

function objectsOn(bus: SystemBus) {
  const at = (path: string, part = ''): Place => ({
    destination: name,
    path,
    interface: part === '' ? name : `${name}.${part}`,
  })
  const manager = at('/org/freedesktop/NetworkManager')
  const settings = at('/org/freedesktop/NetworkManager/Settings', 'Settings')
  const paths = z.array(z.string())
  const objects = {
    bus,
    at,
    /** A method of the manager itself. */
    manage: (member: string, signature = '', body: readonly unknown[] = []) =>
      bus.call(manager, member, signature, body),
    managerProperties: () => bus.properties(manager),

    devices: async (): Promise<Device[]> => {
      const [found] = await bus.call(manager, 'GetDevices')
      const all = await Promise.all(paths.parse(found).map(objects.device))
      return all.filter((one) => one !== null).toSorted((a, b) => a.device.localeCompare(b.device))
    },

    /** Null for what is not ours to show: bridges, loopback, what is left to others. */
    device: async (path: string): Promise<Device | null> => {
      const seen = deviceSchema.parse(await bus.properties(at(path, 'Device')))
      const kind = kinds[seen.DeviceType]
      if (kind === undefined || !seen.Managed) return null
      const { Interface: device, State: state, HwAddress: mac } = seen
      return {
        path,
        device,
        kind,
        state,
        mac,
        active: seen.ActiveConnection,
        ip4: seen.Ip4Config,
        ip6: seen.Ip6Config,
      }
    },

    /** What the device does now, and a number that changes with it; null where it does nothing. */
    applied: async (device: Device): Promise<{ settings: Settings; version: unknown } | null> => {
      try {
        const [now, version] = await bus.call(at(device.path, 'Device'), 'GetAppliedConnection', 'u', [0])
        return { settings: settingsSchema.parse(now), version }
      } catch (error) {
        if (refusal(error) === 'NotActive') return null
        throw error
      }
    },

    profiles: async (): Promise<string[]> => paths.parse((await bus.call(settings, 'ListConnections'))[0]),

    profile: async (path: string): Promise<Settings> => {
      const [found] = await bus.call(at(path, 'Settings.Connection'), 'GetSettings')
      return settingsSchema.parse(found)
    },

    /** Writes it to disk, secrets as they are, without touching what the device does. */
    save: async (path: string, next: Settings): Promise<void> => {
      const [toDisk, noReapply] = [0x1, 0x40]
      const how = [next, toDisk | noReapply, {}]
      await bus.call(at(path, 'Settings.Connection'), 'Update2', 'a{sa{sv}}ua{sv}', how)
    },

    delete: async (path: string): Promise<void> => {
      await bus.call(at(path, 'Settings.Connection'), 'Delete')
    },

    /** The profile that an activation uses. */
    profileOf: async (active: string): Promise<string> => {
      const found = await bus.properties(at(active, 'Connection.Active'))
      return z.string().parse(found['Connection'])
    },
  }

  return objects
}

/** One interface as people see it. */
export async function interfaceOf(nm: Objects, device: Device): Promise<Interface> {
  const [four, six] = await Promise.all([
    ipOf(nm, device.ip4, 'IP4Config'),
    ipOf(nm, device.ip6, 'IP6Config'),
  ])
  const applied = await nm.applied(device)
  const method = plain(applied?.settings['ipv4']?.['method'])
  return {
    device: device.device,
    kind: device.kind,
    state: stateOf(device.state),
    mac: device.mac === '' ? null : device.mac,
    method: method === 'manual' ? 'static' : method === 'auto' ? 'automatic' : 'off',
    addresses: [...four.AddressData, ...six.AddressData].map(({ address, prefix }) => `${address}/${prefix}`),
    gateway: isIP(four.Gateway) === 4 ? four.Gateway : null,
    dns: four.NameserverData.map((one) => one.address),
    wifi: null,
  }
}

async function ipOf(nm: Objects, path: string, part: string) {
  return ipSchema.parse(path === none ? {} : await nm.bus.properties(nm.at(path, part)))
}
