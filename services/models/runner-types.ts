// What the runner of a model offers and what it is made of; runner.ts says how it behaves.
import { createHash } from 'node:crypto'
import type { EngineState, InstalledModel, Plan } from '#appliance/contracts/models.ts'
import type { HobError } from '#appliance/errors.ts'
import type { Engine, LoadedModel } from './engine/engine.ts'
import type { LoadOptions } from './loading.ts'
import type { Rates } from './rates.ts'

/** The right to generate one sequence, and what to do it with. */
export interface Turn {
  readonly engine: Engine
  readonly loaded: LoadedModel
  readonly fingerprint: string
  /** Aborts with engine_crashed when the child dies, with shutting_down when the service leaves. */
  readonly ended: AbortSignal
  release(): void
}

export interface Waiting {
  /** One for each sequence that was asked for, granted in this order. Rejections are observed already. */
  readonly turns: readonly Promise<Turn>[]
  /** What it waits for, in a few words; null when it has all its turns. */
  words(): string | null
}

export interface Runner {
  readonly model: InstalledModel
  readonly rates: Rates
  /** Throws queue_full, model_load_failed during a pause, shutting_down. */
  enter(ask: { person: string; count: number; signal: AbortSignal }): Waiting
  load(): void
  /** Resolves when the load that runs now has ended, well or badly. */
  settled(): Promise<void>
  /** Throws model_in_use. */
  unload(): Promise<void>
  state(): EngineState
  loaded(): LoadedModel | null
  /** Ready, and nobody waits or is being answered. */
  isIdle(): boolean
  lastUsedAt(): number
  /** Asks the child for its memory. */
  measure(): Promise<void>
  dispose(): Promise<void>
}

export interface RunnerOptions extends LoadOptions {
  readonly queueLength: number
  /** 0: never. */
  readonly idleUnloadMs: number
  readonly onDeath: () => void
  /** `state`: something a person wants to see at once; `queue`: only numbers moved. */
  readonly onChange: (what: 'state' | 'queue') => void
}

export type State =
  | { readonly name: 'idle' }
  | { readonly name: 'loading'; plan: Plan | null; progress: number; readonly stop: AbortController }
  | {
      readonly name: 'ready'
      readonly engine: Engine
      readonly loaded: LoadedModel
      readonly fingerprint: string
      readonly life: AbortController
    }
  | { readonly name: 'failed'; readonly error: HobError; readonly until: number }

/** Changes when the same request may give another answer: another file, or another way to run it. */
export function fingerprintOf(model: InstalledModel, plan: Plan): string {
  const { backend, keyValueType, gpuLayers, contextTokens, threads } = plan
  const facts = [
    model.id,
    model.sha256,
    model.fileBytes,
    backend,
    keyValueType,
    gpuLayers,
    contextTokens,
    threads,
  ]
  return `hob_${createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 12)}`
}
