// The door to NetworkManager (1.52), by its own interface on D-Bus: nothing of a call stands in a process list, as nmcli's and busctl's
// arguments do, and it alone has checkpoints that outlive who made them. Keeps no state: what is on trial is NetworkManager's to know.
//
// A change on trial touches what the interface does now (Reapply) and not the profile on the disk, under a checkpoint that
// NetworkManager undoes by itself. So it is undone whoever dies: the steward, and the checkpoint's time ends; NetworkManager or the
// whole box, and the next start reads the profile as it was. A confirmation writes the profile, then drops the checkpoint.
//
//   settled ──change──▶ announced ──apply──▶ on trial ──confirm──▶ settled, on the disk
//                           └──── revert, or the time is up ────▶ settled, as before
import { uptime } from 'node:os'
import { z } from 'zod'
import {
  type Addressing,
  confirmWithinSeconds,
  type HostNetwork,
  type JoinWifi,
  type PendingChange,
  type WifiNetwork,
} from '../contracts/host-network.ts'
import { HobError } from '../errors.ts'
import { checkAddressing, splitAddress } from './addressing.ts'
import {
  type Device,
  interfaceOf,
  type Objects,
  type Settings,
  withObjects,
} from './network-manager-objects.ts'
import { forgetWifi, joinWifi, usedWifi, wifiSeen } from './network-manager-wifi.ts'
import { plain, refusal, typed } from './system-bus.ts'

export interface NetworkManager {
  read(): Promise<HostNetwork>
  /**
   * Announces a change: `apply` makes it, when whoever asked has had the answer, which may not reach them later.
   * Throws network_invalid, interface_not_found, interface_unplugged or change_pending.
   */
  change(device: string, addressing: Addressing): Promise<{ pending: PendingChange; apply(): Promise<void> }>
  /** Throws change_not_found. */
  confirm(id: string): Promise<void>
  /** Throws change_not_found. */
  revert(id: string): Promise<void>
  /** After a look around that takes a few seconds. */
  wifiSeen(): Promise<WifiNetwork[]>
  /** Resolves when the box is in it. Throws network_invalid, wifi_unavailable or wifi_failed, and all is as before. */
  joinWifi(wifi: JoinWifi): Promise<void>
  forgetWifi(ssid: string): Promise<void>
}

interface Options {
  /** Of the bus, where it is not the system's own. */
  address?: string
  /** How long a change is on trial. */
  trialSeconds?: number
}

export function createNetworkManager({
  address,
  trialSeconds = confirmWithinSeconds,
}: Options = {}): NetworkManager {
  const use = <Result>(work: (nm: Objects) => Promise<Result>): Promise<Result> => withObjects(address, work)
  return {
    read: () =>
      use(async (nm) => {
        const devices = await nm.devices()
        const interfaces = await Promise.all(
          devices.map(async (one) => ({ ...(await interfaceOf(nm, one)), wifi: await usedWifi(nm, one) })),
        )
        const [trial] = await trials(nm, trialSeconds)
        const on = devices.find(({ path }) => path === trial?.device)
        const pending = trial === undefined || on === undefined ? null : pendingOf(trial, on)
        return { interfaces, pending }
      }),

    change: (name, addressing) =>
      use(async (nm) => {
        checkAddressing(addressing)
        const device = await findDevice(nm, name)
        if ((await nm.applied(device)) === null) throw new HobError('interface_unplugged', { device: name })
        const trial = await beginTrial(nm, device, trialSeconds)
        return {
          pending: pendingOf(trial, device),
          apply: () => use(async (later) => await reapply(later, device, addressing, trial)),
        }
      }),

    confirm: (id) =>
      use(async (nm) => {
        const trial = await findTrial(nm, id, trialSeconds)
        const device = await nm.device(trial.device)
        const applied = device === null ? null : await nm.applied(device)
        // whoever unplugs the cable cannot be asked
        if (device === null || applied === null) throw new HobError('change_not_found')
        const path = await nm.profileOf(device.active)
        await nm.save(path, { ...(await nm.profile(path)), ipv4: applied.settings['ipv4'] ?? {} })
        await nm.manage('CheckpointDestroy', 'o', [trial.path])
      }),

    revert: (id) =>
      use(async (nm) => {
        const trial = await findTrial(nm, id, trialSeconds)
        await nm.manage('CheckpointRollback', 'o', [trial.path])
      }),

    wifiSeen: () => use(wifiSeen),
    joinWifi: (wifi) => use(async (nm) => await joinWifi(nm, wifi)),
    forgetWifi: (ssid) => use(async (nm) => await forgetWifi(nm, ssid)),
  }
}

/** A checkpoint with this time to live is a change on trial: what joins a Wi-Fi network makes one with another. */
interface Trial {
  readonly path: string
  readonly id: string
  /** Its object path. */
  readonly device: string
  readonly confirmBy: Date
}

const checkpointSchema = z.object({
  Devices: z.array(z.string()),
  /** Milliseconds since the machine's start, with its sleep. */
  Created: z.bigint().transform(Number),
  RollbackTimeout: z.number(),
})

async function trials(nm: Objects, seconds: number): Promise<Trial[]> {
  const { Checkpoints: paths } = z
    .object({ Checkpoints: z.array(z.string()) })
    .parse(await nm.managerProperties())
  const found: Trial[] = []
  for (const path of paths) {
    const seen = checkpointSchema.parse(await nm.bus.properties(nm.at(path, 'Checkpoint')))
    const [device] = seen.Devices
    if (device === undefined || seen.RollbackTimeout !== seconds) continue
    const leftMs = seen.Created + seconds * 1_000 - uptime() * 1_000
    // its number begins anew with each start of NetworkManager
    const id = `${path.split('/').at(-1)}-${seen.Created}`
    found.push({ path, id, device, confirmBy: new Date(Date.now() + leftMs) })
  }
  return found
}

async function findTrial(nm: Objects, id: string, seconds: number): Promise<Trial> {
  const found = (await trials(nm, seconds)).find((one) => one.id === id)
  if (found === undefined) throw new HobError('change_not_found')
  return found
}

async function beginTrial(nm: Objects, device: Device, seconds: number): Promise<Trial> {
  const create = async (): Promise<unknown> => {
    try {
      return (await nm.manage('CheckpointCreate', 'aouu', [[device.path], seconds, 0]))[0]
    } catch (error) {
      // the device stands in another one
      if (refusal(error) === 'InvalidArguments') throw new HobError('change_pending', {}, { cause: error })
      throw error
    }
  }
  const path = await create()
  const all = await trials(nm, seconds)
  const own = all.find((one) => one.path === path)
  if (own !== undefined && all.length === 1) return own
  // two came at the same moment, for two devices
  await nm.manage('CheckpointDestroy', 'o', [path])
  throw new HobError('change_pending')
}

async function reapply(nm: Objects, device: Device, addressing: Addressing, trial: Trial): Promise<void> {
  const checkpoints = plain((await nm.managerProperties())['Checkpoints'])
  // undone meanwhile: without it nothing would undo what comes now
  if (!Array.isArray(checkpoints) || !checkpoints.includes(trial.path)) throw new HobError('change_not_found')
  try {
    const applied = await nm.applied(device)
    const next: Settings = { ...applied?.settings, ipv4: ipv4Of(addressing) }
    const how = [next, applied?.version ?? 0n, 0]
    await nm.bus.call(nm.at(device.path, 'Device'), 'Reapply', 'a{sa{sv}}tu', how)
  } catch (error) {
    await nm.manage('CheckpointRollback', 'o', [trial.path])
    throw error
  }
}

async function findDevice(nm: Objects, name: string): Promise<Device> {
  const found = (await nm.devices()).find(({ device }) => device === name)
  if (found === undefined) throw new HobError('interface_not_found', { device: name })
  return found
}

const pendingOf = ({ id, confirmBy }: Trial, { device }: Device): PendingChange => ({
  id,
  device,
  confirmBy: confirmBy.toISOString(),
})

function ipv4Of(addressing: Addressing): Settings[string] {
  if (addressing.method === 'automatic') return { method: typed('s', 'auto') }
  const { address, prefix } = splitAddress(addressing.address)
  const data = [{ address: typed('s', address), prefix: typed('u', prefix) }]
  return {
    method: typed('s', 'manual'),
    'address-data': typed('aa{sv}', data),
    ...(addressing.gateway === null ? {} : { gateway: typed('s', addressing.gateway) }),
    ...(addressing.dns.length === 0 ? {} : { 'dns-data': typed('as', addressing.dns) }),
  }
}
