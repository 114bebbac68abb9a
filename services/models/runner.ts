// One model's engine: loads it when somebody asks, hands out turns, survives its child's death, frees it when nobody
// asks for long. Owns the engine, the queue and the measured rates of this model. Used by the manager alone.
//
//           enter, load                   loaded
//   idle ─────────────────▶ loading ──────────────────▶ ready
//    ▲  ▲                     │  ▲                      │ │ │
//    │  └───────unload────────┤  └─enter after pause,─┐ │ │ │
//    │                failure │    load               │ │ │ │
//    │                        ▼                       │ │ │ │
//    │                      failed ───────────────────┘ │ │ │
//    │                        ▲     child died again    │ │ │
//    │                        └─────────────────────────┘ │ │
//    ├──────────────── child died, first time ────────────┘ │
//    └──────────────── idle time, unload ───────────────────┘
//
//   call      idle            loading              ready                    failed
//   enter     starts loading  waits                waits for a slot         refused until the pause is over, then loads
//   load      starts loading  –                    –                        starts loading, pause or not
//   unload    –               stops it¹            frees it¹                back to idle
//   died      –               that plan failed     waiting ones load again  –
//   dispose   (any) what waits or runs ends with shutting_down; nothing begins again
//
//   ¹ model_in_use when somebody waits for it or is being answered.
import type { Plan } from '#appliance/contracts/models.ts'
import { HobError } from '#appliance/errors.ts'
import { errorFields, type Log } from '#appliance/log.ts'
import type { Engine } from './engine/engine.ts'
import { asLoadError, loadByLadder } from './loading.ts'
import { createPause, withRetryAfter } from './pause.ts'
import { createQueue } from './queue.ts'
import { createRates } from './rates.ts'
import { describeState, waitingWords } from './runner-state.ts'
import { fingerprintOf, type Runner, type RunnerOptions, type State, type Turn } from './runner-types.ts'

/** The least pause after a load that failed with every plan. */
const failedLoadPauseMs = 1_000
/** So many deaths in a row count against the plan: the next load tries a smaller one. */
const deathsAgainstPlan = 3

export function createRunner(options: RunnerOptions): Runner {
  const { model, clock, log, onChange } = options
  const rates = createRates()
  const pause = createPause(clock)
  const queue = createQueue({ clock, length: options.queueLength, onChange: () => queueChanged() })
  let state: State = { name: 'idle' }
  let closing: Promise<void> = Promise.resolve()
  let loadEnded: Promise<void> = Promise.resolve()
  let disposed = false
  let residentBytes: number | null = null
  let lastUsedAt = clock.now().getTime()
  let cancelIdle = (): void => undefined

  const isIdle = (): boolean => state.name === 'ready' && queue.active === 0 && queue.waiting === 0

  const set = (next: State): void => {
    state = next
    if (next.name !== 'ready') residentBytes = null
    onChange('state')
  }

  const queueChanged = (): void => {
    cancelIdle()
    lastUsedAt = clock.now().getTime()
    if (isIdle() && options.idleUnloadMs > 0)
      cancelIdle = clock.at(new Date(lastUsedAt + options.idleUnloadMs), () => {
        log.info('unloading a model that nobody used', { model: model.id })
        void close()
      })
    onChange('queue')
  }

  /** Ready → idle; the next load waits until the child's memory is free. */
  const close = (reason?: HobError): Promise<void> => {
    if (state.name !== 'ready') return closing
    const { engine, life } = state
    set({ name: 'idle' })
    queue.setSlots(0)
    if (reason !== undefined) life.abort(reason)
    closing = engine
      .dispose()
      .catch((error: unknown) =>
        log.error('an engine did not end', { model: model.id, ...errorFields(error) }),
      )
    return closing
  }

  const fail = (error: HobError, pauseMs: number): void => {
    set({ name: 'failed', error, until: clock.now().getTime() + pauseMs })
    queue.refuse(withRetryAfter(error, pauseMs))
  }

  const died = (plan: Plan, reason: string): void => {
    log.warn('a child died', { model: model.id, reason })
    options.onDeath()
    const pauseMs = pause.next()
    if (pause.failures >= deathsAgainstPlan) options.onFailure(plan, reason)
    void close(new HobError('engine_crashed', {}, { cause: new Error(reason) }))
    const detail = `it stopped ${pause.failures} times: ${reason}`
    if (pauseMs > 0) fail(new HobError('model_load_failed', { model: model.id, detail }), pauseMs)
    else if (queue.waiting > 0) start()
  }

  const start = (): void => {
    const loading = { name: 'loading' as const, plan: null, progress: 0, stop: new AbortController() }
    set(loading)
    loadEnded = run(loading)
  }

  const run = async (loading: Extract<State, { name: 'loading' }>): Promise<void> => {
    const progress = {
      onTry: (plan: Plan): void => {
        Object.assign(loading, { plan, progress: 0 })
        onChange('state')
      },
      onProgress: (fraction: number): void => {
        loading.progress = Math.min(1, Math.max(0, fraction))
        onChange('queue')
      },
    }
    try {
      await closing
      const { engine, loaded } = await loadByLadder(options, progress, loading.stop.signal)
      const ready = { name: 'ready' as const, engine, loaded, life: new AbortController() }
      set({ ...ready, fingerprint: fingerprintOf(model, loaded.plan) })
      void watch(engine, loaded.plan)
      queue.setSlots(loaded.plan.sequences)
      await measure()
    } catch (error) {
      if (loading.stop.signal.aborted) return set({ name: 'idle' })
      log.error('a model could not be loaded', { model: model.id, ...errorFields(error) })
      fail(asLoadError(model.id, error), Math.max(failedLoadPauseMs, pause.next()))
    }
  }

  const watch = async (engine: Engine, plan: Plan): Promise<void> => {
    const { reason } = await engine.died
    if (state.name === 'ready' && state.engine === engine) died(plan, reason)
  }

  const measure = async (): Promise<void> => {
    const asked = state
    const bytes = asked.name === 'ready' ? await askMemory(asked.engine, log) : null
    if (bytes === null || state !== asked) return
    residentBytes = bytes
    onChange('queue')
  }

  const enter: Runner['enter'] = (ask) => {
    if (disposed) throw new HobError('shutting_down')
    const refusedMs = state.name === 'failed' ? state.until - clock.now().getTime() : 0
    if (state.name === 'failed' && refusedMs > 0) throw withRetryAfter(state.error, refusedMs)
    const ticket = queue.enter(ask)
    if (state.name === 'idle' || state.name === 'failed') start()
    const turns = ticket.slots.map(async (granted): Promise<Turn> => {
      const slot = await granted
      if (state.name === 'ready') {
        const { engine, loaded, fingerprint, life } = state
        return { engine, loaded, fingerprint, ended: life.signal, release: () => slot.release() }
      }
      slot.release()
      throw new HobError(disposed ? 'shutting_down' : 'engine_crashed')
    })
    for (const turn of turns) turn.catch(() => undefined)
    return { turns, words: () => waitingWords(state, ticket.place()) }
  }

  const unload = async (): Promise<void> => {
    if (queue.active > 0 || queue.waiting > 0) throw new HobError('model_in_use', { model: model.id })
    if (state.name === 'loading') {
      state.stop.abort(new HobError('model_in_use', { model: model.id }))
      await loadEnded
    }
    if (state.name === 'failed') set({ name: 'idle' })
    await close()
  }

  return {
    model,
    rates,
    enter,
    unload,
    measure,
    load: () => {
      if (disposed) throw new HobError('shutting_down')
      if (state.name === 'idle' || state.name === 'failed') start()
    },
    settled: () => loadEnded,
    state: () => describeState({ model: model.id, state, queue, rates, residentBytes }),
    loaded: () => (state.name === 'ready' ? state.loaded : null),
    isIdle,
    lastUsedAt: () => lastUsedAt,
    dispose: async () => {
      disposed = true
      const leaving = new HobError('shutting_down')
      queue.refuse(leaving)
      if (state.name === 'loading') state.stop.abort(leaving)
      await loadEnded
      await close(leaving)
      cancelIdle()
    },
  }
}

async function askMemory(engine: Engine, log: Log): Promise<number | null> {
  try {
    return (await engine.stats()).residentBytes
  } catch (error) {
    log.debug('a child did not tell its memory', errorFields(error))
    return null
  }
}
