// The fact sheet of a Mac, from systeminformation's answers. Pure: zeros and empty strings become reasons.
import type { Fact, FactSheet } from '#appliance/contracts/hardware.ts'
import { extensionsOf, type IsaLevel, isaLevelOf } from './isa.ts'
import type { MacFacts } from './library.ts'
import { modulesOf } from './memory.ts'
import { known, notMeasured } from './read.ts'

const source = 'systeminformation'
const silent = 'macOS did not say'

type MacSheet = Pick<FactSheet, 'machine' | 'cpu' | 'gpus' | 'npus' | 'disks'> & {
  readonly release: Fact<string>
  readonly virtualization: Fact<string>
  readonly memory: Omit<FactSheet['memory'], 'bandwidthGBps'>
}

export function macSheet(mac: MacFacts | null, architecture: FactSheet['cpu']['architecture']): MacSheet {
  const text = (value: string | undefined): Fact<string> =>
    value === undefined || value.trim() === ''
      ? notMeasured(silent)
      : known(value.trim().slice(0, 256), source)
  const count = (value: number | undefined): Fact<number> =>
    value === undefined || value <= 0 || !Number.isSafeInteger(value)
      ? notMeasured(silent)
      : known(value, source)

  const brand =
    mac === null
      ? ''
      : [mac.cpu.manufacturer, mac.cpu.brand]
          .join(' ')
          .replace(/^Apple Apple/u, 'Apple')
          .trim()
  const flags = new Set(
    (mac?.cpu.flags ?? '')
      .toLowerCase()
      .replaceAll('.', '_')
      .split(/\s+/u)
      .filter((flag) => flag !== ''),
  )
  const cores = count(mac?.cpu.cores)
  const modules =
    mac === null
      ? null
      : modulesOf(
          mac.modules.map(({ type, clockSpeed }) => ({ type, speedMTps: Math.round(clockSpeed ?? 0) })),
          source,
        )
  return {
    release: text(mac?.release),
    virtualization:
      mac === null ? notMeasured(silent) : known(mac.system.virtual ? 'a virtual machine' : 'none', source),
    machine: {
      vendor: text(mac?.system.manufacturer),
      product: text(mac?.system.model),
      board: notMeasured('macOS does not name the board'),
      firmware: text(mac?.firmware),
    },
    cpu: {
      model: text(brand),
      vendor: text(mac?.cpu.manufacturer),
      architecture,
      isaLevel: isaOf(architecture, brand, flags),
      extensions:
        flags.size === 0 ? notMeasured('macOS lists no processor flags') : known(extensionsOf(flags), source),
      logicalCores: cores,
      physicalCores: count(mac?.cpu.physicalCores),
      performanceCores: performanceOf(mac, architecture, count),
      lastLevelCacheBytes: count(mac === null ? 0 : Math.max(mac.cpu.cache.l3, mac.cpu.cache.l2)),
      usableCpus: cores,
    },
    memory: {
      totalBytes: count(mac?.memory.total),
      availableBytes: count(mac?.memory.available),
      limitBytes: notMeasured('macOS sets no memory limit'),
      // No swap is a real zero on macOS, which adds swap files when it needs them.
      swapBytes: mac === null ? notMeasured(silent) : known(Math.round(mac.memory.swaptotal), source),
      type: modules?.type ?? notMeasured(silent),
      speedMTps: modules?.speedMTps ?? notMeasured(silent),
    },
    gpus: (mac?.graphics ?? []).map((gpu) => macGpu(gpu)),
    npus: [],
    disks: (mac?.disks ?? []).map((disk) => ({
      device: disk.device === '' ? 'disk' : `/dev/${disk.device.replace(/^\/dev\//u, '')}`,
      model: text(disk.name),
      sizeBytes: count(disk.size),
      rotational: disk.type === '' ? notMeasured(silent) : known(disk.type === 'HD', source),
    })),
  }
}

function performanceOf(
  mac: MacFacts | null,
  architecture: FactSheet['cpu']['architecture'],
  count: (value: number | undefined) => Fact<number>,
): Fact<number> {
  const told = count(mac?.cpu.performanceCores)
  // No Intel Mac was ever built with two kinds of core.
  return told.status === 'known' || architecture !== 'x64' ? told : count(mac?.cpu.physicalCores)
}

/** macOS lists flags on Intel only; Apple's cores have the dot product from the M1 on and I8MM from the M2 on. */
function isaOf(
  architecture: FactSheet['cpu']['architecture'],
  brand: string,
  flags: Set<string>,
): Fact<IsaLevel> {
  const generation = /Apple M(\d)/u.exec(brand)?.[1]
  if (generation !== undefined)
    return known(generation === '1' ? 'armv8.2-a+dotprod' : 'armv8.6-a+i8mm', 'the chip’s name')
  if (architecture === 'x64' && flags.has('avx2')) return known('x86-64-v3', source)
  const level = isaLevelOf(architecture, flags)
  return level === null || architecture !== 'x64'
    ? notMeasured('macOS lists no processor flags')
    : known(level, source)
}

function macGpu({ vendor, model, vram }: MacFacts['graphics'][number]): FactSheet['gpus'][number] {
  const maker = (['apple', 'intel', 'amd', 'nvidia'] as const).find((name) =>
    `${vendor} ${model}`.toLowerCase().includes(name),
  )
  const integrated = maker === 'apple' || maker === 'intel'
  return {
    name: model === '' ? 'Graphics' : model.slice(0, 128),
    vendor: maker ?? 'other',
    pciId: notMeasured('macOS does not say'),
    driver: known('metal', 'macOS'),
    integrated,
    memoryBytes: integrated
      ? notMeasured('it has none of its own: it shares the system’s memory')
      : vram === null || vram === 0
        ? notMeasured(silent)
        : known(Math.round(vram * 1024 * 1024), source),
  }
}
