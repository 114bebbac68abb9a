// Questions that stop the work for a moment, and short notes. A native dialog keeps the focus inside and closes by Esc.
import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useApp, useTranslation } from '../app/context.ts'
import { useValue } from '../app/store.ts'
import type { OpenDialog } from './overlays.ts'

interface ModalProps {
  label: string
  class?: string
  onClose: () => void
  children: ComponentChildren
}

export function Modal({ label, class: kind = '', onClose, children }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  // Before the paint: who types on at once types into the dialog.
  useLayoutEffect(() => {
    const before = document.activeElement
    const element = dialog.current
    element?.showModal()
    return () => {
      // While it is open all else is inert and takes no focus.
      element?.close()
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      class={`dialog ${kind}`}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose()
      }}
    >
      {children}
    </dialog>
  )
}

function Question({ dialog }: { dialog: OpenDialog }) {
  const { t } = useTranslation()
  const [value, setValue] = useState(dialog.input?.value ?? '')
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => input.current?.select(), [])
  const empty = dialog.input !== undefined && value.trim() === ''
  return (
    <Modal label={dialog.title} onClose={() => dialog.answer(null)}>
      <form
        class="dialog-body"
        onSubmit={(event) => {
          event.preventDefault()
          if (!empty) dialog.answer(value.trim())
        }}
      >
        <h2>{dialog.title}</h2>
        {dialog.text !== '' && <p>{dialog.text}</p>}
        {dialog.input !== undefined && (
          <label class="field">
            <span>{dialog.input.label}</span>
            <input
              ref={input}
              maxLength={200}
              value={value}
              onInput={(event) => setValue(event.currentTarget.value)}
            />
          </label>
        )}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={() => dialog.answer(null)}>
            {t.common.cancel}
          </button>
          <button type="submit" class={`button ${dialog.destroys ? 'danger' : 'primary'}`} disabled={empty}>
            {dialog.action}
          </button>
        </div>
      </form>
    </Modal>
  )
}

/** The dialog that is open, and the last note; stands once in the page. */
export function OverlayHost() {
  const { overlays } = useApp()
  const dialog = useValue(overlays.dialog)
  const note = useValue(overlays.note)
  return (
    <>
      {dialog !== null && <Question key={dialog.title} dialog={dialog} />}
      <div class="notes" role="status">
        {note !== null && <p class="note">{note.text}</p>}
      </div>
    </>
  )
}
