// From pushed events to an async iterable. Bounded by its sender: see unreadLimit in protocol.ts.

export interface EventQueue<Event> {
  readonly push: (events: readonly Event[]) => void
  /** Nothing more comes; what was pushed is still read. */
  readonly close: () => void
  /** What was pushed is still read, then the reader gets the error. */
  readonly fail: (error: Error) => void
  readonly read: () => AsyncGenerator<Event, void, undefined>
}

/** `onRead` is told of every event that a reader took. */
export function createEventQueue<Event>(onRead: () => void): EventQueue<Event> {
  let waiting: Event[] = []
  let end: { readonly error: Error | null } | null = null
  let wake: (() => void) | null = null
  const finish = (error: Error | null): void => {
    end ??= { error }
    wake?.()
  }
  return {
    push: (events) => {
      waiting.push(...events)
      wake?.()
    },
    close: () => finish(null),
    fail: (error) => finish(error),
    read: async function* read() {
      for (;;) {
        const batch = waiting
        waiting = []
        for (const event of batch) {
          onRead()
          yield event
        }
        if (waiting.length > 0) continue
        if (end !== null) {
          if (end.error !== null) throw end.error
          return
        }
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        wake = null
      }
    },
  }
}
