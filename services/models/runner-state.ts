// One model's engine in words: the contract's, and those for who waits. Pure; used by the runner.
import type { EngineState } from '#appliance/contracts/models.ts'
import type { Queue } from './queue.ts'
import type { Rates } from './rates.ts'
import type { State } from './runner-types.ts'

interface Parts {
  model: string
  state: State
  queue: Pick<Queue, 'active' | 'waiting'>
  rates: Rates
  residentBytes: number | null
}

export const describeState = ({ model, state, queue, rates, residentBytes }: Parts): EngineState => ({
  model,
  state: state.name,
  plan: state.name === 'ready' ? state.loaded.plan : state.name === 'loading' ? state.plan : null,
  progress: state.name === 'ready' ? 1 : state.name === 'loading' ? state.progress : 0,
  detail: state.name === 'failed' ? state.error.message : null,
  residentBytes,
  active: queue.active,
  waiting: queue.waiting,
  tokensPerSecond: rates.tokensPerSecond,
  firstTokenMs: rates.firstTokenMs,
})

/** null when nothing is waited for. */
export function waitingWords(state: State, place: number): string | null {
  if (place === 0) return null
  return state.name === 'loading'
    ? `loading ${Math.round(state.progress * 100)} %`
    : `waiting, place ${place}`
}
