// What the page knows of the door: whether the box is claimed, and who is signed in. Asked before anything else, and
// again whenever the box turns something away. Owns the answer, and which way in is being gone (claiming and joining go
// on for some steps after the person is in).
import type { Door, Person } from '#appliance/contracts/identity.ts'
import type { Api } from '../app/api.ts'
import { type Problem, toProblem } from '../app/problem.ts'
import { createStore, type Readable } from '../app/store.ts'

export interface DoorState {
  /** Null until the box answered for the first time. */
  readonly door: Door | null
  /** Why it could not be asked; only as long as nothing is known. */
  readonly problem: Problem | null
  readonly flow: 'claim' | 'join' | null
  /** Who was in last: after a session ended they come back to where they were. */
  readonly last: Person | null
}

export interface DoorKeeper {
  readonly state: Readable<DoorState>
  /** Asks the box; a call while one is under way waits for one more, so that the answer is never older than the call. */
  readonly ask: () => Promise<void>
  readonly begin: (flow: 'claim' | 'join') => void
  readonly end: () => void
  /** Signs out on this device and begins anew, with nothing of the person's left in the page. */
  readonly leave: () => Promise<void>
}

interface Options {
  api: Pick<Api, 'door' | 'signOut'>
  /** Drafts and the like: belongs to one person, and goes when another comes. */
  storage: Pick<Storage, 'getItem' | 'setItem' | 'clear'>
  /** Somebody came in, or their role is another one. */
  onIn: () => void
  onOut: () => void
  /** Loads the page anew: what it holds belongs to somebody else. */
  startOver: () => void
}

const whoKey = 'hob.who'

export function createDoor({ api, storage, onIn, onOut, startOver }: Options): DoorKeeper {
  const state = createStore<DoorState>({ door: null, problem: null, flow: null, last: null })
  let asking: Promise<void> | null = null
  let again = false

  const take = (door: Door): void => {
    const { door: before, last } = state.get()
    const { person } = door
    if (person !== null) {
      const drafts = storage.getItem(whoKey)
      if (drafts !== null && drafts !== person.id) storage.clear()
      storage.setItem(whoKey, person.id)
      if (last !== null && last.id !== person.id) {
        startOver()
        return
      }
    }
    state.update((now) => ({ ...now, door, problem: null, last: person ?? last }))
    const was = before?.person ?? null
    if (person === null) {
      if (was !== null) onOut()
    } else if (was === null || was.role !== person.role) onIn()
  }

  const run = async (): Promise<void> => {
    do {
      again = false
      try {
        take(await api.door())
      } catch (error) {
        const problem = toProblem(error)
        state.update((now) => (now.door === null ? { ...now, problem } : now))
      }
    } while (again)
    asking = null
  }

  return {
    state,
    ask: () => {
      if (asking === null) asking = run()
      else again = true
      return asking
    },
    begin: (flow) => state.update((now) => ({ ...now, flow })),
    end: () => state.update((now) => ({ ...now, flow: null })),
    leave: async () => {
      await api.signOut()
      storage.clear()
      startOver()
    },
  }
}
