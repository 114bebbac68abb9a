// The fact sheet and its profile in plain words for a terminal, as `hob hardware` prints them. Pure; no colours, so
// that it reads the same in a pipe.
import type { Fact, FactSheet, Hardware, MatchedProfile } from '#appliance/contracts/hardware.ts'
import { belowFloor } from './match.ts'

type Row = readonly [label: string, value: string]

const gib = 1024 ** 3
const width = 100

export function describeHardware({ facts, matched }: Hardware): string {
  const missing: Row[] = []
  const value = <Value>(
    label: string,
    fact: Fact<Value>,
    say: (value: Value) => string = String,
  ): string | null => {
    if (fact.status === 'known') return say(fact.value)
    missing.push([label, fact.reason])
    return null
  }
  const rows: Row[] = [
    [
      'Machine',
      words([value('maker', facts.machine.vendor), value('product', facts.machine.product)]) ?? 'not known',
    ],
    ['System', systemWords(facts)],
    ['Processor', processorWords(facts, value)],
    ['Memory', memoryWords(facts, value)],
    ...facts.gpus.map((gpu): Row => ['Graphics', gpuWords(gpu)]),
    ...facts.npus.map(
      (npu): Row => [
        'NPU',
        words(
          [npu.name, npu.driver.status === 'known' ? `driver ${npu.driver.value}` : npu.driver.reason],
          ', ',
        ) ?? npu.name,
      ],
    ),
    ...facts.disks.map((disk): Row => ['Disk', diskWords(disk)]),
    ['llama.cpp', value('llama.cpp', facts.llama, llamaWords) ?? 'not asked'],
  ]
  return [
    ...table(rows),
    '',
    ...profileLines(matched, matched.exact ? belowFloor(facts) : []),
    ...(missing.length === 0 ? [] : ['', 'Not measured', ...table(missing, '  ')]),
    '',
  ].join('\n')
}

type Say = <Value>(label: string, fact: Fact<Value>, say?: (value: Value) => string) => string | null

const words = (parts: readonly (string | null)[], by = ' '): string | null => {
  const there = parts.filter((part) => part !== null && part !== '')
  return there.length === 0 ? null : there.join(by)
}

function systemWords({ os }: FactSheet): string {
  const name = { linux: 'Linux', darwin: 'macOS', other: 'another system' }[os.platform]
  const virtual =
    os.virtualization.status !== 'known'
      ? null
      : os.virtualization.value === 'none'
        ? 'no virtual machine'
        : `inside ${os.virtualization.value}`
  return (
    words([words([name, os.release.status === 'known' ? os.release.value : null]), virtual], ', ') ?? name
  )
}

function processorWords({ cpu }: FactSheet, value: Say): string {
  const cores = words(
    [
      value('physical cores', cpu.physicalCores, (count) => `${count} ${plural(count, 'core')}`),
      value('performance cores', cpu.performanceCores, (count) =>
        cpu.physicalCores.status === 'known' && cpu.physicalCores.value === count
          ? ''
          : `${count} of them fast`,
      ),
      value('threads', cpu.logicalCores, (count) => `${count} ${plural(count, 'thread')}`),
      value('usable CPUs', cpu.usableCpus, (count) => `${Math.round(count * 100) / 100} usable`),
      value('cache', cpu.lastLevelCacheBytes, (bytes) => `${size(bytes)} last cache`),
    ],
    ', ',
  )
  return (
    words([value('processor', cpu.model), cores, value('instruction set', cpu.isaLevel)], '; ') ?? 'not known'
  )
}

function memoryWords({ memory }: FactSheet, value: Say): string {
  const kind = words([
    value('memory type', memory.type),
    value('memory speed', memory.speedMTps, (speed) => `at ${speed} MT/s`),
  ])
  return (
    words(
      [
        value('memory', memory.totalBytes, size),
        value('free memory', memory.availableBytes, (bytes) => `${size(bytes)} available`),
        memory.limitBytes.status === 'known' ? `limited to ${size(memory.limitBytes.value)}` : null,
        kind,
        value('memory bandwidth', memory.bandwidthGBps, (rate) => `${rate} GB/s measured`),
      ],
      ', ',
    ) ?? 'not known'
  )
}

function gpuWords(gpu: FactSheet['gpus'][number]): string {
  const memory = gpu.memoryBytes.status === 'known' ? size(gpu.memoryBytes.value) : null
  const shares = gpu.integrated
    ? memory === null
      ? 'shares the memory'
      : `shares the memory, ${memory} set aside`
    : memory
  return (
    words(
      [gpu.name, shares, gpu.driver.status === 'known' ? `driver ${gpu.driver.value}` : 'no driver'],
      ', ',
    ) ?? gpu.name
  )
}

function diskWords(disk: FactSheet['disks'][number]): string {
  const kind =
    disk.rotational.status === 'known' ? (disk.rotational.value ? 'spinning' : 'solid state') : null
  return (
    words(
      [
        disk.device,
        disk.model.status === 'known' ? disk.model.value : null,
        disk.sizeBytes.status === 'known' ? `${Math.round(disk.sizeBytes.value / 1e9)} GB` : 'size not known',
        kind,
      ],
      ', ',
    ) ?? disk.device
  )
}

const llamaWords = (llama: {
  version: string
  devices: readonly {
    backend: string
    name: string
    totalBytes: number
    software: boolean
    unified: boolean
  }[]
}): string =>
  words(
    [
      llama.version,
      ...llama.devices.map(
        (device) =>
          `${device.backend}: ${device.name} ${size(device.totalBytes)}${device.software ? ' (software: the CPU in disguise)' : device.unified ? ' (shared)' : ''}`,
      ),
    ],
    '; ',
  ) ?? 'nothing'

function profileLines({ profile, because, exact }: MatchedProfile, costs: readonly string[]): string[] {
  const { memory, accelerators, quantization, threads, reserve } = profile
  const bandwidth = words(
    [
      memory.nominalBandwidthGBps === null ? null : `${memory.nominalBandwidthGBps} GB/s on paper`,
      `${memory.expectedBandwidthGBps} GB/s counted on`,
    ],
    ', ',
  )
  const rows: Row[] = [
    ['Profile', `${profile.name}${exact ? '' : ' (generic)'}`],
    ['Because', because.join('; ')],
    ['Memory', words([memory.type, bandwidth], ': ') ?? memory.type],
    ['Runs on', profile.backendOrder.join(', then ')],
    ...(accelerators.length === 0 ? [] : [['Has', accelerators.map(({ name }) => name).join('; ')] as const]),
    ['Models', `${quantization.preferred.join(', ')}; never below ${quantization.floor}`],
    [
      'Keeps free',
      `${size(reserve.bytes)} or ${Math.round(reserve.fraction * 100)} %, whichever is more; ${coresLeft(threads)}`,
    ],
    ...[...profile.notes, ...costs].map((note): Row => ['Note', note]),
  ]
  return table(rows)
}

/** A label column as wide as its longest label; long values go on under themselves; a repeated label is said once. */
function table(rows: readonly Row[], indent = ''): string[] {
  const column = Math.max(10, ...rows.map(([label]) => label.length)) + 2
  let previous = ''
  return rows.flatMap(([label, value]) => {
    const shown = label === previous ? '' : label
    previous = label
    return wrap(value, width - indent.length - column).map(
      (line, index) => `${indent}${(index === 0 ? shown : '').padEnd(column)}${line}`,
    )
  })
}

function wrap(text: string, room: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

const coresLeft = ({ policy, leaveFree }: MatchedProfile['profile']['threads']): string =>
  [
    policy === 'performance-cores' ? 'the slow cores' : '',
    leaveFree > 0 ? `${leaveFree} ${plural(leaveFree, 'core')}` : '',
  ]
    .filter((part) => part !== '')
    .join(' and ') || 'no core'

const plural = (count: number, noun: string): string => (count === 1 ? noun : `${noun}s`)

const size = (bytes: number): string =>
  bytes >= gib
    ? `${(bytes / gib).toFixed(bytes >= 100 * gib ? 0 : 1)} GiB`
    : `${Math.round(bytes / 1024 ** 2)} MiB`
