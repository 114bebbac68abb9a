// The real engine: a forked llama child behind the Engine interface. One engine is one process and one model; the
// process starts with the engine's first use. Used by the models service's main.ts through createChildEngineFactory.
import { type ChildProcess, type ForkOptions, fork as forkProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { LlamaDevice } from '#appliance/contracts/hardware.ts'
import type { Plan } from '#appliance/contracts/models.ts'
import { HobError } from '#appliance/errors.ts'
import type { Log } from '#appliance/log.ts'
import { type ChildLink, createChildLink, type LinkTiming, type Question } from './child-link.ts'
import type { Engine, EngineFactory, GenerateEvent } from './engine.ts'
import { createEventQueue } from './event-queue.ts'
import { readStep, type Settled } from './protocol.ts'

const entry = fileURLToPath(new URL('./llama-child.ts', import.meta.url))

const usualTiming: LinkTiming = { pingMs: 1_000, silenceMs: 20_000, loadSilenceMs: 60_000, exitMs: 1_000 }
/** For each process that looks: on a busy machine it takes some seconds to start, and a driver may hang. */
const devicesLimitMs = 10_000
/** As many Vulkan devices as are looked at one by one. */
const vulkanDevices = 4

export interface ChildEngineOptions {
  readonly log: Log
  readonly env?: NodeJS.ProcessEnv
  readonly timing?: Partial<LinkTiming>
  /** For tests that end or freeze the process. */
  readonly onFork?: (child: ChildProcess) => void
}

export function createChildEngineFactory(options: ChildEngineOptions): EngineFactory {
  return {
    create: () => createChildEngine(options),
    devices: (signal) => askDevices(options, signal),
  }
}

function start(
  { log, env = process.env, timing, onFork }: ChildEngineOptions,
  backend: Plan['backend'],
  device?: string,
): ChildLink {
  const settings: ForkOptions = {
    serialization: 'advanced',
    // A token makes little garbage: V8's young generation need not grow to its usual 16 MB three times over.
    execArgv: ['--no-warnings', '--max-semi-space-size=1'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // The leader of a process group, which ends as one.
    detached: true,
    env: {
      ...env,
      // Computations sit in libuv's pool, four threads by default: file reads would wait behind them for seconds.
      UV_THREADPOOL_SIZE: '16',
      // Each of those threads would get an arena of glibc's own: two hold 15 MB less, and tokens come as fast.
      MALLOC_ARENA_MAX: '2',
      // One GPU a process: node-llama-cpp adds up the memory of all that it sees. Software adapters are shown only so.
      ...(backend === 'vulkan'
        ? { GGML_VK_VISIBLE_DEVICES: device ?? env['GGML_VK_VISIBLE_DEVICES'] ?? '0' }
        : {}),
    },
  }
  const child = forkProcess(entry, [], settings)
  onFork?.(child)
  return createChildLink(child, { log, timing: { ...usualTiming, ...timing } })
}

function createChildEngine(options: ChildEngineOptions): Engine {
  const died = Promise.withResolvers<{ reason: string }>()
  let link: ChildLink | null = null

  const linked = (): ChildLink => {
    if (link === null) throw new HobError('engine_crashed')
    return link
  }

  const ask = async (
    question: Question,
    signal: AbortSignal,
    progress?: (fraction: number) => void,
  ): Promise<Settled> => {
    signal.throwIfAborted()
    const { answer } = linked().ask(question, signal, progress === undefined ? {} : { progress })
    return await answer
  }

  return {
    died: died.promise,
    async load(file, plan, onProgress, signal) {
      signal.throwIfAborted()
      if (link !== null) throw new TypeError('an engine loads once')
      link = start(options, plan.backend)
      void link.died.then(died.resolve)
      const kill = link.kill
      // Native loading does not always notice an abort: the process is worth nothing without its model anyway.
      signal.addEventListener('abort', kill, { once: true })
      try {
        const result = await ask({ type: 'load', file, plan }, signal, onProgress)
        if (result.kind !== 'loaded') throw new TypeError('unexpected answer')
        return result.model
      } catch (error) {
        signal.throwIfAborted()
        throw error instanceof HobError && error.code === 'engine_crashed'
          ? new HobError(
              'model_load_failed',
              { model: plan.model, detail: 'its process ended' },
              { cause: error },
            )
          : error
      } finally {
        signal.removeEventListener('abort', kill)
      }
    },
    async *generate(request, signal) {
      if (signal.aborted) return
      const to = linked()
      const stop = new AbortController()
      let read = 0
      const queue = createEventQueue<GenerateEvent>(() => {
        read++
        if (read % readStep === 0) to.send({ type: 'read', id, events: readStep })
      })
      const either = AbortSignal.any([signal, stop.signal])
      const { id, answer } = to.ask({ type: 'generate', request }, either, { events: queue.push })
      const settled = answer.then(queue.close, (error: Error) =>
        either.aborted ? queue.close() : queue.fail(error),
      )
      try {
        for await (const event of queue.read()) {
          if (signal.aborted) break
          yield event
        }
      } finally {
        // Whoever leaves early frees the sequence before the next one is let in.
        stop.abort()
        await settled
      }
    },
    async embed(inputs, signal) {
      const result = await ask({ type: 'embed', inputs }, signal)
      if (result.kind !== 'embedded') throw new TypeError('unexpected answer')
      return { vectors: result.vectors, promptTokens: result.promptTokens }
    },
    async stats() {
      const result = await ask({ type: 'stats' }, new AbortController().signal)
      if (result.kind !== 'stats') throw new TypeError('unexpected answer')
      return result.stats
    },
    async dispose() {
      await link?.exit()
    },
  }
}

async function askDevices(
  options: ChildEngineOptions,
  signal: AbortSignal,
): Promise<{ version: string; devices: LlamaDevice[] }> {
  const devices: LlamaDevice[] = []
  let version = ''
  const ask = async (backend: LlamaDevice['backend'], device?: string): Promise<number> => {
    if (signal.aborted) return 0
    const limit = AbortSignal.any([signal, AbortSignal.timeout(devicesLimitMs)])
    const link = start(options, backend, device)
    limit.addEventListener('abort', link.kill, { once: true })
    try {
      const result = await link.ask({ type: 'devices', backend }, limit).answer
      if (result.kind !== 'devices') return 0
      version = result.version
      devices.push(...result.devices)
      return result.devices.length
    } catch (error) {
      options.log.debug('llama.cpp has no such backend here', { backend, reason: String(error) })
      return 0
    } finally {
      limit.removeEventListener('abort', link.kill)
      await link.exit()
    }
  }
  await ask('cpu')
  if (process.platform === 'darwin') await ask('metal')
  else {
    await ask('cuda')
    for (let index = 0; index < vulkanDevices; index++) if ((await ask('vulkan', String(index))) === 0) break
  }
  signal.throwIfAborted()
  return { version, devices }
}
