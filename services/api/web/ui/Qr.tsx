// A QR code to scan from this screen; the drawing of it is loaded when one is first shown.
import { useEffect, useState } from 'preact/hooks'
import type { QrPicture } from '../people/qr.ts'

interface Props {
  text: string
  label: string
}

export function Qr({ text, label }: Props) {
  const [picture, setPicture] = useState<QrPicture | null>(null)
  useEffect(() => {
    let current = true
    const draw = async (): Promise<void> => {
      const { drawQr } = await import('../people/qr.ts')
      if (current) setPicture(drawQr(text))
    }
    // without it there is still the text beneath
    draw().catch(() => undefined)
    return () => {
      current = false
    }
  }, [text])
  if (picture === null) return null
  const { size, path } = picture
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <rect class="qr-paper" width={size} height={size} />
      <path class="qr-ink" d={path} />
    </svg>
  )
}
