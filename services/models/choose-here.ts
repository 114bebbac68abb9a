// The pure choice fed with this machine, this folder and these settings. Used by main.ts to make the planner.
import type { Catalogue } from './catalogue/schema.ts'
import { choose } from './choice/choose.ts'
import { defaultPolicy } from './choice/inputs.ts'
import type { ModelsFolder } from './folder/folder.ts'
import type { Choose } from './planner.ts'
import type { HardwareSource } from './ports.ts'

const lookTimeoutMs = 10_000

interface Options {
  hardware: HardwareSource
  folder: Pick<ModelsFolder, 'models'>
  catalogue: Catalogue
  settings: { contextTokens: number; sequences: number; speedFloor: number; threads: number }
}

export function createChoose({ hardware, folder, catalogue, settings }: Options): Choose {
  return async ({ models, kind, given }) => {
    const { facts, matched } = await hardware.sheet(AbortSignal.timeout(lookTimeoutMs))
    const wanted = new Set(models.map(({ id }) => id))
    const free = facts.memory.availableBytes
    const choice = choose({
      facts,
      profile: matched.profile,
      availableBytes: free.status === 'known' ? free.value + given.reclaimableBytes : null,
      installed: folder.models().filter(({ model }) => wanted.has(model.id)),
      catalogue,
      policy: {
        ...defaultPolicy,
        kind,
        floorTokensPerSecond: settings.speedFloor,
        minimumContextTokens: Math.min(defaultPolicy.minimumContextTokens, settings.contextTokens),
        wantedContextTokens: settings.contextTokens,
        maximumContextTokens: Math.max(defaultPolicy.maximumContextTokens, settings.contextTokens),
        sequences: settings.sequences,
        threads: settings.threads === 0 ? null : settings.threads,
      },
      failures: given.failures,
    })
    return choice
  }
}
