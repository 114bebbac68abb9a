// Do models still answer? Asks the one that comes with the box for a single token: it is small, always there, and exercises all
// that a large one needs. The only check that costs a model's call, so nothing but a person's wish or an update leads here.
import { HobError } from '../errors.ts'
import { type Check, issue, notMeasured, ok, reasonOf } from './check.ts'

interface Doors {
  /** The starter's id; null where it is not among the models. */
  starter: (signal: AbortSignal) => Promise<string | null>
  /** How many tokens it gave when it was asked for one. */
  oneToken: (model: string, signal: AbortSignal) => Promise<number>
  /** It loads in two seconds on the slowest machine of hardware-profiles; a busy one may take long. */
  withinMs?: number
}

/** Others ask it at this very moment, so it answers. */
const busy = new Set(['queue_full'])

export const modelCheck = ({ starter, oneToken, withinMs = 60_000 }: Doors): Check => ({
  name: 'model',
  gates: true,
  // beyond its own limit, so that a silent model is an issue and not a check that broke
  limitMs: withinMs + 5_000,
  issues: {
    model_missing: {
      severity: 'serious',
      message: 'The model that comes with the box is not there.',
      suggestion: 'Install this version of Hob again; your other models stay.',
    },
    model_silent: {
      severity: 'serious',
      message: 'The model {model} gave no token within {withinSeconds} s.',
      suggestion: 'Restart the box. If this stays, `hob logs models` says what it was doing.',
    },
    model_failed: {
      severity: 'serious',
      message: 'The model {model} could not answer: {reason}',
      suggestion: 'Restart the box. If this stays, `hob logs models` has the details.',
    },
  },
  reasons: { model_busy: 'The model is answering others.' },
  detect: async (signal) => {
    const patience = AbortSignal.timeout(withinMs)
    const model = await starter(signal)
    if (model === null) return issue('model_missing')
    try {
      const tokens = await oneToken(model, AbortSignal.any([signal, patience]))
      return tokens > 0 ? ok : issue('model_failed', { model, reason: 'it gave no token' })
    } catch (error) {
      if (patience.aborted) return issue('model_silent', { model, withinSeconds: withinMs / 1_000 })
      if (error instanceof HobError && busy.has(error.code)) return notMeasured('model_busy')
      return issue('model_failed', { model, reason: reasonOf(error) })
    }
  },
})
