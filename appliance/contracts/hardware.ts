// The fact sheet of a machine and the profile that it is matched to. Facts come from appliance/hardware; profiles
// are the JSON files under hardware-profiles/ (their schema.json is generated from here). Bytes are bytes, GB/s
// are 10⁹ bytes a second.
import { z } from '@hono/zod-openapi'

/** A fact with where it was read, or why there is none: never a zero that means "unknown". */
export const factOf = <Value extends z.ZodType>(value: Value) =>
  z.discriminatedUnion('status', [
    z.object({ status: z.literal('known'), value, source: z.string() }),
    z.object({ status: z.literal('not_measured'), reason: z.string() }),
  ])
export type Fact<Value> =
  | { status: 'known'; value: Value; source: string }
  | { status: 'not_measured'; reason: string }

const text = factOf(z.string())
const count = factOf(z.number().int().nonnegative())
const bytes = factOf(z.number().int().nonnegative())

/** x86-64 psABI levels; for Arm the extensions that llama.cpp's code paths ask for. */
export const isaLevels = [
  'x86-64-v1',
  'x86-64-v2',
  'x86-64-v3',
  'x86-64-v4',
  'armv8-a',
  'armv8.2-a+dotprod',
  'armv8.6-a+i8mm',
] as const

export const gpuSchema = z.object({
  name: z.string(),
  vendor: z.enum(['intel', 'amd', 'nvidia', 'apple', 'other']),
  /** `vvvv:dddd` in lower-case hex. */
  pciId: text,
  driver: text,
  integrated: z.boolean(),
  /** Dedicated memory, or the carve-out of an integrated one. */
  memoryBytes: bytes,
})

export const npuSchema = z.object({ name: z.string(), driver: text, device: z.string(), pciId: text })

/** A compute device as llama.cpp itself reports it. */
export const llamaDeviceSchema = z.object({
  backend: z.enum(['cpu', 'vulkan', 'cuda', 'metal']),
  name: z.string(),
  totalBytes: z.number().int().nonnegative(),
  freeBytes: z.number().int().nonnegative(),
  /** The device shares the system's memory: one pool, counted once. */
  unified: z.boolean(),
  /** A software adapter (lavapipe, llvmpipe): works, but is the CPU in disguise. */
  software: z.boolean(),
})

export const factSheetSchema = z.object({
  probedAt: z.iso.datetime(),
  os: z.object({ platform: z.enum(['linux', 'darwin', 'other']), release: text, virtualization: text }),
  machine: z.object({ vendor: text, product: text, board: text, firmware: text }),
  cpu: z.object({
    model: text,
    vendor: text,
    architecture: z.enum(['x64', 'arm64', 'other']),
    isaLevel: factOf(z.enum(isaLevels)),
    /** The extensions that matter to inference, in /proc/cpuinfo's spelling: avx2, avx512f, avx512_vnni, avx_vnni, amx_int8, asimddp, i8mm, sve. */
    extensions: factOf(z.array(z.string())),
    logicalCores: count,
    physicalCores: count,
    performanceCores: count,
    lastLevelCacheBytes: bytes,
    /** How many CPUs the cgroup quota and the affinity mask leave, e.g. 1.5. */
    usableCpus: factOf(z.number().positive()),
  }),
  memory: z.object({
    totalBytes: bytes,
    availableBytes: bytes,
    /** The cgroup's limit, where there is one below the total. */
    limitBytes: bytes,
    swapBytes: bytes,
    type: text,
    speedMTps: count,
    /** Measured by reading memory here, not the data sheet's. */
    bandwidthGBps: factOf(z.number().positive()),
  }),
  gpus: z.array(gpuSchema),
  npus: z.array(npuSchema),
  disks: z.array(
    z.object({ device: z.string(), model: text, sizeBytes: bytes, rotational: factOf(z.boolean()) }),
  ),
  /** Filled by the models service, whose child asks llama.cpp. */
  llama: factOf(z.object({ version: z.string(), devices: z.array(llamaDeviceSchema) })),
})
export type FactSheet = z.infer<typeof factSheetSchema>
export type LlamaDevice = z.infer<typeof llamaDeviceSchema>

const regex = z.string().refine((source) => {
  try {
    return new RegExp(source, 'iu') instanceof RegExp
  } catch {
    return false
  }
}, 'not a regular expression')

/** All that are given must hold; expressions are case-insensitive and search. */
export const profileMatchSchema = z.strictObject({
  vendor: regex.optional(),
  product: regex.optional(),
  board: regex.optional(),
  cpu: regex.optional(),
  /** Any of these PCI ids, `vvvv:dddd`, is present. */
  pci: z.array(z.string().regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/)).optional(),
  architecture: z.enum(['x64', 'arm64']).optional(),
  platform: z.enum(['linux', 'darwin']).optional(),
  isaLevel: z.enum(isaLevels).optional(),
  memoryAtLeastGiB: z.number().positive().optional(),
  memoryBelowGiB: z.number().positive().optional(),
})

export const profileSchema = z.strictObject({
  $schema: z.string().optional(),
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  name: z.string(),
  /** A `machine` beats a `generic` one; among equals the one with more conditions wins. */
  kind: z.enum(['machine', 'generic']),
  /** Any one of these suffices. */
  match: z.array(profileMatchSchema).min(1),
  memory: z.strictObject({
    type: z.string(),
    /** Theoretical peak by the data sheet, all channels filled; null for a generic profile. */
    nominalBandwidthGBps: z.number().positive().nullable(),
    /** What a machine of this kind can be counted on before it was measured. */
    expectedBandwidthGBps: z.number().positive(),
    maxGiB: z.number().positive().nullable(),
  }),
  accelerators: z.array(
    z.strictObject({
      kind: z.enum(['igpu', 'gpu', 'npu']),
      name: z.string(),
      backends: z.array(z.enum(['vulkan', 'cuda', 'metal', 'openvino', 'rocket', 'none'])),
      /** The vendor's figure with its precision, e.g. 10 and "int8". */
      tops: z.strictObject({ value: z.number().positive(), precision: z.string() }).optional(),
      bandwidthGBps: z.number().positive().optional(),
      /** Shares the system's memory. */
      unified: z.boolean(),
    }),
  ),
  /** Tried from left to right; `cpu` last. */
  backendOrder: z.array(z.enum(['cuda', 'metal', 'vulkan', 'cpu'])).min(1),
  quantization: z.strictObject({
    /** Best compromise on this machine first. */
    preferred: z.array(z.string()).min(1),
    /** Never below this one. */
    floor: z.string(),
    keyValue: z.array(z.enum(['f16', 'q8_0'])).min(1),
  }),
  /** Kept free for the system and the other services. */
  reserve: z.strictObject({ bytes: z.number().int().positive(), fraction: z.number().min(0).max(0.5) }),
  threads: z.strictObject({
    policy: z.enum(['performance-cores', 'physical-cores', 'usable-cpus']),
    /** Cores left to everything else while a model generates. */
    leaveFree: z.number().int().min(0),
  }),
  /** What this machine costs or cannot do, for people. */
  notes: z.array(z.string()),
  sources: z.array(z.strictObject({ fact: z.string(), url: z.url() })),
})
export type HardwareProfile = z.infer<typeof profileSchema>

export const matchedProfileSchema = z.object({
  profile: profileSchema,
  /** The facts that decided, in words. */
  because: z.array(z.string()),
  /** Whether a machine of this very kind was recognised, or only its class. */
  exact: z.boolean(),
})
export type MatchedProfile = z.infer<typeof matchedProfileSchema>

export const hardwareSchema = z.object({ facts: factSheetSchema, matched: matchedProfileSchema })
export type Hardware = z.infer<typeof hardwareSchema>
