// The last events, bounded in number and in bytes; the oldest leave first. Used by the hub alone.

export interface Entry {
  /** Null: for everybody. */
  readonly user: string | null
  /** The message without its number. */
  readonly tail: string
  readonly bytes: number
}

export interface Ring {
  push(entry: Entry): void
  newestFirst(): Iterable<Entry>
}

export function createRing({ slots, maxBytes }: { slots: number; maxBytes: number }): Ring {
  const entries: (Entry | undefined)[] = Array.from({ length: slots })
  let next = 0
  let count = 0
  let bytes = 0

  const at = (back: number): number => (next - back + 2 * slots) % slots

  const isTooLarge = (): boolean => bytes > maxBytes

  const dropOldest = (): void => {
    const oldest = at(count)
    bytes -= entries[oldest]?.bytes ?? 0
    entries[oldest] = undefined
    count--
  }

  return {
    push: (entry) => {
      if (count === slots) dropOldest()
      entries[next] = entry
      next = (next + 1) % slots
      count++
      bytes += entry.bytes
      while (isTooLarge()) dropOldest()
    },
    *newestFirst() {
      for (let back = 1; back <= count; back++) {
        const entry = entries[at(back)]
        if (entry !== undefined) yield entry
      }
    },
  }
}
