// Wi-Fi, through the door to NetworkManager (network-manager.ts): what is in the air, joining a network, forgetting it. A network
// is joined under a checkpoint of NetworkManager's: what does not work, or is never finished, is undone with the profile made for it.
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Interface, JoinWifi, WifiNetwork } from '../contracts/host-network.ts'
import { HobError } from '../errors.ts'
import { checkWifi } from './addressing.ts'
import { type Device, none, type Objects, type Settings } from './network-manager-objects.ts'
import { plain, refusal, typed } from './system-bus.ts'

/** Longer than the trial of a change and than a join may take. */
const checkpointSeconds = 90
const joinMs = 45_000
const lookMs = 6_000
const pollMs = 250
const mostSeen = 256
/** NM_CHECKPOINT_CREATE_FLAG_DELETE_NEW_CONNECTIONS. */
const deleteNew = 0x02

const accessPointSchema = z.object({
  Ssid: z.instanceof(Uint8Array),
  Strength: z.number(),
  Flags: z.number(),
  WpaFlags: z.number(),
  RsnFlags: z.number(),
})

/** NM_DEVICE_STATE_FAILED. */
const failed = 120
/** NMDeviceStateReason, as far as a person can do something about it. */
const reasons: Readonly<Record<number, string>> = {
  5: 'it gave the box no address',
  6: 'it gave the box no address',
  7: 'the password is wrong, or one is missing',
  8: 'the password may be wrong',
  9: 'the password may be wrong',
  11: 'it did not answer in time; the password may be wrong',
  17: 'it gave the box no address',
  53: 'it is not in reach',
}

/** The network that a Wi-Fi interface is in. */
export async function usedWifi(nm: Objects, device: Device): Promise<Interface['wifi']> {
  if (device.kind !== 'wifi') return null
  const { ActiveAccessPoint: path } = z
    .object({ ActiveAccessPoint: z.string() })
    .parse(await nm.bus.properties(nm.at(device.path, 'Device.Wireless')))
  const seen = path === none ? null : await accessPoint(nm, path)
  return seen === null ? null : { ssid: seen.ssid, signalPercent: seen.signalPercent }
}

export async function wifiSeen(nm: Objects): Promise<WifiNetwork[]> {
  const known = new Set((await wifiProfiles(nm)).map(({ ssid }) => ssid))
  const best = new Map<string, WifiNetwork>()
  for (const device of await wifiDevices(nm)) {
    await lookAround(nm, device)
    const [paths] = await nm.bus.call(nm.at(device.path, 'Device.Wireless'), 'GetAllAccessPoints')
    for (const path of z.array(z.string()).parse(paths)) {
      const seen = await accessPoint(nm, path)
      if (seen === null || (best.get(seen.ssid)?.signalPercent ?? -1) >= seen.signalPercent) continue
      best.set(seen.ssid, { ...seen, known: known.has(seen.ssid) })
    }
  }
  return [...best.values()].toSorted((a, b) => b.signalPercent - a.signalPercent).slice(0, mostSeen)
}

/** Throws network_invalid, wifi_unavailable or wifi_failed. */
export async function joinWifi(nm: Objects, wifi: JoinWifi): Promise<void> {
  checkWifi(wifi)
  const [device] = await wifiDevices(nm)
  if (device === undefined) throw new HobError('wifi_unavailable')
  const before = await wifiProfiles(nm)
  const whyNot = await listenWhyNot(nm, device)
  const [checkpoint] = await begin(nm, device)
  if (wifi.country !== undefined) await obeyRules(nm, device, wifi.country)
  try {
    const how = [profileFor(wifi), device.path, none, { persist: typed('s', 'disk') }]
    const [, active] = await nm.manage('AddAndActivateConnection2', 'a{sa{sv}}ooa{sv}', how)
    await untilJoined(nm, { active: z.string().parse(active), ssid: wifi.ssid, whyNot })
  } catch (error) {
    await nm.manage('CheckpointRollback', 'o', [checkpoint])
    throw error
  }
  await nm.manage('CheckpointDestroy', 'o', [checkpoint])
  for (const { path, ssid } of before) if (ssid === wifi.ssid) await nm.delete(path)
}

export async function forgetWifi(nm: Objects, ssid: string): Promise<void> {
  for (const profile of await wifiProfiles(nm)) if (profile.ssid === ssid) await nm.delete(profile.path)
}

const wifiDevices = async (nm: Objects): Promise<Device[]> =>
  (await nm.devices()).filter(({ kind }) => kind === 'wifi')

async function begin(nm: Objects, device: Device): Promise<readonly unknown[]> {
  try {
    return await nm.manage('CheckpointCreate', 'aouu', [[device.path], checkpointSeconds, deleteNew])
  } catch (error) {
    if (refusal(error) === 'InvalidArguments') throw new HobError('change_pending', {}, { cause: error })
    throw error
  }
}

function profileFor({ ssid, password }: JoinWifi): Settings {
  return {
    connection: { id: typed('s', ssid), type: typed('s', '802-11-wireless') },
    '802-11-wireless': { ssid: typed('ay', Buffer.from(ssid)) },
    // wpa-psk is WPA2 and WPA3 together, where the network has both
    ...(password === null
      ? {}
      : { '802-11-wireless-security': { 'key-mgmt': typed('s', 'wpa-psk'), psk: typed('s', password) } }),
    ipv4: { method: typed('s', 'auto') },
  }
}

/** Which channels a radio may use is a country's own law; wpa_supplicant tells the kernel. Best effort: access points say it, too. */
async function obeyRules(nm: Objects, { device }: Device, country: string): Promise<void> {
  const name = 'fi.w1.wpa_supplicant1'
  const supplicant = { destination: name, path: '/fi/w1/wpa_supplicant1', interface: name }
  try {
    const [path] = await nm.bus.call(supplicant, 'GetInterface', 's', [device])
    const place = {
      ...supplicant,
      path: z.string().parse(path),
      interface: 'org.freedesktop.DBus.Properties',
    }
    await nm.bus.call(place, 'Set', 'ssv', [`${name}.Interface`, 'Country', typed('s', country)])
  } catch (error) {
    if (refusal(error) === null) throw error
  }
}

/** NMActiveConnectionState: 2 is activated, 3 and 4 are its end; one that has ended is soon no object any more. */
async function untilJoined(
  nm: Objects,
  { active, ssid, whyNot }: { active: string; ssid: string; whyNot: () => string },
): Promise<void> {
  const stateSchema = z.object({ State: z.number() })
  for (const until = Date.now() + joinMs; Date.now() < until; await sleep(pollMs)) {
    const seen = await nm.bus.properties(nm.at(active, 'Connection.Active')).catch((error: unknown) => {
      if (refusal(error) === null) throw error
      return { State: 4 }
    })
    const { State: state } = stateSchema.parse(seen)
    if (state === 2) return
    if (state > 2) throw new HobError('wifi_failed', { ssid, detail: whyNot() })
  }
  throw new HobError('wifi_failed', { ssid, detail: 'it did not answer in time' })
}

/** Tells, once joining has failed, why: a radio that has is ready for the next network within a few milliseconds, and says no more. */
async function listenWhyNot(nm: Objects, device: Device): Promise<() => string> {
  let reason = 0
  await nm.bus.listen(nm.at(device.path, 'Device'), 'StateChanged', ([state, , why]) => {
    if (state === failed) reason = Number(why)
  })
  return () => reasons[reason] ?? `it refused (${reason})`
}

/** A radio that was asked a moment ago refuses, and one that is busy is late: then what is known is what was seen before. */
async function lookAround(nm: Objects, device: Device): Promise<void> {
  const radio = nm.at(device.path, 'Device.Wireless')
  const lastLook = async (): Promise<unknown> => (await nm.bus.properties(radio))['LastScan']
  if (device.state < 30) return
  const before = await lastLook()
  try {
    await nm.bus.call(radio, 'RequestScan', 'a{sv}', [{}])
  } catch (error) {
    if (refusal(error) === null) throw error
    return
  }
  for (const until = Date.now() + lookMs; Date.now() < until; await sleep(pollMs))
    if ((await lastLook()) !== before) return
}

/** Null for one that hides its name, or has none that can be read. */
async function accessPoint(nm: Objects, path: string): Promise<Omit<WifiNetwork, 'known'> | null> {
  const found = await nm.bus.properties(nm.at(path, 'AccessPoint')).catch((error: unknown) => {
    if (refusal(error) === null) throw error
    // out of reach since it was listed
    return null
  })
  if (found === null) return null
  const seen = accessPointSchema.parse(found)
  const ssid = textOf(seen.Ssid)
  if (ssid === null) return null
  return { ssid, signalPercent: Math.min(100, seen.Strength), security: securityOf(seen) }
}

/** NM80211ApSecurityFlags: 0x200 and 0x2000 are enterprise's key management; NM80211ApFlags: 1 is privacy. */
function securityOf({ Flags: flags, WpaFlags: wpa, RsnFlags: rsn }: z.infer<typeof accessPointSchema>) {
  if (((wpa | rsn) & 0x2200) !== 0) return 'enterprise'
  return wpa === 0 && rsn === 0 && (flags & 1) === 0 ? 'open' : 'password'
}

async function wifiProfiles(nm: Objects): Promise<{ path: string; ssid: string }[]> {
  const found: { path: string; ssid: string }[] = []
  for (const path of await nm.profiles()) {
    const bytes = plain((await nm.profile(path))['802-11-wireless']?.['ssid'])
    const ssid = bytes instanceof Uint8Array ? textOf(bytes) : null
    if (ssid !== null) found.push({ path, ssid })
  }
  return found
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes) || null
  } catch {
    return null
  }
}
