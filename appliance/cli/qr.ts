// QR codes as text, dark on light, for a terminal of either colour. The one door to uqr.
import { renderUnicodeCompact } from 'uqr'

/** Two rows a line; the quiet zone that phones look for is part of it. */
export const qrText = (content: string): string => renderUnicodeCompact(content, { ecc: 'M', border: 2 })

/** Side by side with what they hold beneath, where the terminal is wide enough for it; one below the other elsewhere. */
export function qrRow(contents: readonly string[], columns: number): string {
  const blocks = contents.map((content) => [...qrText(content).split('\n'), content])
  const wide = blocks.map((lines) => Math.max(...lines.map((line) => line.length)) + 4)
  if (wide.reduce((sum, width) => sum + width, 0) > columns)
    return blocks.map((lines) => lines.join('\n')).join('\n\n')
  const height = Math.max(...blocks.map((lines) => lines.length))
  const rows = Array.from({ length: height }, (_, row) =>
    blocks.map((lines, column) => alignedLine(lines, row - height).padEnd(wide[column] ?? 0)),
  )
  return rows.map((cells) => cells.join('').trimEnd()).join('\n')
}

/** Counted from the end, so that the captions stand in one line. */
const alignedLine = (lines: readonly string[], fromEnd: number): string => lines.at(fromEnd) ?? ''
