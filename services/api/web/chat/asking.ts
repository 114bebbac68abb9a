// One question and its answer: shown at once, streamed, stopped, failed. What arrives between two frames is put on the
// page in one go, so that a fast model does not make a slow phone stutter.
import type { Ask, Turn } from '#appliance/contracts/box.ts'
import type { Api } from '../app/api.ts'
import { type Problem, ProblemError, readProblem, toProblem } from '../app/problem.ts'
import type { Thread } from './chat.ts'
import { readEvents } from './sse.ts'

interface Options {
  api: Pick<Api, 'ask'>
  onFrame: (run: () => void) => void
  patch: (id: string, change: (thread: Thread) => Thread) => void
  turns: (id: string) => readonly Turn[]
  finished: (text: string) => void
  /** The answer ended, however: the stored conversation is worth reading again. */
  settled: (id: string) => void
}

/** Turns that exist on this page only, until the box names them. */
export const isLocal = (turn: Turn): boolean => turn.id.startsWith('local-')

export function createAsking({ api, onFrame, patch, turns, finished, settled }: Options) {
  const running = new Map<string, AbortController>()

  const begin = (id: string, ask: Ask): { question: string; answer: string } => {
    const now = new Date().toISOString()
    const question = draft('user', ask.content, now)
    const answer = draft('assistant', '', now)
    patch(id, (thread) => {
      const cut = thread.turns.findIndex((turn) => turn.id === ask.replaces)
      const kept = (cut === -1 ? thread.turns : thread.turns.slice(0, cut)).filter((turn) => !isLocal(turn))
      return { ...thread, turns: [...kept, question, answer], problem: null, busy: true }
    })
    return { question: question.id, answer: answer.id }
  }

  const ask = async (id: string, ask: Ask): Promise<void> => {
    if (running.has(id)) return
    const controller = new AbortController()
    running.set(id, controller)
    const shown = begin(id, ask)
    let pending = { content: '', reasoning: '' }
    let scheduled = false
    let begun = false

    const change = (target: string, edit: (turn: Turn) => Turn): void =>
      patch(id, (thread) => ({
        ...thread,
        turns: thread.turns.map((turn) => (turn.id === target ? edit(turn) : turn)),
      }))
    const flush = (): void => {
      scheduled = false
      const { content, reasoning } = pending
      if (content === '' && reasoning === '') return
      pending = { content: '', reasoning: '' }
      change(shown.answer, (turn) => ({
        ...turn,
        content: turn.content + content,
        reasoning: reasoning === '' ? turn.reasoning : (turn.reasoning ?? '') + reasoning,
      }))
    }
    const receive = (event: string, data: string): boolean => {
      if (event === 'delta') {
        const delta: { content?: string; reasoning?: string } = JSON.parse(data)
        pending.content += delta.content ?? ''
        pending.reasoning += delta.reasoning ?? ''
        if (!scheduled) {
          scheduled = true
          onFrame(flush)
        }
        return false
      }
      if (event === 'error') throw new ProblemError(readProblem(JSON.parse(data)))
      if (event !== 'turn') return false
      flush()
      const turn: Turn = JSON.parse(data)
      if (turn.role === 'user') {
        change(shown.question, () => turn)
        shown.question = turn.id
        begun = true
        return false
      }
      change(shown.answer, () => turn)
      shown.answer = turn.id
      return turn.state !== 'streaming'
    }

    let end: { state: Turn['state']; error: Problem | null } | null = null
    try {
      const { body } = await api.ask(id, ask, controller.signal)
      if (body === null) throw new TypeError('no body')
      let complete = false
      for await (const { event, data } of readEvents(body)) complete = receive(event, data) || complete
      if (!complete) throw new TypeError('the stream ended early')
    } catch (error) {
      if (controller.signal.aborted) end = { state: 'stopped', error: null }
      else end = { state: 'failed', error: toProblem(error, begun ? 'broken' : 'unreachable') }
    }
    flush()
    const finish = end
    if (finish !== null) change(shown.answer, (turn) => ({ ...turn, ...finish }))
    running.delete(id)
    patch(id, (thread) => ({ ...thread, busy: false }))
    const answer = turns(id).find((turn) => turn.id === shown.answer)
    if (answer !== undefined) finished(answer.content)
    // Ended early, the box may still be writing down what there was: the live channel tells when to read it.
    if (finish === null) settled(id)
  }

  return { ask, stop: (id: string) => running.get(id)?.abort() }
}

function draft(role: Turn['role'], content: string, createdAt: string): Turn {
  return {
    id: `local-${role}-${createdAt}`,
    role,
    content,
    reasoning: null,
    state: role === 'user' ? 'complete' : 'streaming',
    model: null,
    tokens: null,
    tokensPerSecond: null,
    firstTokenMs: null,
    error: null,
    createdAt,
  }
}
