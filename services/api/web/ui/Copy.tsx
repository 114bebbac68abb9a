// Copies text and says so. Over plain HTTP browsers offer no clipboard API, so the old way stands in.
import { useState } from 'preact/hooks'
import { useApp, useTranslation } from '../app/context.ts'
import { Icon } from './Icon.tsx'

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // Not offered here, or refused.
  }
  const before = document.activeElement
  const area = document.createElement('textarea')
  area.value = text
  area.className = 'offscreen'
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  if (before instanceof HTMLElement) before.focus()
  return done
}

/** Copies and tells when it did not work; true when it did. */
export function useCopy(): (text: string) => Promise<boolean> {
  const { overlays } = useApp()
  const { t } = useTranslation()
  return async (text) => {
    const done = await copyText(text)
    overlays.tell(done ? t.common.copied : t.common.copyFailed)
    return done
  }
}

export function CopyButton({ text, label }: { text: string; label: string }) {
  const copy = useCopy()
  const [done, setDone] = useState(false)
  const press = async (): Promise<void> => {
    setDone(await copy(text))
    setTimeout(() => setDone(false), 2000)
  }
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} onClick={() => void press()}>
      <Icon name={done ? 'done' : 'copy'} size={18} />
    </button>
  )
}
