// What the llama child does with the messages of protocol.ts: loads one model, answers about it, several questions at
// once. Owns the loaded model and the questions under way; one child belongs to llama-child.ts, which is its process.
import { HobError } from '#appliance/errors.ts'
import type { Log } from '#appliance/log.ts'
import type { GenerateRequest } from '../engine.ts'
import { type FromChild, type Settled, type ToChild, toWire } from '../protocol.ts'
import { askDevices } from './devices.ts'
import { generate } from './generate.ts'
import { type Loaded, load } from './load.ts'
import { createOutlet, type Outlet } from './outlet.ts'

type Question = Extract<ToChild, { type: 'load' | 'generate' | 'embed' | 'stats' | 'devices' }>

interface ChildParts {
  readonly say: (message: FromChild) => void
  readonly log: Log
  /** Ends the process. */
  readonly exit: () => void
}

/** Returns what to call with each message of the parent. */
export function createChild({ say, log, exit }: ChildParts): (message: ToChild) => void {
  const running = new Map<number, { abort: AbortController; outlet: Outlet | null }>()
  let loaded: Loaded | null = null

  async function answer(question: Question): Promise<void> {
    const { id } = question
    const abort = new AbortController()
    const outlet = question.type === 'generate' ? createOutlet({ id, say, signal: abort.signal }) : null
    running.set(id, { abort, outlet })
    try {
      say({ type: 'settled', id, result: await settle(question, outlet, abort.signal) })
    } catch (error) {
      const failure = abort.signal.aborted ? new HobError('client_gone') : error
      say({ type: 'failed', id, error: toWire(failure) })
    } finally {
      running.delete(id)
    }
  }

  async function settle(question: Question, outlet: Outlet | null, signal: AbortSignal): Promise<Settled> {
    if (question.type === 'load') {
      const onProgress = (fraction: number) => say({ type: 'progress', id: question.id, fraction })
      loaded = await load({ file: question.file, plan: question.plan, log, onProgress, signal })
      return { kind: 'loaded', model: loaded.summary }
    }
    if (question.type === 'generate') {
      await generateInto(question.request, outlet, signal)
      return { kind: 'generated' }
    }
    if (question.type === 'embed') {
      const { embedder, summary } = here()
      if (embedder === null) throw new HobError('embeddings_unsupported', { model: summary.plan.model })
      return { kind: 'embedded', ...(await embedder.embed(question.inputs, signal)) }
    }
    if (question.type === 'devices') return { kind: 'devices', ...(await askDevices(question.backend, log)) }
    const count = loaded?.generation?.count ?? { generatedTokens: 0, promptTokens: 0 }
    const activeSequences = loaded?.generation?.pool.active() ?? 0
    return { kind: 'stats', stats: { residentBytes: process.memoryUsage.rss(), ...count, activeSequences } }
  }

  function here(): Loaded {
    if (loaded === null) throw new TypeError('asked before a model was loaded')
    return loaded
  }

  async function generateInto(
    request: GenerateRequest,
    outlet: Outlet | null,
    signal: AbortSignal,
  ): Promise<void> {
    const { generation, summary } = here()
    if (generation === null || outlet === null) {
      throw new HobError('chat_unsupported', { model: summary.plan.model })
    }
    await generate(generation, request, (event) => outlet.emit(event), signal)
    outlet.flush()
  }

  return (message) => {
    if (message.type === 'ping') say({ type: 'pong' })
    else if (message.type === 'abort') running.get(message.id)?.abort.abort()
    else if (message.type === 'read') running.get(message.id)?.outlet?.wasRead(message.events)
    else if (message.type === 'exit') exit()
    else void answer(message)
  }
}
