// A value that components watch. A store belongs to whoever created it; there are none at module level.
import { useLayoutEffect, useReducer, useRef } from 'preact/hooks'

export interface Readable<Value> {
  readonly get: () => Value
  readonly subscribe: (listener: () => void) => () => void
}

export interface Store<Value> extends Readable<Value> {
  readonly set: (value: Value) => void
  readonly update: (change: (value: Value) => Value) => void
}

export function createStore<Value>(initial: Value): Store<Value> {
  let value = initial
  const listeners = new Set<() => void>()
  const set = (next: Value): void => {
    if (Object.is(next, value)) return
    value = next
    for (const listener of listeners) listener()
  }
  return {
    get: () => value,
    set,
    update: (change) => set(change(value)),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Redraws the component when what it selects changes; a selector must return the same thing for the same value. */
export function useStore<Value, Selected>(
  store: Readable<Value>,
  select: (value: Value) => Selected,
): Selected {
  const [, redraw] = useReducer<number, null>((count) => count + 1, 0)
  const selected = select(store.get())
  const latest = useRef({ select, selected })
  latest.current = { select, selected }
  useLayoutEffect(() => {
    const check = (): void => {
      if (!Object.is(latest.current.select(store.get()), latest.current.selected)) redraw(null)
    }
    check()
    return store.subscribe(check)
  }, [store])
  return selected
}

export const useValue = <Value>(store: Readable<Value>): Value => useStore(store, (value) => value)
