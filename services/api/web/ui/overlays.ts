// What lies over the page for a moment: one question with its answer awaited, who one is once more,
// short notes, the search.
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
  /** Set while the person is asked who they are; hears whether they said so. */
  readonly confirming: Readable<((confirmed: boolean) => void) | null>
  readonly ask: (request: DialogRequest) => Promise<string | null>
  /** Calls while it is open share its answer. */
  readonly confirm: () => Promise<boolean>
  readonly tell: (text: string) => void
  /** Nobody is there any more to answer. */
  readonly clear: () => void
}

const noteMs = 5000

export function createOverlays(): Overlays {
  const dialog = createStore<OpenDialog | null>(null)
  const note = createStore<{ readonly text: string } | null>(null)
  const palette = createStore(false)
  const confirming = createStore<((confirmed: boolean) => void) | null>(null)
  let confirmation: Promise<boolean> | null = null
  return {
    dialog,
    note,
    palette,
    confirming,
    confirm: () =>
      (confirmation ??= new Promise((resolve) => {
        confirming.set((confirmed) => {
          confirming.set(null)
          confirmation = null
          resolve(confirmed)
        })
      })),
    clear: () => {
      dialog.get()?.answer(null)
      confirming.get()?.(false)
      palette.set(false)
    },
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
