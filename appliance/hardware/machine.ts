// Whose machine it is: DMI on PCs, the device tree on Arm boards. Firmware that was never filled in says so with
// phrases that are no names.
import type { Fact, FactSheet } from '#appliance/contracts/hardware.ts'
import type { Host } from './host.ts'
import { known, notMeasured, readLine } from './read.ts'

const dmi = '/sys/class/dmi/id'
const tree = '/proc/device-tree'
const filler =
  /^(?:to be filled.*|default string|system (?:product name|manufacturer|version)|product name|not (?:applicable|specified|available)|o\.?e\.?m\.?|unknown|none|n\/a|type1.*|x+|0+|\.+|-+)$/iu

export async function readMachine(host: Host, boardModel: string | null): Promise<FactSheet['machine']> {
  const compatible = await readStrings(host, `${tree}/compatible`)
  const [vendor, product, board, firmware] = await Promise.all([
    readName(host, `${dmi}/sys_vendor`),
    readName(host, `${dmi}/product_name`),
    readName(host, `${dmi}/board_name`),
    readName(host, `${dmi}/bios_version`),
  ])
  const model = await readName(host, `${tree}/model`)
  const maker = compatible[0]?.split(',')[0]
  return {
    vendor: first(vendor, maker === undefined || maker === '' ? null : known(maker, `${tree}/compatible`)),
    product: first(
      product,
      model.status === 'known' ? model : boardModel === null ? null : known(boardModel, '/proc/cpuinfo'),
    ),
    // The device tree's list names the board and then its chip: what a profile recognises an Arm board by.
    board: first(board, compatible.length === 0 ? null : known(compatible.join(', '), `${tree}/compatible`)),
    firmware,
  }
}

/** On PCs DMI speaks first; a server-class Arm board has both and DMI names the product. */
const first = (fact: Fact<string>, other: Fact<string> | null): Fact<string> =>
  fact.status === 'known' || other === null ? fact : other

async function readName(host: Host, path: string): Promise<Fact<string>> {
  const line = await readLine(host, path)
  return line.status === 'known' && filler.test(line.value)
    ? notMeasured(`${path} was never filled in (“${line.value}”)`)
    : line
}

async function readStrings(host: Host, path: string): Promise<string[]> {
  const reading = await host.readFile(path)
  return reading.ok
    ? reading.text
        .split(/[\0\n]/u)
        .map((part) => part.trim().slice(0, 64))
        .filter((part) => part !== '')
        .slice(0, 16)
    : []
}

/** The hypervisor's or container's name, "none" on bare metal. */
export async function readVirtualization(host: Host, hypervisor: boolean | null): Promise<Fact<string>> {
  const container = await readLine(host, '/run/systemd/container')
  if (container.status === 'known') return known(container.value, container.source)
  if (await host.exists('/.dockerenv')) return known('docker', '/.dockerenv')
  if (await host.exists('/run/.containerenv')) return known('podman', '/run/.containerenv')

  const [type, product, vendor] = await Promise.all([
    readLine(host, '/sys/hypervisor/type'),
    readLine(host, `${dmi}/product_name`),
    readLine(host, `${dmi}/sys_vendor`),
  ])
  if (type.status === 'known') return type
  const words = [product, vendor].map((fact) => (fact.status === 'known' ? fact.value : '')).join(' ')
  const name =
    /kvm|qemu|vmware|virtualbox|hyper-v|virtual machine|parallels|bhyve|xen|amazon ec2|google compute/iu.exec(
      words,
    )?.[0]
  if (name !== undefined && hypervisor !== false) return known(name.toLowerCase(), `${dmi}/product_name`)
  if (hypervisor === true) return known('a hypervisor that gives no name', '/proc/cpuinfo (flag hypervisor)')
  if (hypervisor === false) return known('none', '/proc/cpuinfo (no flag hypervisor)')
  const virtualTree = await readLine(host, `${tree}/hypervisor/compatible`)
  if (virtualTree.status === 'known') return virtualTree
  return (await host.exists(`${tree}/compatible`))
    ? known('none', `${tree} (no hypervisor node)`)
    : notMeasured('neither the processor nor the firmware says')
}
