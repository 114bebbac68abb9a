// What stands around the engines in tests of the models service: installed models, plans, a folder, a planner that
// ranks by the order given, downloads that do nothing, a log that is kept.
import type { Choice, Download, InstalledModel, Plan } from '#appliance/contracts/models.ts'
import { createLog, type Log } from '#appliance/log.ts'
import { planKey } from '#services/models/ladder.ts'
import type { Downloads, Folder, HardwareSource, Planner } from '#services/models/ports.ts'

const gib = 1024 ** 3

export const makeModel = (id: string, changes: Partial<InstalledModel> = {}): InstalledModel => ({
  id,
  file: `${id}.gguf`,
  kind: 'chat',
  architecture: 'llama',
  family: null,
  quantization: 'Q4_K_M',
  parameters: 1_000_000,
  fileBytes: 1_000_000,
  trainedContextTokens: 32_768,
  sha256: null,
  starter: false,
  addedAt: '2026-01-01T00:00:00.000Z',
  ...changes,
})

export const makePlan = (model: string, changes: Partial<Plan> = {}): Plan => ({
  model,
  quantization: 'Q4_K_M',
  backend: 'cpu',
  contextTokens: 8_192,
  sequences: 2,
  keyValueType: 'f16',
  gpuLayers: 0,
  threads: 2,
  useMmap: true,
  memory: {
    weightBytes: 2 * gib,
    keyValueBytes: gib,
    computeBytes: gib / 2,
    processBytes: gib / 2,
    totalBytes: 4 * gib,
    budgetBytes: 16 * gib,
  },
  tokensPerSecond: 20,
  quality: 1,
  ...changes,
})

export interface FakeFolder extends Folder {
  put(models: readonly InstalledModel[]): void
}

export function createFakeFolder(models: readonly InstalledModel[]): FakeFolder {
  let installed = models
  const listeners = new Set<() => void>()
  const put = (next: readonly InstalledModel[]): void => {
    installed = next
    for (const listener of listeners) listener()
  }
  return {
    put,
    installed: () => installed,
    rejected: () => [{ file: 'broken.gguf', reason: 'it is empty' }],
    pathOf: ({ file }) => `/models/${file}`,
    remove: async (id) => put(installed.filter((model) => model.id !== id)),
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** `plans`: of every model, best first over all; `budget` is lowered to what `freeBytes` says is left. */
export function createFakePlanner(
  plans: () => readonly Plan[],
  freeBytes: () => number = () => 16 * gib,
): Planner {
  const usable: Planner['plansFor'] = async (model, { failures, reclaimableBytes }) => {
    const failed = new Set(failures.map(({ plan }) => planKey(plan)))
    const budgetBytes = freeBytes() + reclaimableBytes
    const own = plans()
      .filter((plan) => plan.model === model.id && !failed.has(planKey(plan)))
      .map((plan) => ({ ...plan, memory: { ...plan.memory, budgetBytes } }))
    return {
      plans: own.filter(({ memory }) => memory.totalBytes <= budgetBytes),
      reason: 'it needs more memory',
    }
  }
  return {
    plansFor: usable,
    choice: async (given): Promise<Choice> => {
      let chosen: Plan | null = null
      for (const { model } of plans()) chosen ??= (await usable(makeModel(model), given)).plans[0] ?? null
      return { chosen, candidates: [], recommended: null, words: ['because'] }
    },
  }
}

export const fakeDownload: Download = {
  id: 'one',
  source: '/tmp/a.gguf',
  file: 'a.gguf',
  state: 'running',
  receivedBytes: 0,
  totalBytes: null,
  bytesPerSecond: 0,
  model: null,
  error: null,
}

export const fakeDownloads: Downloads = {
  add: async () => fakeDownload,
  list: () => [fakeDownload],
  cancel: async () => ({ ...fakeDownload, state: 'cancelled' }),
  unfinishedBytes: async () => 0,
  removeUnfinished: async () => undefined,
  onChange: () => () => undefined,
}

export const fakeHardware: HardwareSource = {
  sheet: () => Promise.reject(new TypeError('not asked in these tests')),
}

/** A log whose lines are kept, for a test to read. */
export function createKeptLog(): { log: Log; lines: string[] } {
  const lines: string[] = []
  return { log: createLog({ service: 'test', level: 'debug', write: (line) => lines.push(line) }), lines }
}
