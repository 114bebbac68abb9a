// What the kernel leaves to this process: CPU quota and memory limit of its cgroup (version 2, version 1 and both at
// once) and of the groups above it, and its affinity mask. A limit anywhere on the way up binds.
import type { Fact } from '#appliance/contracts/hardware.ts'
import type { Host } from './host.ts'
import { countOf, known, listOf, notMeasured, readLine } from './read.ts'

export interface Limits {
  readonly quotaCpus: Fact<number>
  readonly affinityCpus: Fact<number>
  readonly memoryBytes: Fact<number>
}

export async function readLimits(host: Host): Promise<Limits> {
  const groups = await ownGroups(host)
  return {
    quotaCpus: least(await cpuQuotas(host, groups), 'no CPU quota is set'),
    affinityCpus: await affinity(host),
    memoryBytes: least(await memoryLimits(host, groups), 'no memory limit is set'),
  }
}

interface Groups {
  /** Folders to look into, from the process's own group up to the root, for the unified hierarchy. */
  readonly unified: readonly string[]
  readonly cpu: readonly string[]
  readonly memory: readonly string[]
}

async function ownGroups(host: Host): Promise<Groups> {
  const reading = await host.readFile('/proc/self/cgroup')
  const lines = reading.ok ? reading.text.split('\n').slice(0, 64) : []
  const paths = new Map<string, string>()
  for (const line of lines) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/u.exec(line) ?? []
    if (controllers === undefined || path === undefined) continue
    for (const controller of controllers.split(',')) paths.set(controller, path)
  }
  const under = (mounts: readonly string[], path: string | undefined): string[] =>
    mounts.flatMap((mount) => upwards(path ?? '/').map((group) => `${mount}${group}`))
  return {
    unified: under(['/sys/fs/cgroup', '/sys/fs/cgroup/unified'], paths.get('')),
    cpu: under(['/sys/fs/cgroup/cpu', '/sys/fs/cgroup/cpu,cpuacct'], paths.get('cpu')),
    memory: under(['/sys/fs/cgroup/memory'], paths.get('memory')),
  }
}

/** `/a/b` → `/a/b`, `/a`, ``. In a container the path may lie outside of what is mounted; then only the root is there. */
function upwards(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..')
  return parts
    .slice(0, 16)
    .map((_, index) => `/${parts.slice(0, parts.length - index).join('/')}`)
    .concat('')
}

async function cpuQuotas(host: Host, groups: Groups): Promise<Fact<number>[]> {
  const unified = groups.unified.map(async (folder): Promise<Fact<number>> => {
    const path = `${folder}/cpu.max`
    const line = await readLine(host, path)
    if (line.status !== 'known') return line
    const [quota, period] = line.value.split(' ').map(countOf)
    return share(quota, period, path)
  })
  const legacy = groups.cpu.map(async (folder): Promise<Fact<number>> => {
    const path = `${folder}/cpu.cfs_quota_us`
    const [quota, period] = await Promise.all([
      readLine(host, path),
      readLine(host, `${folder}/cpu.cfs_period_us`),
    ])
    if (quota.status !== 'known' || period.status !== 'known') return notMeasured('no CPU quota is set')
    return share(countOf(quota.value), countOf(period.value), path)
  })
  return Promise.all([...unified, ...legacy])
}

const share = (
  quota: number | null | undefined,
  period: number | null | undefined,
  path: string,
): Fact<number> =>
  typeof quota === 'number' && typeof period === 'number' && quota > 0 && period > 0
    ? known(quota / period, path)
    : notMeasured('no CPU quota is set')

async function memoryLimits(host: Host, groups: Groups): Promise<Fact<number>[]> {
  // Past memory.high the kernel throttles hard: for a model that is a limit like memory.max.
  const files = [
    ...groups.unified.flatMap((folder) => [`${folder}/memory.max`, `${folder}/memory.high`]),
    ...groups.memory.map((folder) => `${folder}/memory.limit_in_bytes`),
  ]
  return Promise.all(
    files.map(async (path): Promise<Fact<number>> => {
      const line = await readLine(host, path)
      const bytes = line.status === 'known' ? countOf(line.value) : null
      return bytes === null || bytes === 0 ? notMeasured('no memory limit is set') : known(bytes, path)
    }),
  )
}

async function affinity(host: Host): Promise<Fact<number>> {
  const reading = await host.readFile('/proc/self/status')
  if (!reading.ok) return notMeasured(`/proc/self/status ${reading.reason}`)
  const list = /^Cpus_allowed_list:\s*(\S+)$/mu.exec(reading.text)?.[1]
  const count = list === undefined ? 0 : listOf(list).length
  return count > 0
    ? known(count, '/proc/self/status (Cpus_allowed_list)')
    : notMeasured('/proc/self/status names no allowed CPUs')
}

function least(facts: readonly Fact<number>[], otherwise: string): Fact<number> {
  let smallest: Fact<number> = notMeasured(otherwise)
  for (const fact of facts)
    if (fact.status === 'known' && (smallest.status !== 'known' || fact.value < smallest.value))
      smallest = fact
  return smallest
}
