// Neural processors on Linux: by device node and driver, never by the processor's name, which promises NPUs that the
// firmware switched off. One that is on the bus without a driver is listed, and said to have none.
import type { FactSheet } from '#appliance/contracts/hardware.ts'
import type { Host } from './host.ts'
import { type PciDevice, readDriver } from './pci.ts'
import { known, linkName, notMeasured } from './read.ts'

type Npu = FactSheet['npus'][number]

/** From the Linux drivers' PCI tables: drivers/accel/ivpu and drivers/accel/amdxdna. */
const pciNames: Readonly<Record<string, string>> = {
  '8086:7d1d': 'Intel NPU (Meteor Lake)',
  '8086:ad1d': 'Intel NPU (Arrow Lake)',
  '8086:643e': 'Intel NPU (Lunar Lake)',
  '8086:b03e': 'Intel NPU (Panther Lake)',
  '8086:fd3e': 'Intel NPU (Wildcat Lake)',
  '1022:1502': 'AMD XDNA NPU',
  '1022:17f0': 'AMD XDNA 2 NPU',
}
const driverNames: Readonly<Record<string, string>> = {
  rocket: 'Rockchip NPU',
  RKNPU: 'Rockchip NPU',
  rknpu: 'Rockchip NPU',
  habanalabs: 'Intel Gaudi',
  qaic: 'Qualcomm Cloud AI',
}

export async function readNpus(host: Host, pci: readonly PciDevice[]): Promise<Npu[]> {
  const nodes = (await host.list('/sys/class/accel')).filter((name) => /^accel\d+$/u.test(name))
  const withNode = await Promise.all(nodes.map((node) => readNode(host, node, pci)))
  const seen = new Set(withNode.map(({ address }) => address))
  const without = await Promise.all(
    pci
      .filter((device) => device.id in pciNames && !seen.has(device.address))
      .map(
        async (device): Promise<Npu> => ({
          name: pciNames[device.id] ?? device.id,
          driver: await readDriver(host, device.folder),
          device: device.folder,
          pciId: known(device.id, device.folder),
        }),
      ),
  )
  return [...withNode.map(({ npu }) => npu), ...without, ...(await readVendorRockchip(host, nodes))]
}

async function readNode(
  host: Host,
  node: string,
  pci: readonly PciDevice[],
): Promise<{ npu: Npu; address: string | null }> {
  const folder = `/sys/class/accel/${node}/device`
  const address = await linkName(host, folder)
  const device = pci.find((candidate) => candidate.address === address)
  const driver = await readDriver(host, folder)
  const name =
    (device === undefined ? undefined : pciNames[device.id]) ??
    (driver.status === 'known'
      ? (driverNames[driver.value] ?? `Accelerator (${driver.value})`)
      : 'Accelerator')
  const path = `/dev/accel/${node}`
  return {
    npu: {
      name,
      driver,
      device: (await host.exists(path)) ? path : folder,
      pciId: device === undefined ? notMeasured('it is not on PCI') : known(device.id, device.folder),
    },
    address,
  }
}

/** Rockchip's own kernels have no accel class; their driver shows on the platform bus. */
async function readVendorRockchip(host: Host, nodes: readonly string[]): Promise<Npu[]> {
  const folder = '/sys/bus/platform/drivers/RKNPU'
  if (nodes.length > 0 || !(await host.exists(folder))) return []
  return [
    {
      name: 'Rockchip NPU',
      driver: known('RKNPU', folder),
      device: folder,
      pciId: notMeasured('it is not on PCI'),
    },
  ]
}
