// Reads /proc/cpuinfo of x86 and Arm: one record per processor, and what stands outside of them. Pure.
import { countOf } from './read.ts'

export interface CpuInfo {
  readonly processors: readonly ReadonlyMap<string, string>[]
  /** Lines that belong to no processor, e.g. a Raspberry Pi's `Model`. */
  readonly machine: ReadonlyMap<string, string>
  /** x86 `flags` or Arm `Features`, those that every processor has: a hybrid chip runs code anywhere. */
  readonly flags: ReadonlySet<string>
}

export function parseCpuInfo(text: string): CpuInfo {
  const processors: Map<string, string>[] = []
  const machine = new Map<string, string>()
  for (const block of text.replaceAll('\r', '').split(/\n\s*\n/u)) {
    const record = new Map<string, string>()
    for (const line of block.split('\n')) {
      const colon = line.indexOf(':')
      if (colon > 0) record.set(line.slice(0, colon).trim(), line.slice(colon + 1).trim())
    }
    // Some Arm kernels print the machine's lines directly under the last processor's.
    if (countOf(record.get('processor')) !== null) processors.push(record)
    for (const key of ['Model', 'Hardware']) {
      const value = record.get(key)
      if (value !== undefined) machine.set(key, value)
    }
  }
  return { processors, machine, flags: commonFlags(processors) }
}

function commonFlags(processors: readonly ReadonlyMap<string, string>[]): ReadonlySet<string> {
  const lists = new Set(processors.map((record) => record.get('flags') ?? record.get('Features') ?? ''))
  let common: Set<string> | null = null
  for (const list of lists) {
    const flags = new Set(list.split(/\s+/u).filter((flag) => flag !== ''))
    common = common === null ? flags : common.intersection(flags)
  }
  return common ?? new Set()
}

/** Arm says numbers where x86 says names: implementer and part, from the kernel's arch/arm64/include/asm/cputype.h. */
const armParts: Readonly<Record<string, string>> = {
  '0x41:0xd03': 'Cortex-A53',
  '0x41:0xd04': 'Cortex-A35',
  '0x41:0xd05': 'Cortex-A55',
  '0x41:0xd07': 'Cortex-A57',
  '0x41:0xd08': 'Cortex-A72',
  '0x41:0xd09': 'Cortex-A73',
  '0x41:0xd0a': 'Cortex-A75',
  '0x41:0xd0b': 'Cortex-A76',
  '0x41:0xd0c': 'Neoverse-N1',
  '0x41:0xd40': 'Neoverse-V1',
  '0x41:0xd41': 'Cortex-A78',
  '0x41:0xd44': 'Cortex-X1',
  '0x41:0xd46': 'Cortex-A510',
  '0x41:0xd47': 'Cortex-A710',
  '0x41:0xd48': 'Cortex-X2',
  '0x41:0xd49': 'Neoverse-N2',
  '0x41:0xd4d': 'Cortex-A715',
  '0x41:0xd4e': 'Cortex-X3',
  '0x41:0xd4f': 'Neoverse-V2',
  '0x41:0xd80': 'Cortex-A520',
  '0x41:0xd81': 'Cortex-A720',
  '0x61:0x022': 'Apple M1 Icestorm',
  '0x61:0x023': 'Apple M1 Firestorm',
  '0x61:0x024': 'Apple M1 Pro Icestorm',
  '0x61:0x025': 'Apple M1 Pro Firestorm',
  '0x61:0x032': 'Apple M2 Blizzard',
  '0x61:0x033': 'Apple M2 Avalanche',
  '0x61:0x034': 'Apple M2 Pro Blizzard',
  '0x61:0x035': 'Apple M2 Pro Avalanche',
}
const armVendors: Readonly<Record<string, string>> = {
  '0x41': 'Arm',
  '0x51': 'Qualcomm',
  '0x61': 'Apple',
  '0xc0': 'Ampere',
}

/** The processor's name: x86's own, or the Arm cores from the most to the least capable part number, joined by "+". */
export function modelOf({ processors }: CpuInfo): string | null {
  const name = processors[0]?.get('model name')
  const parts = new Set(processors.map(armKey).filter((part) => part !== null))
  const arm = [...parts]
    .sort()
    .toReversed()
    .map((part) => armParts[part] ?? `Arm core ${part}`)
  if (arm.length > 0) return arm.join(' + ').slice(0, 256)
  return name === undefined || name === '' ? null : name.replaceAll(/\s+/gu, ' ').slice(0, 256)
}

export function vendorOf({ processors }: CpuInfo): string | null {
  const id = processors[0]?.get('vendor_id')
  if (id === 'GenuineIntel') return 'Intel'
  if (id === 'AuthenticAMD') return 'AMD'
  if (id !== undefined && id !== '') return id.slice(0, 64)
  return armVendors[processors[0]?.get('CPU implementer') ?? ''] ?? null
}

function armKey(record: ReadonlyMap<string, string>): string | null {
  const [implementer, part] = [record.get('CPU implementer'), record.get('CPU part')]
  return implementer === undefined || part === undefined ? null : `${implementer}:${part}`.slice(0, 24)
}
