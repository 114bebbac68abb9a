// What the starter is: its shape, its seed, how long it learns. README.md says what else was tried.
import type { Phase } from './rows.ts'

export interface Shape {
  readonly embedding: number
  readonly headLength: number
  readonly heads: number
  readonly kvHeads: number
  readonly layers: number
  readonly feedForward: number
  readonly vocabulary: number
  readonly ropeBase: number
}

export interface Plan {
  readonly seed: number
  readonly shape: Shape
  /** One after another; the learning rate rises and falls once over all of them. */
  readonly phases: readonly Phase[]
  readonly muonRate: number
  readonly adamRate: number
  readonly weightDecay: number
}

/** As long as the longest rows that it learns from. */
export const contextTokens = 1024

export const plan: Plan = {
  seed: 0x486f62,
  shape: {
    embedding: 256,
    headLength: 64,
    heads: 4,
    kvHeads: 2,
    layers: 6,
    feedForward: 704,
    vocabulary: 4096,
    ropeBase: 10_000,
  },
  phases: Array.from({ length: 10 }, () => [
    { rows: 8_608, length: 256, batch: 16, maxTurns: 3 },
    { rows: 24, length: 1024, batch: 4, maxTurns: 24 },
  ]).flat(),
  muonRate: 0.01,
  adamRate: 0.004,
  weightDecay: 0.05,
}
