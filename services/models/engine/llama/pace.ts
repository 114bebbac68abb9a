// How much of a prompt is read at once: about 300 ms' worth at the speed measured here, so that an abort settles in
// half a second and others' answers go on in between. Owns the measured speed of one loaded model.

const targetMs = 300
const smallest = 32
const largest = 512

export type Pace = ReturnType<typeof createPace>

export function createPace() {
  let tokensPerMs: number | null = null
  let readers = 0
  return {
    enter: (): void => void readers++,
    leave: (): void => void readers--,
    /** Those who read at the same time share the time. */
    sliceTokens(): number {
      if (tokensPerMs === null) return smallest
      const share = Math.round((tokensPerMs * targetMs) / Math.max(1, readers))
      return Math.min(largest, Math.max(smallest, share))
    },
    read(tokens: number, elapsedMs: number): void {
      const speed = (tokens * Math.max(1, readers)) / Math.max(elapsedMs, 0.1)
      tokensPerMs = tokensPerMs === null ? speed : tokensPerMs * 0.7 + speed * 0.3
    },
  }
}
