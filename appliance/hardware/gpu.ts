// Graphics processors on Linux: PCI display controllers, and render nodes of chips that have no PCI (Raspberry Pi,
// Rockchip, Apple). Integrated ones share the system's memory: their carve-out is no second pool beside it.
import type { Fact, FactSheet } from '#appliance/contracts/hardware.ts'
import { integratedNames, platformNames } from './gpu-names.ts'
import type { Host } from './host.ts'
import { type PciDevice, readDriver, sameSlot } from './pci.ts'
import { known, linkName, notMeasured, readCount, readLine, readUdev } from './read.ts'

type Gpu = FactSheet['gpus'][number]

export async function readGpus(host: Host, pci: readonly PciDevice[]): Promise<Gpu[]> {
  const controllers = pci.filter((device) => device.classCode >>> 8 === 0x03)
  const [onPci, onPlatform] = await Promise.all([
    Promise.all(controllers.map((device) => readPciGpu(host, device, pci))),
    readPlatformGpus(host),
  ])
  return [...onPci, ...onPlatform]
}

async function readPciGpu(host: Host, device: PciDevice, pci: readonly PciDevice[]): Promise<Gpu> {
  const vendor = vendors[device.vendor] ?? 'other'
  const integrated = isIntegrated(device, pci)
  return {
    name: await nameOf(host, device, vendor),
    vendor,
    pciId: known(device.id, device.folder),
    driver: await readDriver(host, device.folder),
    integrated,
    memoryBytes: await memoryOf(host, device, vendor, integrated),
  }
}

const vendors: Readonly<Record<string, Gpu['vendor']>> = {
  '8086': 'intel',
  '1002': 'amd',
  '10de': 'nvidia',
  '106b': 'apple',
}

/**
 * Intel's own graphics sit at 00:02; a card of Intel's has a bus of its own. An AMD chip with graphics inside shows
 * them in one slot with its other functions (USB, audio coprocessor), whose vendor is 1022; a card's slot has only 1002.
 */
function isIntegrated(device: PciDevice, pci: readonly PciDevice[]): boolean {
  if (device.id in integratedNames) return true
  if (device.vendor === '8086') return /:00:02\.\d$/u.test(device.address)
  return device.vendor === '1002' && pci.some((other) => other.vendor === '1022' && sameSlot(device, other))
}

async function nameOf(host: Host, device: PciDevice, vendor: Gpu['vendor']): Promise<string> {
  const listed = integratedNames[device.id]
  if (listed !== undefined) return listed
  if (vendor === 'nvidia') {
    const reading = await host.readFile(`/proc/driver/nvidia/gpus/${device.address}/information`)
    const model = reading.ok ? /^Model:\s*(\S.*)$/mu.exec(reading.text)?.[1]?.trim() : undefined
    if (model !== undefined) return model.slice(0, 128)
  }
  const database = await readUdev(host, `+pci:${device.address}`)
  const name = database.get('ID_MODEL_FROM_DATABASE')
  if (name !== undefined && name !== '') return name.slice(0, 128)
  const makers = {
    intel: 'Intel graphics',
    amd: 'AMD graphics',
    nvidia: 'NVIDIA graphics',
    apple: 'Apple graphics',
    other: 'Display adapter',
  }
  return `${makers[vendor]} ${device.id}`
}

async function memoryOf(
  host: Host,
  device: PciDevice,
  vendor: Gpu['vendor'],
  integrated: boolean,
): Promise<Fact<number>> {
  if (vendor === 'amd') {
    const bytes = await readCount(host, `${device.folder}/mem_info_vram_total`)
    return bytes.status === 'known' && bytes.value === 0 ? notMeasured('the driver reports no memory') : bytes
  }
  if (integrated) return notMeasured('it has none of its own: it shares the system’s memory')
  if (vendor === 'nvidia')
    return notMeasured('NVIDIA’s driver tells it only to programs that use the card: see what llama.cpp sees')
  return notMeasured('its driver does not publish it')
}

async function readPlatformGpus(host: Host): Promise<Gpu[]> {
  const nodes = (await host.list('/sys/class/drm')).filter((name) => /^renderD\d+$/u.test(name))
  const found = await Promise.all(
    nodes.map(async (node): Promise<Gpu | null> => {
      const folder = `/sys/class/drm/${node}/device`
      const driver = await linkName(host, `${folder}/driver`)
      // What sits on PCI was seen there; vgem and its like have no device or no known name.
      const name = driver === null ? undefined : platformNames[driver]
      if (
        driver === null ||
        name === undefined ||
        (await readLine(host, `${folder}/vendor`)).status === 'known'
      )
        return null
      return {
        name,
        vendor: driver === 'asahi' ? 'apple' : 'other',
        pciId: notMeasured('it is not on PCI'),
        driver: known(driver, `${folder}/driver`),
        integrated: true,
        memoryBytes: notMeasured('it has none of its own: it shares the system’s memory'),
      }
    }),
  )
  return found.filter((gpu) => gpu !== null)
}
