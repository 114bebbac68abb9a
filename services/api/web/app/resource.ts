// One thing of the box that the page shows: read when first wanted, kept when the link drops, read again on demand.
// Calls while one is under way lead to one more reading, so what is shown is never older than the last call.
import { useMemo } from 'preact/hooks'
import { type Problem, toProblem } from './problem.ts'
import { createStore, type Readable } from './store.ts'

export interface Loaded<Value> {
  readonly value: Value | null
  /** Why the last reading failed; an older value may still be there. */
  readonly problem: Problem | null
}

export interface Resource<Value> extends Readable<Loaded<Value>> {
  /** Reads it unless it is here already. */
  readonly want: () => void
  /** Reads it again, if anybody ever wanted it. */
  readonly refresh: () => void
  readonly patch: (change: (value: Value) => Value) => void
}

export function createResource<Value>(read: () => Promise<Value>): Resource<Value> {
  const store = createStore<Loaded<Value>>({ value: null, problem: null })
  let wanted = false
  let reading = false
  let again = false

  const run = async (): Promise<void> => {
    if (reading) {
      again = true
      return
    }
    reading = true
    do {
      again = false
      try {
        store.set({ value: await read(), problem: null })
      } catch (error) {
        const problem = toProblem(error)
        store.update((now) => ({ ...now, problem }))
      }
    } while (again)
    reading = false
  }

  return {
    get: store.get,
    subscribe: store.subscribe,
    want: () => {
      if (wanted && store.get().problem === null) return
      wanted = true
      void run()
    },
    refresh: () => {
      if (wanted) void run()
    },
    patch: (change) =>
      store.update((now) => (now.value === null ? now : { ...now, value: change(now.value) })),
  }
}

/** One that a component owns: read when it is first shown, forgotten with it. `read` must stay the same. */
export const useResource = <Value>(read: () => Promise<Value>): Resource<Value> =>
  useMemo(() => createResource(read), [read])
