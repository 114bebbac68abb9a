// A QR code as text, dark on light, for a terminal of either colour. The one door to uqr.
import { renderUnicodeCompact } from 'uqr'

/** Two rows a line; the quiet zone that phones look for is part of it. */
export const qrText = (content: string): string => renderUnicodeCompact(content, { ecc: 'M', border: 2 })
