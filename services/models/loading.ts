// Loads one model by the first of its plans that works. Owns an engine only while it loads: what failed is disposed of
// before the next plan is tried. Used by the runner of a model.
import type { InstalledModel, Plan } from '#appliance/contracts/models.ts'
import { HobError } from '#appliance/errors.ts'
import { errorFields, type Log } from '#appliance/log.ts'
import type { Clock } from '#appliance/timers/timers.ts'
import type { Engine, EngineFactory, LoadedModel } from './engine/engine.ts'
import { createProgressLog } from './progress-log.ts'

/** A file of tens of gigabytes on a slow disk. */
const loadLimitMs = 10 * 60_000

export interface LoadOptions {
  readonly model: InstalledModel
  readonly file: string
  readonly factory: EngineFactory
  readonly clock: Clock
  readonly log: Log
  /** Plans in the order to try. Throws when there is none. */
  readonly plans: () => Promise<readonly Plan[]>
  /** Runs one load at a time over all models, after others have made room for the plan. */
  readonly withRoom: <Result>(plan: Plan, load: () => Promise<Result>) => Promise<Result>
  readonly onFailure: (plan: Plan, detail: string) => void
}

interface Progress {
  onTry(plan: Plan): void
  onProgress(fraction: number): void
}

/** Throws the last plan's error, or the signal's reason. */
export async function loadByLadder(
  options: LoadOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<{ engine: Engine; loaded: LoadedModel }> {
  const { model, log } = options
  let last: unknown = new HobError('no_model')
  for (const plan of await options.plans()) {
    signal.throwIfAborted()
    try {
      return await options.withRoom(plan, () => loadOne(options, plan, progress, signal))
    } catch (error) {
      signal.throwIfAborted()
      last = error
      // no plan makes a bad file good
      if (error instanceof HobError && error.code === 'model_file_invalid') throw error
      log.warn('a plan failed', { model: model.id, context: plan.contextTokens, ...errorFields(error) })
      options.onFailure(plan, failureDetail(error))
    }
  }
  throw last
}

async function loadOne(
  { model, file, factory, clock, log }: LoadOptions,
  plan: Plan,
  progress: Progress,
  stop: AbortSignal,
): Promise<{ engine: Engine; loaded: LoadedModel }> {
  stop.throwIfAborted()
  progress.onTry(plan)
  const engine = factory.create()
  const limit = new AbortController()
  const cancelLimit = clock.at(new Date(clock.now().getTime() + loadLimitMs), () =>
    limit.abort(new HobError('engine_timeout', { seconds: loadLimitMs / 1_000 })),
  )
  const signal = AbortSignal.any([stop, limit.signal])
  const died = engine.died.then(({ reason }): never => {
    throw new HobError('model_load_failed', { model: model.id, detail: reason })
  })
  // nobody listens any more once it is loaded
  died.catch(() => undefined)
  const tell = createProgressLog({ clock, log })
  const onProgress = (fraction: number): void => {
    progress.onProgress(fraction)
    tell('loading', () => ({ model: model.id, percent: Math.round(fraction * 100) }))
  }
  try {
    const loaded = await Promise.race([engine.load(file, plan, onProgress, signal), died, rejects(signal)])
    signal.throwIfAborted()
    const { backend } = plan
    log.info('loaded', {
      model: model.id,
      backend,
      context: loaded.contextTokens,
      open_ms: Math.round(loaded.openMs),
      load_ms: Math.round(loaded.loadMs),
    })
    return { engine, loaded }
  } catch (error) {
    await engine.dispose()
    throw error
  } finally {
    cancelLimit()
  }
}

/** Rejects when the signal aborts, so that an engine which does not listen is left and disposed of. */
function rejects(signal: AbortSignal): Promise<never> {
  const promise = new Promise<never>((_, reject) => {
    const leave = (): void =>
      reject(signal.reason instanceof Error ? signal.reason : new HobError('shutting_down'))
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave, { once: true })
  })
  promise.catch(() => undefined)
  return promise
}

/** One line on what went wrong, without the sentence around it. */
const failureDetail = (error: unknown): string =>
  error instanceof HobError
    ? String(error.parameters['detail'] ?? error.message)
    : error instanceof Error
      ? error.message
      : 'unknown'

export const asLoadError = (model: string, error: unknown): HobError =>
  error instanceof HobError
    ? error
    : new HobError('model_load_failed', { model, detail: failureDetail(error) }, { cause: error })
