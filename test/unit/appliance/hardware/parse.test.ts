// The parts that turn text into facts: cpuinfo, instruction sets, lists, limits, memory modules.
import { describe, expect, test } from 'vitest'
import { readCores } from '#appliance/hardware/cores.ts'
import { modelOf, parseCpuInfo, vendorOf } from '#appliance/hardware/cpuinfo.ts'
import { extensionsOf, isaLevelOf } from '#appliance/hardware/isa.ts'
import { readLimits } from '#appliance/hardware/limits.ts'
import { modulesOf } from '#appliance/hardware/memory.ts'
import { countOf, listOf } from '#appliance/hardware/read.ts'
import { type Content, hostOf } from '#test/fakes/recorded-machine.ts'

const files = (texts: Record<string, string>): ReturnType<typeof hostOf> =>
  hostOf(new Map<string, Content>(Object.entries(texts).map(([path, text]) => [path, Buffer.from(text)])))

describe('cpuinfo', () => {
  test('takes only the flags that every processor has', () => {
    const info = parseCpuInfo('processor: 0\nflags: avx avx2\n\nprocessor: 1\nflags: avx\n')
    expect([...info.flags]).toEqual(['avx'])
    expect(info.processors.length).toBe(2)
  })

  test('names Arm cores that give numbers, the more capable first', () => {
    const core = (n: number, part: string): string =>
      `processor: ${n}\nCPU implementer: 0x41\nCPU part: ${part}\n`
    const info = parseCpuInfo([core(0, '0xd05'), core(1, '0xd0b'), core(2, '0xfff')].join('\n'))
    expect(modelOf(info)).toBe('Arm core 0x41:0xfff + Cortex-A76 + Cortex-A55')
    expect(vendorOf(info)).toBe('Arm')
  })

  test('finds nothing in nothing', () => {
    const info = parseCpuInfo('')
    expect([modelOf(info), vendorOf(info), info.processors.length]).toEqual([null, null, 0])
  })
})

describe('instruction sets', () => {
  const v2 = ['cx16', 'lahf_lm', 'popcnt', 'pni', 'sse4_1', 'sse4_2', 'ssse3']
  const v3 = [...v2, 'avx', 'avx2', 'bmi1', 'bmi2', 'f16c', 'fma', 'abm', 'movbe']
  const v4 = [...v3, 'avx512f', 'avx512bw', 'avx512cd', 'avx512dq', 'avx512vl']

  test.each([
    ['x86-64-v1', ['sse2']],
    ['x86-64-v2', v2],
    ['x86-64-v3', v3],
    ['x86-64-v4', v4],
    ['x86-64-v3', v4.filter((flag) => flag !== 'avx512vl')],
    ['x86-64-v2', v4.filter((flag) => flag !== 'fma')],
  ])('%s needs every one of its flags', (level, flags) => {
    expect(isaLevelOf('x64', new Set(flags))).toBe(level)
  })

  test('Arm is told by the dot product and I8MM', () => {
    expect(isaLevelOf('arm64', new Set(['asimd']))).toBe('armv8-a')
    expect(isaLevelOf('arm64', new Set(['asimd', 'asimddp']))).toBe('armv8.2-a+dotprod')
    expect(isaLevelOf('arm64', new Set(['asimd', 'asimddp', 'i8mm']))).toBe('armv8.6-a+i8mm')
  })

  test('no flags are no level', () => {
    expect(isaLevelOf('x64', new Set())).toBe(null)
    expect(isaLevelOf('other', new Set(['a']))).toBe(null)
  })

  test('keeps the extensions that matter, sorted', () => {
    expect(extensionsOf(new Set(['sse2', 'fma', 'avx2']))).toEqual(['avx2', 'fma'])
  })
})

describe('numbers', () => {
  test.each([
    ['12', 12],
    ['0x1f', 31],
    ['0', 0],
    ['', null],
    ['-1', null],
    ['1e3', null],
    ['99999999999999999999', null],
    ['9999999999999999', null],
    [undefined, null],
  ])('%s is %s', (text, value) => {
    expect(countOf(text)).toBe(value)
  })

  test('reads the kernel’s lists, and none of what is not one', () => {
    expect(listOf('0-3,8\n')).toEqual([0, 1, 2, 3, 8])
    expect(listOf('0-1,a-3')).toEqual([])
    expect(listOf('')).toEqual([])
    expect(listOf('0-99999').length).toBe(4096)
  })
})

describe('limits', () => {
  test('takes the least along the way up, version 2', async () => {
    const limits = await readLimits(
      files({
        '/proc/self/cgroup': '0::/a/b\n',
        '/sys/fs/cgroup/a/cpu.max': '150000 100000\n',
        '/sys/fs/cgroup/a/b/cpu.max': '300000 100000\n',
        '/sys/fs/cgroup/a/b/memory.max': 'max\n',
        '/sys/fs/cgroup/a/memory.high': '1000\n',
        '/proc/self/status': 'Cpus_allowed_list:\t0-2,7\n',
      }),
    )
    expect(limits.quotaCpus).toEqual({ status: 'known', value: 1.5, source: '/sys/fs/cgroup/a/cpu.max' })
    expect(limits.memoryBytes).toMatchObject({ value: 1000 })
    expect(limits.affinityCpus).toMatchObject({ value: 4 })
  })

  test('no limit is no fact, in either version', async () => {
    const limits = await readLimits(
      files({
        '/proc/self/cgroup': '4:memory:/\n1:cpu:/\n0::/\n',
        '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
        '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
        '/sys/fs/cgroup/cpu.max': 'max 100000\n',
        '/sys/fs/cgroup/unified/cpu.max': '0 100000\n',
      }),
    )
    expect([limits.quotaCpus.status, limits.memoryBytes.status]).toEqual(['not_measured', 'not_measured'])
  })

  test('a path that climbs out is read inside the mount', async () => {
    const limits = await readLimits(
      files({ '/proc/self/cgroup': '0::/../../job\n', '/sys/fs/cgroup/job/cpu.max': '50000 100000\n' }),
    )
    expect(limits.quotaCpus).toMatchObject({ value: 0.5 })
  })
})

describe('kinds of core', () => {
  const cpus = (file: string, values: readonly number[]): Record<string, string> =>
    Object.fromEntries(
      values.flatMap((value, n) => [
        [`/sys/devices/system/cpu/cpu${n}/${file}`, `${value}\n`],
        [`/sys/devices/system/cpu/cpu${n}/topology/thread_siblings_list`, `${n}\n`],
      ]),
    )

  test('favoured cores of one kind are all fast', async () => {
    const cores = await readCores(
      files(cpus('cpufreq/cpuinfo_max_freq', [6_080_000, 5_137_000, 5_137_000])),
      2,
    )
    expect(cores.performanceCores).toMatchObject({ value: 3 })
  })

  test('dense cores with two thirds of the clock are not', async () => {
    const cores = await readCores(
      files(cpus('cpufreq/cpuinfo_max_freq', [5_157_000, 5_157_000, 3_300_000])),
      2,
    )
    expect(cores.performanceCores).toMatchObject({ value: 2 })
  })

  test('a topology that was not read to its end counts nothing', async () => {
    const cores = await readCores(files(cpus('cpu_capacity', [1024, 1024])), 3)
    expect(cores.physicalCores.status).toBe('not_measured')
  })

  test('a clock that was not read makes no slow core', async () => {
    const { physicalCores, performanceCores } = await readCores(
      files({
        ...cpus('cpufreq/cpuinfo_max_freq', [5_000_000, 5_000_000]),
        '/sys/devices/system/cpu/cpu1/cpufreq/cpuinfo_max_freq': '',
      }),
      2,
    )
    expect([physicalCores.status, performanceCores.status]).toEqual(['known', 'not_measured'])
  })

  test('equal capacities in a virtual machine say nothing', async () => {
    const cores = await readCores(files(cpus('cpu_capacity', [1024, 1024])), 2)
    expect(cores.performanceCores.status).toBe('not_measured')
    expect(cores.physicalCores).toMatchObject({ value: 2 })
  })
})

describe('memory modules', () => {
  test('run at the pace of the slowest', () => {
    const modules = modulesOf(
      [
        { type: 'DDR5', speedMTps: 5600 },
        { type: 'DDR5', speedMTps: 4800 },
      ],
      'x',
    )
    expect(modules?.speedMTps).toEqual({ status: 'known', value: 4800, source: 'x' })
  })

  test('of no known type are none; a speed of 0 is none', () => {
    expect(modulesOf([{ type: 'RAM', speedMTps: 0 }], 'x')).toBe(null)
    expect(modulesOf([{ type: 'LPDDR5', speedMTps: 0 }], 'x')?.speedMTps.status).toBe('not_measured')
  })
})
