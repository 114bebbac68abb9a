// Memory on Linux: sizes from /proc/meminfo, the modules' type and speed from what udev read out of SMBIOS (for every
// user; dmidecode needs root), the limit from the cgroup.
import type { Fact, FactSheet } from '#appliance/contracts/hardware.ts'
import type { Host } from './host.ts'
import type { Library } from './library.ts'
import type { Limits } from './limits.ts'
import { countOf, known, notMeasured, readUdev } from './read.ts'

const meminfo = '/proc/meminfo'

export async function readMemory(
  host: Host,
  library: Library,
  limits: Limits,
): Promise<Omit<FactSheet['memory'], 'bandwidthGBps'>> {
  const reading = await host.readFile(meminfo)
  const line = (name: string): Fact<number> => {
    if (!reading.ok) return notMeasured(`${meminfo} ${reading.reason}`)
    const kib = countOf(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'mu').exec(reading.text)?.[1])
    return kib === null ? notMeasured(`${meminfo} has no ${name}`) : known(kib * 1024, `${meminfo} (${name})`)
  }
  const total = line('MemTotal')
  const totalBytes = total.status === 'known' && total.value === 0 ? notMeasured(`${meminfo} says 0`) : total
  return {
    totalBytes,
    availableBytes: line('MemAvailable'),
    limitBytes: limitBelow(totalBytes, limits.memoryBytes),
    swapBytes: line('SwapTotal'),
    ...(await readModules(host, library)),
  }
}

/** Version 1 writes "no limit" as a number far beyond any memory. */
const limitBelow = (total: Fact<number>, limit: Fact<number>): Fact<number> =>
  limit.status === 'known' && total.status === 'known' && limit.value >= total.value
    ? notMeasured('no memory limit is set')
    : limit

interface Modules {
  readonly type: Fact<string>
  readonly speedMTps: Fact<number>
}

async function readModules(host: Host, library: Library): Promise<Modules> {
  const udev = await readUdev(host, '+dmi:id')
  const source = '/run/udev/data/+dmi:id (SMBIOS)'
  const slots = Array.from({ length: 64 }, (_, slot) => `MEMORY_DEVICE_${slot}_`).filter(
    (slot) => udev.get(`${slot}PRESENT`) !== '0' && udev.has(`${slot}TYPE`),
  )
  const fromUdev = modulesOf(
    slots.map((slot) => ({
      type: udev.get(`${slot}TYPE`) ?? '',
      speedMTps: countOf(udev.get(`${slot}CONFIGURED_SPEED_MTS`) ?? udev.get(`${slot}SPEED_MTS`)) ?? 0,
    })),
    source,
  )
  if (fromUdev !== null) return fromUdev
  const missing = 'the firmware does not say, or says it to root alone'
  return (
    modulesOf(await library.memoryModules(), 'SMBIOS, by systeminformation') ?? {
      type: notMeasured(missing),
      speedMTps: notMeasured(missing),
    }
  )
}

/** All modules run at the pace of the slowest. */
export function modulesOf(
  modules: readonly { readonly type: string; readonly speedMTps: number }[],
  source: string,
): Modules | null {
  const type = modules.find((module) => /^(?:LP)?DDR\d/iu.test(module.type))?.type.slice(0, 32)
  if (type === undefined) return null
  const speeds = modules.map((module) => module.speedMTps).filter((speed) => speed > 0)
  return {
    type: known(type, source),
    speedMTps:
      speeds.length === 0
        ? notMeasured('the firmware gives the type of memory, not its speed')
        : known(Math.min(...speeds), source),
  }
}
