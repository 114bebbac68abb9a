// The devices on the PCI bus with their ids and drivers, from /sys/bus/pci: what lspci shows, without running it.
import type { Fact } from '#appliance/contracts/hardware.ts'
import type { Host } from './host.ts'
import { known, linkName, notMeasured, readCount } from './read.ts'

export interface PciDevice {
  /** `0000:c5:00.0` */
  readonly address: string
  readonly folder: string
  /** `vvvv:dddd` */
  readonly id: string
  readonly vendor: string
  /** The two upper bytes of the class, e.g. 0x0300 for a VGA controller. */
  readonly classCode: number
}

export async function listPci(host: Host): Promise<PciDevice[]> {
  const names = (await host.list('/sys/bus/pci/devices')).filter((name) =>
    /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/u.test(name),
  )
  const found = await Promise.all(
    names.slice(0, 512).map(async (address): Promise<PciDevice | null> => {
      const folder = `/sys/bus/pci/devices/${address}`
      const [vendor, device, type] = await Promise.all(
        ['vendor', 'device', 'class'].map((file) => readCount(host, `${folder}/${file}`)),
      )
      if (vendor?.status !== 'known' || device?.status !== 'known' || type?.status !== 'known') return null
      if (vendor.value > 0xffff || device.value > 0xffff) return null
      const vendorId = hex(vendor.value)
      return {
        address,
        folder,
        id: `${vendorId}:${hex(device.value)}`,
        vendor: vendorId,
        classCode: type.value >>> 8,
      }
    }),
  )
  return found.filter((device) => device !== null)
}

export async function readDriver(host: Host, folder: string): Promise<Fact<string>> {
  const name = await linkName(host, `${folder}/driver`)
  return name === null ? notMeasured('no driver is bound to it') : known(name, `${folder}/driver`)
}

/** Devices in one slot differ in the function alone. */
export const sameSlot = (one: PciDevice, other: PciDevice): boolean =>
  one.address.slice(0, -1) === other.address.slice(0, -1) && one.address !== other.address

const hex = (value: number): string => value.toString(16).padStart(4, '0')
