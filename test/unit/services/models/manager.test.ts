// The engines of a box over the scripted engine and a clock that stands still: every transition of the state machine.
import { describe, expect, test } from 'vitest'
import type { EngineState, ModelsEvent, Plan } from '#appliance/contracts/models.ts'
import { HobError } from '#appliance/errors.ts'
import { createManager } from '#services/models/manager.ts'
import type { Runner, Turn } from '#services/models/runner-types.ts'
import { createFakeEngineFactory, type FakeEngineOptions } from '#test/fakes/fake-engine.ts'
import { createManualClock } from '#test/fakes/manual-clock.ts'
import {
  createFakeFolder,
  createFakePlanner,
  createKeptLog,
  makeModel,
  makePlan,
} from '#test/fakes/models-parts.ts'

const gib = 1024 ** 3
const never = new AbortController().signal

interface Options {
  plans?: readonly Plan[]
  engine?: FakeEngineOptions
  freeBytes?: () => number
  idleUnloadMinutes?: number
  queueLength?: number
  model?: string
}

function setUp(options: Options = {}) {
  const clock = createManualClock()
  const plans = options.plans ?? [makePlan('big', { sequences: 1 }), makePlan('small', { sequences: 1 })]
  const ids = [...new Set(plans.map(({ model }) => model))]
  const folder = createFakeFolder(ids.map((id) => makeModel(id)))
  const factory = createFakeEngineFactory(options.engine)
  const restarts: string[] = []
  const { log } = createKeptLog()
  const manager = createManager({
    factory,
    folder,
    planner: createFakePlanner(() => plans, options.freeBytes),
    clock,
    log,
    settings: {
      model: options.model ?? 'auto',
      queueLength: options.queueLength ?? 4,
      idleUnloadMinutes: options.idleUnloadMinutes ?? 30,
    },
    onRestart: (model) => restarts.push(model),
  })
  const events: ModelsEvent[] = []
  manager.subscribe((event) => events.push(event))
  const turnOn = async (runner: Runner, signal: AbortSignal = never): Promise<Turn> => {
    const turn = await runner.enter({ person: 'anna', count: 1, signal }).turns[0]
    if (turn === undefined) throw new TypeError('no turn')
    return turn
  }
  const stateOf = (model: string): EngineState['state'] | undefined =>
    manager.state().engines.find((engine) => engine.model === model)?.state
  const until = async (model: string, state: EngineState['state']): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const stop = manager.subscribe((event) => {
      if (event.type === 'engine' && event.engine.model === model && event.engine.state === state) resolve()
    })
    if (stateOf(model) === state) resolve()
    await promise
    stop()
  }
  return { clock, folder, factory, manager, events, restarts, turnOn, stateOf, until }
}

const failure = async (promise: Promise<unknown>): Promise<unknown> =>
  await promise.then(
    () => null,
    (error: unknown) => error,
  )

describe('names', () => {
  test('nothing in particular means the default; ids are found in any case and with :latest', async () => {
    const { manager } = setUp()
    for (const name of ['auto', '', 'AUTO', 'big', 'BIG', 'Big:latest'])
      expect((await manager.find(name, 'chat')).model.id).toBe('big')
    expect((await manager.find('small', 'chat')).model.id).toBe('small')
    expect(await failure(manager.find('gpt-4', 'chat'))).toMatchObject({ code: 'model_not_found' })
  })

  test('the configured model is the default when it is here', async () => {
    const { manager } = setUp({ model: 'small' })
    expect((await manager.find('auto', 'chat')).model.id).toBe('small')
  })

  test('an embedding model does not chat, and is what embeddings mean by auto', async () => {
    const { manager, folder } = setUp()
    folder.put([makeModel('big'), makeModel('vectors', { kind: 'embedding' })])
    expect(await failure(manager.find('vectors', 'chat'))).toMatchObject({ code: 'chat_unsupported' })
    expect((await manager.find('auto', 'embedding')).model.id).toBe('vectors')
  })

  test('no model at all is an error of its own', async () => {
    const { manager, folder } = setUp({ plans: [] })
    folder.put([])
    expect(await failure(manager.find('auto', 'chat'))).toMatchObject({ code: 'no_model' })
  })

  test('where none fitted at the start, who asks later has what fits by then', async () => {
    let free = 0
    const { manager } = setUp({ freeBytes: () => free })
    await manager.preload()
    expect(manager.defaultModel()).toBeNull()
    free = 16 * gib
    expect((await manager.find('auto', 'chat')).model.id).toBe('big')
    expect(manager.defaultModel()).toBe('big')
  })
})

describe('loading', () => {
  test('requests that come together share one load', async () => {
    const { manager, factory, stateOf, turnOn } = setUp({ plans: [makePlan('big', { sequences: 3 })] })
    const runner = await manager.find('auto', 'chat')
    const turns = [turnOn(runner), turnOn(runner), turnOn(runner)]
    expect(stateOf('big')).toBe('loading')
    for (const turn of await Promise.all(turns)) turn.release()
    expect(factory.engines).toHaveLength(1)
    expect(stateOf('big')).toBe('ready')
  })

  test('tells its progress and its states', async () => {
    const { manager, events, turnOn } = setUp()
    await turnOn(await manager.find('auto', 'chat'))
    const states = events.flatMap((event) => (event.type === 'engine' ? [event.engine.state] : []))
    expect([...new Set(states)]).toEqual(['loading', 'ready'])
    expect(events).toContainEqual({ type: 'models', installed: 2, defaultModel: 'big' })
  })

  test('a plan that fails gives way to a shorter context, one sequence, the CPU', async () => {
    const tried: Plan[] = []
    const best = makePlan('big', { backend: 'vulkan', gpuLayers: 30 })
    const { manager, turnOn } = setUp({
      plans: [best],
      engine: {
        failLoad: (plan) => {
          tried.push(plan)
          return plan.backend === 'cpu'
            ? null
            : new HobError('model_load_failed', { model: 'big', detail: 'no memory' })
        },
      },
    })
    const turn = await turnOn(await manager.find('auto', 'chat'))
    expect(turn.loaded.plan.backend).toBe('cpu')
    expect(tried.map(({ contextTokens, sequences, backend }) => [contextTokens, sequences, backend])).toEqual(
      [
        [8192, 2, 'vulkan'],
        [4096, 2, 'vulkan'],
        [4096, 1, 'vulkan'],
        [4096, 1, 'cpu'],
      ],
    )
    expect(tried[2]?.memory.totalBytes).toBeLessThan(best.memory.totalBytes)
    expect(manager.given().failures.map(({ detail }) => detail)).toEqual(Array(3).fill('no memory'))
  })

  test('when every plan fails, who waits is told, and nobody tries again before the pause is over', async () => {
    const works = { yes: false }
    const { manager, factory, clock, stateOf, turnOn } = setUp({
      engine: {
        failLoad: () =>
          works.yes ? null : new HobError('model_load_failed', { model: 'big', detail: 'no memory' }),
      },
    })
    const runner = await manager.find('big', 'chat')
    const failed = await failure(turnOn(runner))
    expect(failed).toMatchObject({ code: 'model_load_failed', retryAfterSeconds: 1 })
    expect(stateOf('big')).toBe('failed')
    const made = factory.engines.length
    expect(made).toBe(2)
    expect(await failure(turnOn(runner))).toMatchObject({ code: 'model_load_failed' })
    expect(factory.engines).toHaveLength(made)
    expect(factory.engines.every((engine) => engine.disposed)).toBe(true)
    works.yes = true
    clock.advance(1_000)
    const turn = await turnOn(runner)
    expect(stateOf('big')).toBe('ready')
    expect(turn.loaded.plan.contextTokens).toBe(4_096)
  })

  test('a file that is not a model is not tried with other plans', async () => {
    const { manager, factory, turnOn } = setUp({
      engine: { failLoad: () => new HobError('model_file_invalid', { file: 'big.gguf', detail: 'cut off' }) },
    })
    const runner = await manager.find('big', 'chat')
    expect(await failure(turnOn(runner))).toMatchObject({ code: 'model_file_invalid' })
    expect(factory.engines).toHaveLength(1)
  })

  test('preloading falls to the next choice', async () => {
    const { manager, stateOf } = setUp({
      engine: {
        failLoad: ({ model }) =>
          model === 'big' ? new HobError('model_load_failed', { model, detail: 'no memory' }) : null,
      },
    })
    await manager.preload()
    expect([stateOf('big'), stateOf('small')]).toEqual(['failed', 'ready'])
    expect(manager.defaultModel()).toBe('small')
  })
})

describe('a child that dies', () => {
  test('while loading counts against the plan', async () => {
    const { manager, factory, turnOn } = setUp({
      engine: { pause: () => new Promise<void>((resolve) => setImmediate(resolve)) },
    })
    const runner = await manager.find('big', 'chat')
    const waiting = turnOn(runner)
    while (factory.engines.length === 0) await Promise.resolve()
    factory.engines[0]?.crash('killed')
    const turn = await waiting
    expect(factory.engines).toHaveLength(2)
    expect(turn.loaded.plan.contextTokens).toBe(4_096)
    expect(manager.given().failures[0]?.detail).toBe('killed')
  })

  test('while it answers ends that answer, and who waits gets a new child', async () => {
    const { manager, factory, restarts, stateOf, turnOn } = setUp()
    const runner = await manager.find('big', 'chat')
    const running = await turnOn(runner)
    const next = turnOn(runner)
    factory.engines[0]?.crash('killed')
    await new Promise<void>((resolve) => running.ended.addEventListener('abort', () => resolve()))
    expect(running.ended.reason).toMatchObject({ code: 'engine_crashed' })
    running.release()
    const turn = await next
    expect(turn.engine).toBe(factory.engines[1])
    expect(stateOf('big')).toBe('ready')
    expect(restarts).toEqual(['big'])
  })

  test('while nobody asks leaves the model unloaded until somebody does', async () => {
    const { manager, factory, stateOf, turnOn, until } = setUp()
    const runner = await manager.find('big', 'chat')
    ;(await turnOn(runner)).release()
    factory.engines[0]?.crash('killed')
    await until('big', 'idle')
    expect(factory.engines).toHaveLength(1)
    ;(await turnOn(runner)).release()
    expect(stateOf('big')).toBe('ready')
  })

  test('again and again is given longer and longer pauses, then a smaller plan', async () => {
    const { manager, factory, clock, turnOn, until } = setUp()
    const runner = await manager.find('big', 'chat')
    const dieOnce = async (): Promise<unknown> => {
      ;(await turnOn(runner)).release()
      factory.engines.at(-1)?.crash('killed')
      await until('big', factory.engines.length === 1 ? 'idle' : 'failed')
      return await failure(turnOn(runner).then((turn) => turn.release()))
    }
    expect(await dieOnce()).toBeNull()
    const pauses: unknown[] = []
    for (const expected of [1, 2, 4]) {
      const error = await dieOnce()
      pauses.push(error instanceof HobError ? [error.code, error.retryAfterSeconds] : error)
      clock.advance(expected * 1_000)
    }
    expect(pauses).toEqual([
      ['model_load_failed', 1],
      ['model_load_failed', 2],
      ['model_load_failed', 4],
    ])
    const turn = await turnOn(runner)
    expect(turn.loaded.plan.contextTokens).toBeLessThan(8_192)
    turn.release()
  })
})

describe('leaving memory', () => {
  test('after the idle time, and not before', async () => {
    const { manager, factory, clock, stateOf, turnOn } = setUp({ idleUnloadMinutes: 30 })
    const runner = await manager.find('big', 'chat')
    ;(await turnOn(runner)).release()
    clock.advance(29 * 60_000)
    ;(await turnOn(runner)).release()
    clock.advance(29 * 60_000)
    expect(stateOf('big')).toBe('ready')
    clock.advance(60_000)
    expect(stateOf('big')).toBe('idle')
    expect(factory.engines[0]?.disposed).toBe(true)
  })

  test('never while somebody is being answered', async () => {
    const { manager, clock, stateOf, turnOn } = setUp({ idleUnloadMinutes: 30 })
    const runner = await manager.find('big', 'chat')
    const turn = await turnOn(runner)
    clock.advance(10 * 60 * 60_000)
    expect(stateOf('big')).toBe('ready')
    expect(await failure(manager.unload('big'))).toMatchObject({ code: 'model_in_use' })
    turn.release()
    await manager.unload('big')
    expect(stateOf('big')).toBe('idle')
  })

  test('never when the idle time is 0', async () => {
    const { manager, clock, stateOf, turnOn } = setUp({ idleUnloadMinutes: 0 })
    ;(await turnOn(await manager.find('big', 'chat'))).release()
    clock.advance(1_000 * 60 * 60_000)
    expect(stateOf('big')).toBe('ready')
  })

  test('an idle model makes room for another; one that answers does not', async () => {
    const { manager, factory, stateOf, turnOn } = setUp({
      // 6 GiB in all, 4 for each model
      freeBytes: () =>
        6 * gib - factory.engines.filter((engine) => engine.plan && !engine.disposed).length * 4 * gib,
    })
    const big = await turnOn(await manager.find('big', 'chat'))
    const small = await manager.find('small', 'chat')
    expect(await failure(turnOn(small))).toMatchObject({
      code: 'model_load_failed',
      message: expect.stringContaining('more memory') as unknown,
    })
    expect(stateOf('big')).toBe('ready')
    big.release()
    small.load()
    await small.settled()
    expect([stateOf('big'), stateOf('small')]).toEqual(['idle', 'ready'])
  })

  test('two models stay when there is room for both', async () => {
    const { manager, stateOf, turnOn } = setUp()
    ;(await turnOn(await manager.find('big', 'chat'))).release()
    ;(await turnOn(await manager.find('small', 'chat'))).release()
    expect([stateOf('big'), stateOf('small')]).toEqual(['ready', 'ready'])
  })

  test('a load that nobody waits for can be stopped', async () => {
    const { manager, factory, stateOf } = setUp()
    await manager.load('big')
    expect(stateOf('big')).toBe('loading')
    await manager.unload('big')
    expect(stateOf('big')).toBe('idle')
    expect(factory.engines.every((engine) => engine.disposed)).toBe(true)
  })
})

describe('ending', () => {
  test('tells who waits and who is answered, and frees every child', async () => {
    const { manager, factory, turnOn } = setUp()
    const runner = await manager.find('big', 'chat')
    const running = await turnOn(runner)
    const waiting = turnOn(runner)
    const loading = turnOn(await manager.find('small', 'chat'))
    await manager.dispose()
    expect(running.ended.reason).toMatchObject({ code: 'shutting_down' })
    expect(await failure(waiting)).toMatchObject({ code: 'shutting_down' })
    expect(await failure(loading)).toMatchObject({ code: 'shutting_down' })
    expect(await failure(turnOn(runner))).toMatchObject({ code: 'shutting_down' })
    expect(factory.engines.every((engine) => engine.disposed)).toBe(true)
  })
})

describe('files that go', () => {
  test('take their model out of memory, and off the list', async () => {
    const { manager, folder, factory, turnOn } = setUp()
    ;(await turnOn(await manager.find('big', 'chat'))).release()
    folder.put([makeModel('small')])
    await manager.refresh()
    await expect.poll(() => manager.state().engines).toEqual([])
    expect(factory.engines[0]?.disposed).toBe(true)
    expect(await failure(manager.find('big', 'chat'))).toMatchObject({ code: 'model_not_found' })
  })

  test('but not from somebody who is being answered', async () => {
    const { manager, folder, factory, turnOn } = setUp()
    const turn = await turnOn(await manager.find('big', 'chat'))
    folder.put([makeModel('small')])
    await manager.refresh()
    expect(factory.engines[0]?.disposed).toBe(false)
    turn.release()
    await manager.refresh()
    await expect.poll(() => factory.engines[0]?.disposed).toBe(true)
  })
})
