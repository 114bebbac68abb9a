// Machines and installed models for the tests of the choice, in the few numbers that the choice looks at.
import type { FactSheet, HardwareProfile, LlamaDevice } from '#appliance/contracts/hardware.ts'
import type { Catalogue, Family } from '#services/models/catalogue/schema.ts'
import { type ChoiceInput, defaultPolicy, type InstalledFile } from '#services/models/choice/inputs.ts'
import { subjectsOfFamily } from '#services/models/choice/subject.ts'

export const GiB = 2 ** 30

export interface MachineShape {
  readonly totalGiB: number
  readonly availableGiB?: number
  readonly limitGiB?: number
  readonly cpus: number
  readonly bandwidthGBps: number
  /** False: only the profile expects the bandwidth. */
  readonly measured?: boolean
  readonly reserveGiB?: number
  readonly device?: Pick<LlamaDevice, 'backend' | 'unified'> & { totalGiB: number; bandwidthGBps?: number }
  readonly software?: boolean
}

const known = <Value>(value: Value) => ({ status: 'known', value, source: 'test' }) as const
const unknown = { status: 'not_measured', reason: 'test' } as const

function factsOf(shape: MachineShape): FactSheet {
  const { device } = shape
  const devices: LlamaDevice[] =
    device === undefined
      ? []
      : [
          {
            backend: device.backend,
            unified: device.unified,
            name: 'device',
            totalBytes: device.totalGiB * GiB,
            freeBytes: device.totalGiB * GiB,
            software: shape.software === true,
          },
        ]
  return {
    probedAt: '2026-11-21T00:00:00Z',
    os: { platform: 'linux', release: unknown, virtualization: unknown },
    machine: { vendor: unknown, product: unknown, board: unknown, firmware: unknown },
    cpu: {
      model: unknown,
      vendor: unknown,
      architecture: 'x64',
      isaLevel: known('x86-64-v3'),
      extensions: known(['avx2']),
      logicalCores: known(shape.cpus),
      physicalCores: known(shape.cpus),
      performanceCores: unknown,
      lastLevelCacheBytes: unknown,
      usableCpus: known(shape.cpus),
    },
    memory: {
      totalBytes: known(Math.floor(shape.totalGiB * GiB)),
      availableBytes: known(Math.floor((shape.availableGiB ?? shape.totalGiB) * GiB)),
      limitBytes: shape.limitGiB === undefined ? unknown : known(Math.floor(shape.limitGiB * GiB)),
      swapBytes: unknown,
      type: unknown,
      speedMTps: unknown,
      bandwidthGBps: shape.measured === false ? unknown : known(shape.bandwidthGBps),
    },
    gpus: [],
    npus: [],
    disks: [],
    llama: known({ version: 'test', devices }),
  }
}

function profileOf(shape: MachineShape): HardwareProfile {
  const { device } = shape
  const backend = device?.backend ?? 'cpu'
  return {
    id: 'test',
    name: 'Test',
    kind: 'generic',
    match: [{}],
    memory: {
      type: 'test',
      nominalBandwidthGBps: null,
      expectedBandwidthGBps: shape.bandwidthGBps,
      maxGiB: null,
    },
    accelerators:
      device === undefined || device.bandwidthGBps === undefined || backend === 'cpu'
        ? []
        : [
            {
              kind: 'gpu',
              name: 'device',
              backends: [backend],
              bandwidthGBps: device.bandwidthGBps,
              unified: device.unified,
            },
          ],
    backendOrder: backend === 'cpu' ? ['cpu'] : [backend, 'cpu'],
    quantization: { preferred: ['Q4_K_M'], floor: 'Q4_0', keyValue: ['f16', 'q8_0'] },
    reserve: { bytes: (shape.reserveGiB ?? 2) * GiB, fraction: 0.1 },
    threads: { policy: 'physical-cores', leaveFree: 1 },
    notes: [],
    sources: [],
  }
}

export const emptyCatalogue: Catalogue = { families: [] }

export function inputFor(shape: MachineShape, rest: Partial<ChoiceInput> = {}): ChoiceInput {
  return {
    facts: factsOf(shape),
    profile: profileOf(shape),
    availableBytes: null,
    installed: [],
    catalogue: emptyCatalogue,
    policy: defaultPolicy,
    failures: [],
    ...rest,
  }
}

interface FileShape {
  readonly id: string
  readonly name?: string
  readonly kind?: 'chat' | 'embedding'
  readonly architecture?: string
  readonly parameters: number
  readonly activeParameters?: number
  readonly quantization?: string
  readonly bitsPerWeight?: number
  readonly layers?: number
  readonly keyValueElements?: number
  readonly trainedContextTokens?: number
  readonly starter?: boolean
}

export function fileOf(shape: FileShape): InstalledFile {
  const bits = shape.bitsPerWeight ?? 4.89
  const tensorBytes = Math.round((shape.parameters * bits) / 8)
  const layers = shape.layers ?? 32
  const quantization = shape.quantization ?? 'Q4_K_M'
  const trainedContextTokens = shape.trainedContextTokens ?? 131_072
  const kind = shape.kind ?? 'chat'
  const architecture = shape.architecture ?? 'llama'
  const starter = shape.starter === true
  return {
    model: {
      id: shape.id,
      file: `${shape.id}.gguf`,
      kind,
      architecture,
      family: null,
      quantization,
      parameters: shape.parameters,
      fileBytes: tensorBytes,
      trainedContextTokens,
      sha256: null,
      starter,
      addedAt: '2026-11-21T00:00:00Z',
    },
    file: {
      version: 3,
      architecture,
      name: shape.name ?? shape.id,
      basename: null,
      kind,
      fileBytes: tensorBytes,
      parameters: shape.parameters,
      quantization,
      dominantType: 'Q4_K',
      layers: Array.from({ length: layers }, () => ({
        bytes: Math.floor((tensorBytes * 0.9) / layers),
        expertBytes: 0,
        keyValueElements: shape.keyValueElements ?? 2048,
        window: null,
      })),
      embeddingLength: 4096,
      feedForwardLength: 12_288,
      heads: 32,
      keyValueHeads: 8,
      keyLength: 128,
      valueLength: 128,
      slidingWindow: null,
      experts: shape.activeParameters === undefined ? 0 : 64,
      expertsUsed: 0,
      trainedContextTokens,
      vocabularySize: starter ? 4096 : 128_000,
      stateBytesPerSequence: 0,
      tensorBytes,
      embeddingBytes: Math.floor(tensorBytes * 0.05),
      outputBytes: Math.floor(tensorBytes * 0.05),
      activeBytes: Math.round(((shape.activeParameters ?? shape.parameters) * bits) / 8),
      poolingType: null,
      hasChatTemplate: true,
      causal: true,
    },
  }
}

export const starter: InstalledFile = fileOf({
  id: 'starter',
  parameters: 5_500_000,
  bitsPerWeight: 8.5,
  quantization: 'Q8_0',
  layers: 6,
  keyValueElements: 256,
  trainedContextTokens: 1024,
  starter: true,
})

/** A family's published files as if they were here. */
export function installedFrom(family: Family): InstalledFile[] {
  return subjectsOfFamily(family).map((subject) => {
    const shaped = fileOf({
      id: `${family.id}-${subject.quantization}`,
      name: family.name,
      architecture: family.match.architectures[0] ?? 'llama',
      parameters: family.parameters,
      ...(family.mixtureOfExperts ? { activeParameters: family.activeParameters ?? family.parameters } : {}),
      quantization: subject.quantization,
      kind: family.kind === 'embedding' ? 'embedding' : 'chat',
      trainedContextTokens: family.trainedContextTokens,
    })
    return {
      model: shaped.model,
      file: {
        ...shaped.file,
        tensorBytes: subject.weightBytes,
        activeBytes: subject.activeBytes,
        layers: subject.layers,
        embeddingBytes: subject.lookedUpBytes,
        embeddingLength: family.embeddingLength,
        feedForwardLength: family.feedForwardLength,
        vocabularySize: family.vocabularySize,
      },
    }
  })
}
