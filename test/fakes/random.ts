// Random inputs that can be had again: the seed is printed, and taken from HOB_TEST_SEED where it is given.
/** mulberry32 (public domain): uniform in [0, 1). */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export function printedSeed(): number {
  const seed = Number(process.env['HOB_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  process.stdout.write(`HOB_TEST_SEED=${seed}\n`)
  return seed
}

export const seededRandom = (): (() => number) => random(printedSeed())
