// Realistic answers of a box for the page's tests: a machine with a real model, one with the starter alone, one
// with none. The contracts' schemas check them (test/unit/services/api/web/fake.test.ts), so the fake cannot drift.
import type { Conversation, Status, Turn } from '#appliance/contracts/box.ts'
import type { Fact, Hardware } from '#appliance/contracts/hardware.ts'
import type { Candidate, Choice, EngineState, InstalledModel, Plan } from '#appliance/contracts/models.ts'
import { localOwner } from '#appliance/contracts/principal.ts'

export type Scenario = 'real' | 'starter' | 'none' | 'loading' | 'failed'

const GiB = 1024 ** 3
export const realModel = 'qwen3-4b-instruct-2507-q4_k_m'
export const starterModel = 'starter'

interface PlanFacts {
  model: string
  quantization: string
  GiB: number
  tokensPerSecond: number
  quality: number
}

const plan = ({ model, quantization, GiB: size, tokensPerSecond, quality }: PlanFacts): Plan => {
  const total = Math.round(size * GiB)
  const keyValue = Math.round(total * 0.14)
  const compute = Math.round(total * 0.06)
  const process = Math.round(total * 0.02)
  return {
    model,
    quantization,
    backend: 'cpu',
    contextTokens: 8192,
    sequences: 2,
    keyValueType: 'q8_0',
    gpuLayers: 0,
    threads: 4,
    useMmap: true,
    memory: {
      weightBytes: total - keyValue - compute - process,
      keyValueBytes: keyValue,
      computeBytes: compute,
      processBytes: process,
      totalBytes: total,
      budgetBytes: Math.round(9.6 * GiB),
    },
    tokensPerSecond,
    quality,
  }
}

const realPlan = plan({
  model: realModel,
  quantization: 'Q4_K_M',
  GiB: 3.4,
  tokensPerSecond: 11.8,
  quality: 61,
})
const starterPlan = plan({
  model: starterModel,
  quantization: 'F32',
  GiB: 0.08,
  tokensPerSecond: 950,
  quality: 1,
})

const candidate = (facts: PlanFacts, verdict: Candidate['verdict'], installed = false): Candidate => ({
  plan: plan(facts),
  installed,
  verdict,
  words: verdict.code,
})

const missing = { code: 'not_installed' } as const
const others: Candidate[] = [
  candidate(
    { model: 'qwen3-8b', quantization: 'Q4_K_M', GiB: 6.2, tokensPerSecond: 5.9, quality: 67 },
    missing,
  ),
  candidate(
    { model: 'gemma-3-4b-it', quantization: 'Q4_K_M', GiB: 3.6, tokensPerSecond: 11.1, quality: 55 },
    missing,
  ),
  candidate(
    { model: 'qwen3-1.7b-q8_0', quantization: 'Q8_0', GiB: 2.4, tokensPerSecond: 16.4, quality: 44 },
    { code: 'lower_quality', than: realModel },
    true,
  ),
  candidate(
    { model: 'qwen3-4b-instruct-2507', quantization: 'Q8_0', GiB: 5.3, tokensPerSecond: 6.8, quality: 62 },
    missing,
  ),
  candidate(
    { model: 'qwen3-0.6b', quantization: 'Q8_0', GiB: 1.1, tokensPerSecond: 42, quality: 30 },
    missing,
  ),
  candidate(
    { model: 'qwen3-14b', quantization: 'Q4_K_M', GiB: 10.8, tokensPerSecond: 3.2, quality: 72 },
    { code: 'needs_more_memory', needBytes: 10.8 * GiB, haveBytes: 9.6 * GiB },
  ),
  candidate(
    { model: 'qwen3-14b', quantization: 'Q3_K_M', GiB: 8.9, tokensPerSecond: 3.8, quality: 68 },
    { code: 'too_slow', tokensPerSecond: 3.8, floor: 5 },
  ),
  candidate(
    { model: 'mistral-small-3.2-24b', quantization: 'Q4_K_M', GiB: 16.4, tokensPerSecond: 1.9, quality: 78 },
    { code: 'needs_more_memory', needBytes: 16.4 * GiB, haveBytes: 9.6 * GiB },
  ),
  candidate(
    { model: 'qwen3-4b-instruct-2507', quantization: 'Q2_K', GiB: 2.3, tokensPerSecond: 17.5, quality: 48 },
    { code: 'quantization_below_floor', floor: 'Q4_K_M' },
  ),
]

export const better = others[0] ?? null

export function choiceOf(scenario: Scenario): Choice {
  const chosen = scenario === 'none' ? null : scenario === 'starter' ? starterPlan : realPlan
  const first: Candidate[] =
    chosen === null
      ? []
      : [{ plan: chosen, installed: true, verdict: { code: 'chosen' }, words: `${chosen.model} was chosen.` }]
  return {
    chosen,
    candidates: [...first, ...others],
    recommended: better,
    words: chosen === null ? ['Nothing that is here fits.'] : [`${chosen.model} was chosen.`],
  }
}

const installedModel = (
  facts: Pick<InstalledModel, 'id' | 'quantization' | 'parameters' | 'fileBytes'> & Partial<InstalledModel>,
): InstalledModel => ({
  file: `${facts.id}.gguf`,
  kind: 'chat',
  architecture: 'qwen3',
  family: 'qwen3',
  trainedContextTokens: 262_144,
  sha256: null,
  starter: false,
  addedAt: '2026-11-18T19:20:00.000Z',
  ...facts,
})

export function installedOf(scenario: Scenario): {
  models: InstalledModel[]
  rejected: { file: string; reason: string }[]
} {
  const starter = installedModel({
    id: starterModel,
    quantization: 'F32',
    parameters: 1_300_000,
    fileBytes: 5_242_880,
    architecture: 'llama',
    family: null,
    trainedContextTokens: 4096,
    starter: true,
  })
  if (scenario === 'none') return { models: [], rejected: [] }
  if (scenario === 'starter') return { models: [starter], rejected: [] }
  return {
    models: [
      installedModel({
        id: realModel,
        quantization: 'Q4_K_M',
        parameters: 4_022_000_000,
        fileBytes: 2_497_281_120,
      }),
      installedModel({
        id: 'qwen3-1.7b-q8_0',
        quantization: 'Q8_0',
        parameters: 1_720_000_000,
        fileBytes: 1_834_426_016,
      }),
      installedModel({
        id: 'bge-m3-q8_0',
        kind: 'embedding',
        quantization: 'Q8_0',
        parameters: 566_700_000,
        fileBytes: 634_553_760,
        architecture: 'bert',
        family: 'bge',
      }),
      starter,
    ],
    rejected: [{ file: 'half-a-download.gguf', reason: 'the file ends after 812 of 2,400 MB' }],
  }
}

export function engineOf(scenario: Scenario): EngineState | null {
  if (scenario === 'none') return null
  const starter = scenario === 'starter'
  return {
    model: starter ? starterModel : realModel,
    state: scenario === 'loading' ? 'loading' : scenario === 'failed' ? 'failed' : 'ready',
    plan: starter ? starterPlan : realPlan,
    progress: scenario === 'loading' ? 0.42 : scenario === 'failed' ? 0 : 1,
    detail: scenario === 'failed' ? 'not enough memory: 3.4 GiB wanted, 2.1 GiB left' : null,
    residentBytes: scenario === 'failed' ? null : Math.round((starter ? 0.09 : 3.3) * GiB),
    active: 0,
    waiting: 0,
    tokensPerSecond: scenario === 'real' ? 12.4 : null,
    firstTokenMs: scenario === 'real' ? 640 : null,
  }
}

export function statusOf(scenario: Scenario): Status {
  const engine = engineOf(scenario)
  const { chosen, words, recommended } = choiceOf(scenario)
  return {
    name: 'hob-4f2a',
    version: '0.1.0',
    startedAt: '2026-11-20T06:12:00.000Z',
    addresses: ['https://hob-4f2a.local:4620', 'https://192.168.1.20:4620'],
    services: [
      { name: 'api', state: 'ready', residentBytes: 96 * 1024 ** 2 },
      { name: 'models', state: 'ready', residentBytes: 88 * 1024 ** 2 },
    ],
    models: {
      engines: engine === null ? [] : [engine],
      defaultModel: engine?.model ?? null,
      residentBytes: 88 * 1024 ** 2,
    },
    choice: { chosen, words, recommended },
    load: {
      cpu: 0.17,
      memoryTotalBytes: Math.round(15.5 * GiB),
      memoryAvailableBytes: Math.round(10.1 * GiB),
    },
    connections: { open: 3, limit: 1000 },
    principal: localOwner('page'),
  }
}

const known = <Value>(value: Value, source: string): Fact<Value> => ({ status: 'known', value, source })
const unknown = (reason: string): Fact<never> => ({ status: 'not_measured', reason })

export const hardware: Hardware = {
  facts: {
    probedAt: '2026-11-20T06:12:03.000Z',
    os: {
      platform: 'linux',
      release: known('Debian GNU/Linux 13, 6.12.48', '/etc/os-release'),
      virtualization: known('none', 'systemd-detect-virt'),
    },
    machine: {
      vendor: known('AZW', '/sys/class/dmi/id/sys_vendor'),
      product: known('SER5', '/sys/class/dmi/id/product_name'),
      board: known('SER5', '/sys/class/dmi/id/board_name'),
      firmware: known('5.19', '/sys/class/dmi/id/bios_version'),
    },
    cpu: {
      model: known('AMD Ryzen 5 5560U with Radeon Graphics', '/proc/cpuinfo'),
      vendor: known('AuthenticAMD', '/proc/cpuinfo'),
      architecture: 'x64',
      isaLevel: known('x86-64-v3', '/proc/cpuinfo'),
      extensions: known(['avx2'], '/proc/cpuinfo'),
      logicalCores: known(12, '/sys/devices/system/cpu'),
      physicalCores: known(6, '/sys/devices/system/cpu'),
      performanceCores: known(6, '/sys/devices/system/cpu'),
      lastLevelCacheBytes: known(8 * 1024 ** 2, '/sys/devices/system/cpu'),
      usableCpus: known(6, 'cgroup cpu.max'),
    },
    memory: {
      totalBytes: known(Math.round(15.5 * GiB), '/proc/meminfo'),
      availableBytes: known(Math.round(10.1 * GiB), '/proc/meminfo'),
      limitBytes: unknown('no cgroup limit below the total'),
      swapBytes: known(0, '/proc/meminfo'),
      type: known('DDR4', 'dmidecode'),
      speedMTps: known(3200, 'dmidecode'),
      bandwidthGBps: unknown('the certification has not run yet'),
    },
    gpus: [
      {
        name: 'AMD Radeon Vega 6',
        vendor: 'amd',
        pciId: known('1002:1638', '/sys/bus/pci'),
        driver: known('amdgpu', '/sys/bus/pci'),
        integrated: true,
        memoryBytes: known(512 * 1024 ** 2, '/sys/class/drm'),
      },
    ],
    npus: [],
    disks: [
      {
        device: 'nvme0n1',
        model: known('KINGSTON SNV2S500G', '/sys/block'),
        sizeBytes: known(500_107_862_016, '/sys/block'),
        rotational: known(false, '/sys/block'),
      },
    ],
    llama: known(
      {
        version: 'b6710',
        devices: [
          {
            backend: 'cpu',
            name: 'CPU',
            totalBytes: 15 * GiB,
            freeBytes: 10 * GiB,
            unified: false,
            software: false,
          },
        ],
      },
      'llama.cpp',
    ),
  },
  matched: {
    profile: {
      id: 'beelink-ser5-5560u',
      name: 'Beelink SER5 (Ryzen 5 5560U)',
      kind: 'machine',
      match: [{ product: '^SER5$' }],
      memory: { type: 'DDR4-3200', nominalBandwidthGBps: 51.2, expectedBandwidthGBps: 38, maxGiB: 64 },
      accelerators: [],
      backendOrder: ['vulkan', 'cpu'],
      quantization: { preferred: ['Q4_K_M'], floor: 'Q4_K_M', keyValue: ['q8_0'] },
      reserve: { bytes: 2 * GiB, fraction: 0.1 },
      threads: { policy: 'physical-cores', leaveFree: 1 },
      notes: [],
      sources: [],
    },
    because: ['product is SER5'],
    exact: true,
  },
}

const turn = (facts: Pick<Turn, 'id' | 'role' | 'content'> & Partial<Turn>): Turn => ({
  reasoning: null,
  state: 'complete',
  model: facts.role === 'assistant' ? realModel : null,
  tokens: facts.role === 'assistant' ? Math.ceil(facts.content.length / 4) : null,
  tokensPerSecond: facts.role === 'assistant' ? 12.1 : null,
  firstTokenMs: facts.role === 'assistant' ? 610 : null,
  error: null,
  createdAt: '2026-11-20T18:30:00.000Z',
  ...facts,
})

export const richAnswer = `Here is a small script. It reads the date from **EXIF** and falls back to the file's own date.

\`\`\`bash
#!/usr/bin/env bash
set -euo pipefail
for photo in *.jpg; do
  taken=$(exiftool -s3 -d '%Y-%m-%d_%H%M%S' -DateTimeOriginal "$photo" || date -r "$photo" +%Y-%m-%d_%H%M%S)
  mv --no-clobber -- "$photo" "$taken.jpg"
done
\`\`\`

What it does:

1. Looks at each \`.jpg\` in the folder.
2. Asks [exiftool](https://exiftool.org) when it was taken.
3. Renames it, and **never** overwrites another.

| Option | Meaning |
|---|---|
| \`-s3\` | the value alone |
| \`--no-clobber\` | keeps what is there |

> Try it on a copy of the folder first.`

export interface StoredConversation {
  conversation: Conversation
  turns: Turn[]
}

export const conversations = (): StoredConversation[] => {
  const make = (id: string, title: string, updatedAt: string, turns: Turn[]): StoredConversation => ({
    conversation: { id, title, createdAt: updatedAt, updatedAt, turns: turns.length },
    turns,
  })
  return [
    make('photos', 'Rename photos by date', '2026-11-20T18:31:00.000Z', [
      turn({ id: 'p1', role: 'user', content: 'Show me a shell script that renames photos by date' }),
      turn({
        id: 'p2',
        role: 'assistant',
        content: richAnswer,
        reasoning: 'The person wants a script. exiftool is the usual program; a fallback helps.',
      }),
    ]),
    make('heat', 'How a heat pump works', '2026-11-19T08:10:00.000Z', [
      turn({ id: 'h1', role: 'user', content: 'Explain how a heat pump works, for a ten-year-old' }),
      turn({
        id: 'h2',
        role: 'assistant',
        content: 'Think of a fridge turned inside out.',
        state: 'stopped',
      }),
    ]),
    make('mooncake', '中秋节的月饼配方', '2026-11-12T10:00:00.000Z', [
      turn({ id: 'm1', role: 'user', content: '给我一个广式月饼的配方' }),
      turn({
        id: 'm2',
        role: 'assistant',
        content: '**材料**：转化糖浆 120 克、花生油 45 克、中筋面粉 200 克。',
      }),
    ]),
  ]
}
