// What lies over the page for a moment: one question with its answer awaited, short notes, the search.
import { createStore, type Readable, type Store } from '../app/store.ts'

export interface DialogRequest {
  readonly title: string
  readonly text: string
  readonly action: string
  readonly destroys?: boolean
  /** Asks for one line of text, which starts as this. */
  readonly input?: { readonly label: string; readonly value: string }
}

export interface OpenDialog extends DialogRequest {
  /** The text that was entered (empty without an input), or null when it was cancelled. */
  readonly answer: (value: string | null) => void
}

export interface Overlays {
  readonly dialog: Readable<OpenDialog | null>
  readonly note: Readable<{ readonly text: string } | null>
  readonly palette: Store<boolean>
  readonly ask: (request: DialogRequest) => Promise<string | null>
  readonly tell: (text: string) => void
}

const noteMs = 5000

export function createOverlays(): Overlays {
  const dialog = createStore<OpenDialog | null>(null)
  const note = createStore<{ readonly text: string } | null>(null)
  return {
    dialog,
    note,
    palette: createStore(false),
    ask: (request) =>
      new Promise((resolve) => {
        dialog.get()?.answer(null)
        dialog.set({
          ...request,
          answer: (value) => {
            dialog.set(null)
            resolve(value)
          },
        })
      }),
    tell: (text) => {
      const mine = { text }
      note.set(mine)
      setTimeout(() => {
        if (note.get() === mine) note.set(null)
      }, noteMs)
    },
  }
}
