// The engines of this box: which model a name means, which one is loaded, who makes room for whom. Owns one runner for
// each model that was ever asked for, and the list of plans that failed here. Used by the routes; runner.ts has the
// state machine of one model.
//
//   ask ──resolve──▶ runner.enter ──(not loaded)──▶ plans, failed ones left out ──▶ room: idle models go, oldest
//   first, busy ones never ──▶ load, one at a time over all models ──▶ turns
import type { InstalledModel, ModelsEvent, ModelsState, Plan } from '#appliance/contracts/models.ts'
import { HobError } from '#appliance/errors.ts'
import { errorFields, type Log } from '#appliance/log.ts'
import type { Clock } from '#appliance/timers/timers.ts'
import { createAnnouncer } from './announcer.ts'
import type { EngineFactory, LoadedModel } from './engine/engine.ts'
import { createFailures } from './failures.ts'
import { ladder } from './ladder.ts'
import { resolveName } from './names.ts'
import type { Folder, Given, Planner } from './ports.ts'
import { createRoom } from './room.ts'
import { createRunner } from './runner.ts'
import type { Runner } from './runner-types.ts'

export interface Manager {
  /** The runner of the model that `name` means. Throws model_not_found, no_model, chat_unsupported. */
  find(name: string, kind: InstalledModel['kind']): Promise<Runner>
  load(id: string): Promise<Runner>
  /** Throws model_not_found, model_in_use. */
  unload(id: string): Promise<Runner>
  /** Unloads and forgets a model whose file is about to go. Throws model_in_use. */
  forget(id: string): Promise<void>
  state(): ModelsState
  defaultModel(): string | null
  loaded(id: string): LoadedModel | null
  /** What the choice has to know beside the machine. */
  given(): Given
  /** Resolves when there was a choice: the first one waits for the first look at the machine. */
  chosen(): Promise<void>
  /** Chooses anew: files came or went, or a plan failed. */
  refresh(): Promise<void>
  /** Loads the default model in the background; falls to the next choice when it cannot be loaded. */
  preload(): Promise<void>
  /** Asks every child for its memory. */
  measure(): Promise<void>
  subscribe(listener: (event: ModelsEvent) => void): () => void
  /** Ends everything with shutting_down. */
  dispose(): Promise<void>
}

interface ManagerOptions {
  factory: EngineFactory
  folder: Pick<Folder, 'installed' | 'pathOf'>
  planner: Planner
  clock: Clock
  log: Log
  settings: { model: string; queueLength: number; idleUnloadMinutes: number }
  onRestart?: (model: string) => void
}

const preloadTries = 3

export function createManager(options: ManagerOptions): Manager {
  const { factory, folder, planner, clock, log, settings } = options
  const runners = new Map<string, Runner>()
  const failures = createFailures(clock)
  let defaultModel: string | null = null
  let refreshed: Promise<void> | null = null
  let disposed = false

  const announcer = createAnnouncer({ clock, log })
  const announceModels = (): void =>
    announcer.now({ type: 'models', installed: folder.installed().length, defaultModel })

  const { withRoom, reclaimableBytes } = createRoom({ runners: () => runners.values(), log })
  const given = (): Given => ({ failures: failures.list(), reclaimableBytes: reclaimableBytes() })

  /** Models whose file was taken away leave memory as soon as nobody is being answered by them. */
  const forgetGone = (installed: readonly InstalledModel[]): void => {
    const ids = new Set(installed.map(({ id }) => id))
    for (const id of runners.keys())
      if (!ids.has(id)) forget(id).catch(() => log.info('a model that is gone still answers', { model: id }))
  }

  const choose = async (): Promise<void> => {
    const installed = folder.installed()
    const named = installed.find(({ id }) => id === settings.model)
    const next = named ? named.id : ((await planner.choice(given())).chosen?.model ?? null)
    if (next !== defaultModel) log.info('the default model', { model: next })
    defaultModel = next
    announceModels()
    forgetGone(installed)
  }
  const refresh = (): Promise<void> => {
    const mine = choose().catch((error: unknown) => {
      // the next who asks tries again
      if (refreshed === mine) refreshed = null
      throw error
    })
    refreshed = mine
    return mine
  }

  const fail = (plan: Plan, detail: string): void => {
    failures.add(plan, detail)
    refresh().catch((error: unknown) => log.error('choosing anew failed', errorFields(error)))
  }

  const plansOf = async (model: InstalledModel): Promise<Plan[]> => {
    const all = given()
    const first = await planner.plansFor(model, all)
    // when all of its plans failed lately, the smallest of them gets another try: the pause between tries grows
    const others = all.failures.filter(({ plan }) => plan.model !== model.id)
    const { plans, reason } =
      first.plans.length > 0 || others.length === all.failures.length
        ? first
        : await planner.plansFor(model, { ...all, failures: others })
    if (plans.length === 0) throw new HobError('model_load_failed', { model: model.id, detail: reason })
    return ladder(plans, failures.keys())
  }

  const runnerOf = (model: InstalledModel): Runner => {
    if (disposed) throw new HobError('shutting_down')
    const known = runners.get(model.id)
    if (known !== undefined && known.model.addedAt === model.addedAt) return known
    // another file under the same name: whoever is being answered by the old one may finish
    if (known !== undefined) void known.dispose()
    const runner = createRunner({
      model,
      file: folder.pathOf(model),
      factory,
      clock,
      log,
      queueLength: settings.queueLength,
      idleUnloadMs: settings.idleUnloadMinutes * 60_000,
      plans: () => plansOf(model),
      withRoom,
      onFailure: fail,
      onDeath: () => options.onRestart?.(model.id),
      onChange: (what) => announcer.changed(model.id, what === 'state'),
    })
    runners.set(model.id, runner)
    announcer.watch(model.id, () => runner.state())
    return runner
  }

  const named = (id: string): InstalledModel => resolveName(id, folder.installed(), defaultModel)

  const forget = async (id: string): Promise<void> => {
    await runners.get(id)?.unload()
    runners.delete(id)
    announcer.forget(id)
  }

  /** Where there was none, there may be one by now: memory has become free, a file has come. */
  const chosen = (): Promise<void> => (defaultModel === null ? refresh() : (refreshed ?? refresh()))

  const find: Manager['find'] = async (name, kind) => {
    await chosen()
    const installed = folder.installed()
    const wish = name.trim().toLowerCase()
    const embedder =
      kind === 'embedding' && ['', 'auto'].includes(wish)
        ? installed.find((model) => model.kind === 'embedding')
        : undefined
    const model = embedder ?? named(name)
    if (kind !== 'embedding' && model.kind === 'embedding')
      throw new HobError('chat_unsupported', { model: model.id }, { param: 'model' })
    return runnerOf(model)
  }

  return {
    find,
    given,
    chosen,
    refresh,
    defaultModel: () => defaultModel,
    loaded: (id) => runners.get(id)?.loaded() ?? null,
    state: () => ({
      engines: [...runners.values()].map((runner) => runner.state()),
      defaultModel,
      residentBytes: process.memoryUsage.rss(),
    }),
    subscribe: (listener) => announcer.subscribe(listener),
    load: async (id) => {
      const runner = await find(id, 'embedding')
      runner.load()
      return runner
    },
    unload: async (id) => {
      const runner = runnerOf(named(id))
      await runner.unload()
      return runner
    },
    forget,
    preload: async () => {
      for (let tries = 0; tries < preloadTries; tries++) {
        await refresh()
        if (defaultModel === null) return
        const runner = runnerOf(named(defaultModel))
        if (runner.state().state === 'idle') runner.load()
        await runner.settled()
        if (runner.state().state !== 'failed') return
      }
    },
    measure: async () => {
      await Promise.all([...runners.values()].map((runner) => runner.measure()))
    },
    dispose: async () => {
      disposed = true
      announcer.stop()
      await Promise.all([...runners.values()].map((runner) => runner.dispose()))
    },
  }
}
