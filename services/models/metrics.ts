// What Prometheus may ask of this service, in a registry of its own (exposition format 0.0.4). Owns the counters;
// numbers that are a state are read when somebody asks. Used by the routes and by generation.
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { ModelsState } from '#appliance/contracts/models.ts'
import type { GenerateEvent } from './engine/engine.ts'

export interface ModelsMetrics {
  request(route: string, outcome: string): void
  prompted(event: Extract<GenerateEvent, { type: 'prompt' }>): void
  answered(event: Extract<GenerateEvent, { type: 'end' }>): void
  /** A generation ended early, after so many tokens. */
  aborted(tokens: number): void
  embedded(promptTokens: number): void
  restarted(): void
  /** Prometheus text; `state` is what holds now. */
  text(state: ModelsState): Promise<string>
  readonly contentType: string
}

const states = ['idle', 'loading', 'ready', 'failed'] as const

export function createMetrics(): ModelsMetrics {
  const registry = new Registry()
  const registers = [registry]
  const counter = (name: string, help: string): Counter =>
    new Counter({ name: `hob_models_${name}`, help, registers })
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[]): Gauge<Label> =>
    new Gauge({ name: `hob_models_${name}`, help, labelNames, registers })

  const requests = new Counter({
    name: 'hob_models_requests_total',
    help: 'Requests by route and outcome: ok, or the code of the error.',
    labelNames: ['route', 'outcome'],
    registers,
  })
  const generated = counter('generated_tokens_total', 'Tokens generated.')
  const prompts = counter('prompt_tokens_total', 'Prompt tokens of all requests, cached ones too.')
  const cached = counter('cached_tokens_total', 'Prompt tokens that were still in memory.')
  const aborted = counter(
    'aborted_total',
    'Generations that ended early: the client left, or the engine did.',
  )
  const restarts = counter('child_restarts_total', 'Children that died by themselves.')
  const firstToken = new Histogram({
    name: 'hob_models_first_token_seconds',
    help: 'Time from the start of a turn to its first token.',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64],
    registers,
  })
  const speed = new Histogram({
    name: 'hob_models_tokens_per_second',
    help: 'Generation speed of single answers.',
    buckets: [1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256],
    registers,
  })
  const waiting = gauge('queue_waiting', 'Requests that wait.', ['model'])
  const active = gauge('queue_active', 'Sequences that are generated now.', ['model'])
  const engine = gauge('engine_state', '1 for the state that the engine is in.', ['model', 'state'])
  const resident = gauge('child_resident_bytes', 'Resident memory of the child.', ['model'])

  return {
    request: (route, outcome) => requests.inc({ route, outcome }),
    prompted: ({ promptTokens, cachedTokens }) => {
      prompts.inc(promptTokens)
      cached.inc(cachedTokens)
    },
    answered: ({ completionTokens, firstTokenMs, tokensPerSecond }) => {
      generated.inc(completionTokens)
      firstToken.observe(firstTokenMs / 1_000)
      if (tokensPerSecond > 0) speed.observe(tokensPerSecond)
    },
    aborted: (tokens) => {
      aborted.inc()
      generated.inc(tokens)
    },
    embedded: (promptTokens) => prompts.inc(promptTokens),
    restarted: () => restarts.inc(),
    text: (state) => {
      for (const gauge of [waiting, active, engine, resident]) gauge.reset()
      for (const { model, ...now } of state.engines) {
        waiting.set({ model }, now.waiting)
        active.set({ model }, now.active)
        for (const state of states) engine.set({ model, state }, now.state === state ? 1 : 0)
        if (now.residentBytes !== null) resident.set({ model }, now.residentBytes)
      }
      return registry.metrics()
    },
    contentType: registry.contentType,
  }
}
