// Reads QR codes as a phone does, with zbar (Debian's zbar-tools): from a picture, and from what a terminal shows.
import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'

export const noQrReader: string | null = existsSync('/usr/bin/zbarimg')
  ? null
  : 'no zbarimg here; install it: sudo apt-get install zbar-tools'

export const readQr = (file: string): string =>
  execFileSync('zbarimg', ['--quiet', '--raw', '--set', 'disable', '--set', 'qrcode.enable', file], {
    encoding: 'utf8',
  }).trim()

/** Each character is two modules, one above the other; a terminal with light writing on a dark ground draws them so. */
const modules: Readonly<Record<string, readonly [top: number, bottom: number]>> = {
  ' ': [0, 0],
  '▀': [255, 0],
  '▄': [0, 255],
  '█': [255, 255],
}
const pixels = 8

/** The lines of `text` that are a QR code, as a picture in `file` (PGM). */
export function drawTerminal(text: string, file: string): void {
  const lines = text.split('\n').filter((line) => /^[ ▀▄█]*[▀▄█][ ▀▄█]*$/.test(line))
  const width = Math.max(...lines.map((line) => line.length))
  const rows = lines.flatMap((line) =>
    [0, 1].map((half) => Array.from(line.padEnd(width), (character) => modules[character]?.[half] ?? 0)),
  )
  const drawn = rows.flatMap((row) => {
    const wide = row.flatMap((value) => Array.from({ length: pixels }, () => value)).join(' ')
    return Array.from({ length: pixels }, () => wide)
  })
  writeFileSync(file, `P2\n${width * pixels} ${drawn.length}\n255\n${drawn.join('\n')}\n`)
}
