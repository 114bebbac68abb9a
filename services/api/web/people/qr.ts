// The one door to uqr: a QR code as one path of an SVG, a module a unit. Loaded when one is first shown.
import { encode } from 'uqr'

export interface QrPicture {
  readonly size: number
  readonly path: string
}

/** The standard asks for a quiet margin of four modules (ISO/IEC 18004). */
const margin = 4

export function drawQr(text: string): QrPicture {
  const { data } = encode(text, { ecc: 'M', border: margin })
  const path = data
    .flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join('')
  return { size: data.length, path }
}
