// Physical cores, performance cores and caches, from /sys/devices. Hybrid processors are told apart by what the kernel
// says of them, in this order: Intel's cpu_core list, the scheduler's cpu_capacity, the highest clock.
import type { Fact } from '#appliance/contracts/hardware.ts'
import type { Host } from './host.ts'
import { countOf, known, listOf, notMeasured, readCount, readLine } from './read.ts'

const cpuFolder = '/sys/devices/system/cpu'
/** Below this share of the fastest core's clock it is another kind of core. Favoured cores of one kind differ by up
 *  to 16 % (amd_pstate reports 6.08 beside 5.14 GHz); a Zen 5c or Gracemont core stays below two thirds. */
const sameKind = 0.75

export interface Cores {
  readonly physicalCores: Fact<number>
  readonly performanceCores: Fact<number>
  readonly lastLevelCacheBytes: Fact<number>
}

/** `processors` is how many /proc/cpuinfo lists: a topology of fewer was not read to its end and counts nothing. */
export async function readCores(host: Host, processors: number): Promise<Cores> {
  const listed = (await host.list(cpuFolder)).flatMap((name) => /^cpu(\d{1,5})$/u.exec(name)?.[1] ?? [])
  const coreOf = await siblings(host, listed)
  // One that is switched off has a folder without a topology.
  const cpus = coreOf.size === 0 ? listed : listed.filter((cpu) => coreOf.has(cpu))
  const physicalCores =
    coreOf.size === 0 || coreOf.size < processors
      ? notMeasured(`${cpuFolder} says too little of the cores' topology`)
      : known(new Set(coreOf.values()).size, `${cpuFolder}/cpu*/topology`)
  return {
    physicalCores,
    performanceCores: await performance(host, cpus, coreOf, physicalCores),
    lastLevelCacheBytes: await lastLevelCache(host, cpus),
  }
}

/** CPU number → a name that all threads of its core share. */
async function siblings(host: Host, cpus: readonly string[]): Promise<Map<string, string>> {
  const pairs = await Promise.all(
    cpus.map(async (cpu) => {
      const topology = `${cpuFolder}/cpu${cpu}/topology`
      const core = await readLine(host, `${topology}/core_cpus_list`)
      const list = core.status === 'known' ? core : await readLine(host, `${topology}/thread_siblings_list`)
      return [cpu, list.status === 'known' && listOf(list.value).length > 0 ? list.value : null] as const
    }),
  )
  return new Map(pairs.flatMap(([cpu, core]) => (core === null ? [] : [[cpu, core] as const])))
}

async function performance(
  host: Host,
  cpus: readonly string[],
  coreOf: ReadonlyMap<string, string>,
  physicalCores: Fact<number>,
): Promise<Fact<number>> {
  const count = (chosen: readonly string[]): number =>
    new Set(chosen.map((cpu) => coreOf.get(cpu) ?? cpu)).size

  const intel = await readLine(host, '/sys/devices/cpu_core/cpus')
  const listed = intel.status === 'known' ? listOf(intel.value).map(String) : []
  if (listed.length > 0) return known(count(listed), '/sys/devices/cpu_core/cpus')

  for (const [file, share] of [
    ['cpu_capacity', 0.95],
    ['cpufreq/cpuinfo_max_freq', sameKind],
  ] as const) {
    const values = await Promise.all(cpus.map((cpu) => readCount(host, `${cpuFolder}/cpu${cpu}/${file}`)))
    const numbers = values.map((fact) => (fact.status === 'known' ? fact.value : 0))
    const highest = numbers.reduce((most, value) => Math.max(most, value), 0)
    const fastest = cpus.filter((_, index) => (numbers[index] ?? 0) >= highest * share)
    const lowest = numbers.reduce((least, value) => Math.min(least, value), highest)
    // Virtual machines report the same capacity for every core whatever is beneath them: only a difference is news.
    if (lowest > 0 && (lowest < highest * share || file !== 'cpu_capacity'))
      return known(count(fastest), `${cpuFolder}/cpu*/${file}`)
  }
  // Only Intel's bare metal has this folder without cpu_core and cpu_atom beside it: all cores are of one kind.
  if (physicalCores.status === 'known' && (await host.exists('/sys/devices/cpu/caps/pmu_name')))
    return known(physicalCores.value, '/sys/devices/cpu (all cores alike)')
  return notMeasured('nothing here tells one kind of core from another')
}

/** The caches of the highest level, each counted once: two of 32 MiB are 64 MiB. */
async function lastLevelCache(host: Host, cpus: readonly string[]): Promise<Fact<number>> {
  const found = await Promise.all(
    cpus.map(async (cpu) => {
      const folder = `${cpuFolder}/cpu${cpu}/cache`
      // The last index is the highest level: reading it alone keeps the probe short on machines of many cores.
      const index = (await host.list(folder)).findLast((name) => /^index\d$/u.test(name))
      if (index === undefined) return null
      const [level, size, shared] = await Promise.all([
        readCount(host, `${folder}/${index}/level`),
        readLine(host, `${folder}/${index}/size`),
        readLine(host, `${folder}/${index}/shared_cpu_list`),
      ])
      const bytes = size.status === 'known' ? cacheBytes(size.value) : null
      if (level.status !== 'known' || bytes === null) return null
      return { level: level.value, bytes, shared: shared.status === 'known' ? shared.value : cpu }
    }),
  )
  const caches = found.filter((cache) => cache !== null)
  const top = caches.reduce((level, cache) => Math.max(level, cache.level), 0)
  if (top === 0) return notMeasured(`${cpuFolder}/cpu*/cache lists no caches`)
  const sizes = new Map(
    caches.filter((cache) => cache.level === top).map((cache) => [cache.shared, cache.bytes]),
  )
  const total = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0)
  return total > 0
    ? known(total, `${cpuFolder}/cpu*/cache (level ${top})`)
    : notMeasured(`${cpuFolder}/cpu*/cache gives no size`)
}

function cacheBytes(text: string): number | null {
  const [, digits, unit] = /^(\d{1,9})([KMG])?$/u.exec(text) ?? []
  const value = countOf(digits)
  if (value === null) return null
  return value * (unit === 'G' ? 1024 ** 3 : unit === 'M' ? 1024 ** 2 : unit === 'K' ? 1024 : 1)
}
