// Seeded random numbers for tests; the seed is printed, so that a failure can be run again with HOB_TEST_SEED.
/** mulberry32: uniform in [0, 1). */
export function seededRandom(): () => number {
  let state = Number(process.env['HOB_TEST_SEED'] ?? Date.now() % 2 ** 31)
  process.stdout.write(`HOB_TEST_SEED=${state}\n`)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
