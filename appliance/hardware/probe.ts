// Asks the machine what it is and gives one fact sheet. Never throws; what it could not find out is `not_measured`
// with the reason. On Linux it reads files only and ends within `timeoutMs` whatever hangs. Owns no state; used by the
// models service and by the `hob` command.
import type { Fact, FactSheet } from '#appliance/contracts/hardware.ts'
import { readCpu } from './cpu.ts'
import { readDisks } from './disk.ts'
import { readGpus } from './gpu.ts'
import { createHost, type Host, limitHost } from './host.ts'
import { createLibrary, type Library } from './library.ts'
import { readLimits } from './limits.ts'
import { macSheet } from './mac.ts'
import { readMachine, readVirtualization } from './machine.ts'
import { readMemory } from './memory.ts'
import { readNpus } from './npu.ts'
import { listPci } from './pci.ts'
import { known, notMeasured, readLine } from './read.ts'

interface ProbeParts {
  readonly host: Host
  readonly library: Library
  /** As `process.platform` and `process.arch` say it. */
  readonly platform: string
  readonly architecture: string
  readonly now: () => Date
  readonly timeoutMs: number
}

interface ProbeInput {
  /** What llama.cpp sees; the models service asks it in a disposable process. */
  readonly llama?: FactSheet['llama']
  /** A figure of `measureBandwidth`, stored by whoever asked for it. */
  readonly bandwidthGBps?: FactSheet['memory']['bandwidthGBps']
}

export interface Probe {
  read(input?: ProbeInput): Promise<FactSheet>
}

export function createProbe(parts: ProbeParts): Probe {
  return {
    read: async (input = {}) => {
      const llama = input.llama ?? notMeasured('llama.cpp was not asked')
      const bandwidthGBps = input.bandwidthGBps ?? notMeasured('not measured on this machine yet')
      const sheet = parts.platform === 'darwin' ? await readMac(parts) : await readLinux(parts)
      return {
        probedAt: parts.now().toISOString(),
        ...sheet,
        memory: { ...sheet.memory, bandwidthGBps },
        gpus: withLlamaMemory(sheet.gpus, llama),
        llama,
      }
    },
  }
}

export const createLiveProbe = (): Probe =>
  createProbe({
    host: createHost(),
    library: createLibrary({
      platform: process.platform,
      isRoot: process.getuid?.() === 0,
      // Several system_profiler calls, of up to a second each, stand behind a Mac's answers.
      timeoutMs: process.platform === 'darwin' ? 8000 : 100,
    }),
    platform: process.platform,
    architecture: process.arch,
    now: () => new Date(),
    // With the library's 100 ms it stays below 300 in the worst case.
    timeoutMs: 190,
  })

type Sheet = Omit<FactSheet, 'probedAt' | 'llama' | 'memory'> & {
  memory: Omit<FactSheet['memory'], 'bandwidthGBps'>
}

const architectureOf = (name: string): FactSheet['cpu']['architecture'] =>
  name === 'x64' || name === 'arm64' ? name : 'other'

async function readMac({ library, architecture }: ProbeParts): Promise<Sheet> {
  const { release, virtualization, ...sheet } = macSheet(await library.mac(), architectureOf(architecture))
  return { ...sheet, os: { platform: 'darwin', release, virtualization } }
}

async function readLinux({
  host: unlimited,
  library,
  platform,
  architecture,
  timeoutMs,
}: ProbeParts): Promise<Sheet> {
  const host = limitHost(unlimited, AbortSignal.timeout(timeoutMs))
  const [limits, pci] = await Promise.all([readLimits(host), listPci(host)])
  const { cpu, hypervisor, boardModel } = await readCpu(host, architectureOf(architecture), limits)
  const [machine, virtualization, memory, gpus, npus, disks, release] = await Promise.all([
    readMachine(host, boardModel),
    readVirtualization(host, hypervisor),
    readMemory(host, library, limits),
    readGpus(host, pci),
    readNpus(host, pci),
    readDisks(host),
    readLine(host, '/proc/sys/kernel/osrelease'),
  ])
  const os = {
    platform: platform === 'linux' ? ('linux' as const) : ('other' as const),
    release,
    virtualization,
  }
  return { os, machine, cpu, memory, gpus, npus, disks }
}

/** A card whose driver keeps its memory to itself gets llama.cpp's figure, where there is exactly one of each. */
function withLlamaMemory(gpus: FactSheet['gpus'], llama: FactSheet['llama']): FactSheet['gpus'] {
  if (llama.status !== 'known') return gpus
  const devices = llama.value.devices.filter(
    (device) => device.backend !== 'cpu' && !device.unified && !device.software,
  )
  const [device] = devices
  const cards = gpus.filter((gpu) => !gpu.integrated)
  if (device === undefined || devices.length !== 1 || cards.length !== 1) return gpus
  const memoryBytes: Fact<number> = known(device.totalBytes, `llama.cpp (${device.backend})`)
  return gpus.map((gpu) =>
    gpu.integrated || gpu.memoryBytes.status === 'known' ? gpu : { ...gpu, memoryBytes },
  )
}
