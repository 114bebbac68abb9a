// What was measured over the last answers of one model: tokens a second and the time to the first token. Owns a short
// list of numbers; used by the runner of a model.

/** Enough to be steady, few enough to follow a change of load within minutes. */
const kept = 16

export interface Rates {
  add(answer: { readonly tokensPerSecond: number; readonly firstTokenMs: number }): void
  /** Medians; null before the first answer. */
  readonly tokensPerSecond: number | null
  readonly firstTokenMs: number | null
}

export function createRates(): Rates {
  const speeds: number[] = []
  const firsts: number[] = []
  return {
    add: ({ tokensPerSecond, firstTokenMs }) => {
      // an answer of one token has no speed
      if (Number.isFinite(tokensPerSecond) && tokensPerSecond > 0) keep(speeds, tokensPerSecond)
      keep(firsts, firstTokenMs)
    },
    get tokensPerSecond() {
      return median(speeds)
    },
    get firstTokenMs() {
      return median(firsts)
    },
  }
}

function keep(list: number[], value: number): void {
  list.push(value)
  if (list.length > kept) list.shift()
}

function median(list: readonly number[]): number | null {
  const sorted = list.toSorted((a, b) => a - b)
  const middle = sorted[Math.floor((sorted.length - 1) / 2)]
  const next = sorted[Math.ceil((sorted.length - 1) / 2)]
  return middle === undefined || next === undefined ? null : (middle + next) / 2
}
