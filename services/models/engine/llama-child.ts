// The process that holds one model: forked by child-engine.ts, thrown away after use. Answers the messages of
// protocol.ts. Ends when its parent does, whatever it is in the middle of; leaves Ctrl-C to its parent. It opens no
// socket and listens on none.
import { HobError } from '#appliance/errors.ts'
import { createLog } from '#appliance/log.ts'
import type { GenerateEvent, GenerateRequest } from './engine.ts'
import { askDevices } from './llama/devices.ts'
import { generate } from './llama/generate.ts'
import { type Loaded, load } from './llama/load.ts'
import { type FromChild, type Settled, type ToChild, toWire, unreadLimit } from './protocol.ts'

const log = createLog({
  service: 'llama',
  level: 'debug',
  write: (line) => {
    const { level, message, time: _time, service: _service, ...fields } = JSON.parse(line)
    say({ type: 'log', level, message, fields })
  },
})

function say(message: FromChild): void {
  if (process.connected) process.send?.(message)
}

process.on('SIGINT', () => {})
// Not exit(): that waits for native threads that are in the middle of a computation.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))

const running = new Map<number, { abort: AbortController; outlet: Outlet | null }>()
let loaded: Loaded | null = null

process.on('message', (message: ToChild) => {
  if (message.type === 'ping') say({ type: 'pong' })
  else if (message.type === 'abort') running.get(message.id)?.abort.abort()
  else if (message.type === 'read') running.get(message.id)?.outlet?.wasRead(message.events)
  else if (message.type === 'exit') process.exit(0)
  else void answer(message)
})

type Question = Extract<ToChild, { type: 'load' | 'generate' | 'embed' | 'stats' | 'devices' }>

async function answer(question: Question): Promise<void> {
  const { id } = question
  const abort = new AbortController()
  const outlet = question.type === 'generate' ? createOutlet(id, abort.signal) : null
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

type Outlet = ReturnType<typeof createOutlet>

/** Sends what was generated in one turn of the event loop as one message, and holds still when nobody reads. */
function createOutlet(id: number, signal: AbortSignal) {
  let gathered: GenerateEvent[] = []
  let unread = 0
  let scheduled = false
  let room: PromiseWithResolvers<void> | null = null
  const flush = (): void => {
    scheduled = false
    if (gathered.length > 0) say({ type: 'events', id, events: gathered })
    gathered = []
  }
  signal.addEventListener('abort', () => room?.resolve(), { once: true })
  return {
    flush,
    emit(event: GenerateEvent): Promise<void> | null {
      gathered.push(event)
      unread++
      if (!scheduled) {
        scheduled = true
        setImmediate(flush)
      }
      if (unread < unreadLimit || signal.aborted) return null
      room ??= Promise.withResolvers()
      return room.promise
    },
    wasRead(events: number): void {
      unread -= events
      if (unread >= unreadLimit) return
      room?.resolve()
      room = null
    },
  }
}
