// The fact sheet as lines to read: a name, a value or the reason why there is none, and where it was read.
import type { Fact, FactSheet } from '#appliance/contracts/hardware.ts'
import type { Translation } from '../i18n/index.ts'

export interface FactLine {
  readonly name: string
  readonly value: string | null
  /** The source of a known fact; the reason of a missing one. */
  readonly note: string
}

export function factLines(facts: FactSheet, { t, format }: Translation): readonly FactLine[] {
  const names = t.box.facts
  const line = <Value>(name: string, fact: Fact<Value>, show: (value: Value) => string): FactLine =>
    fact.status === 'known'
      ? { name, value: show(fact.value), note: sourceOf(fact.source) }
      : { name, value: null, note: fact.reason }
  // A measurement names its method, everything else the place where it was read.
  const sourceOf = (source: string): string => (source.startsWith('measured') ? source : t.box.source(source))
  const same = (value: string): string => value
  const known = <Value>(fact: Fact<Value>): Value | null => (fact.status === 'known' ? fact.value : null)
  const { machine, cpu, memory, os, gpus, npus, disks, llama } = facts

  const vendor = known(machine.vendor)
  const logical = known(cpu.logicalCores)
  const memoryKind = [known(memory.type), known(memory.speedMTps)]
    .filter((part) => part !== null)
    .map(String)
    .join('-')
  return [
    line(names.machine, machine.product, (product) => (vendor === null ? product : `${vendor} ${product}`)),
    line(names.cpu, cpu.model, same),
    line(names.cores, cpu.physicalCores, (physical) =>
      t.box.cores(format.number(physical), logical === null ? '?' : format.number(logical)),
    ),
    line(names.usable, cpu.usableCpus, (cpus) => t.box.cpus(format.number(cpus, 1))),
    line(names.isa, cpu.isaLevel, same),
    line(names.memory, memory.totalBytes, (bytes) =>
      [format.memory(bytes), memoryKind].filter((part) => part !== '').join(', '),
    ),
    line(names.bandwidth, memory.bandwidthGBps, (bandwidth) => `${format.number(bandwidth, 1)} GB/s`),
    { name: names.gpu, value: gpus.map(({ name }) => name).join(', ') || t.box.none, note: '' },
    { name: names.npu, value: npus.map(({ name }) => name).join(', ') || t.box.none, note: '' },
    ...disks.map((disk) =>
      line(names.disk, disk.sizeBytes, (bytes) => {
        const model = known(disk.model)
        return `${model ?? disk.device}, ${format.file(bytes)}`
      }),
    ),
    line(names.system, os.release, same),
    line(names.engine, llama, ({ version, devices }) =>
      [
        version,
        ...devices.map((device) => (device.software ? `${device.name} (${t.box.software})` : device.name)),
      ].join(', '),
    ),
  ]
}
