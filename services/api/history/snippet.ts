// The passage that a search shows: cut from the person's own text around the densest matches, which stand between
// U+E000 and U+E001 (private use: in nobody's text; where they are, they are left out).
import { type Phrase, type Token, tokens } from './tokens.ts'

const marks = { open: '\u{E000}', close: '\u{E001}' } as const
const widthUnits = 160
const leadUnits = 40
/** A word that is cut at the beginning is left out, unless it is as long as a sentence without spaces. */
const longestWordUnits = 16

interface Range {
  readonly start: number
  readonly end: number
}

export function snippet(text: string, phrases: readonly Phrase[]): string {
  const composed = text.normalize('NFC')
  const ranges = matches([...tokens(composed)], phrases)
  const first = densest(ranges)
  const start = wordStart(composed, wholeStart(composed, Math.max(0, (first?.start ?? 0) - leadUnits)))
  const end = wholeStart(composed, Math.min(composed.length, start + widthUnits))
  let out = start > 0 ? '…' : ''
  let at = start
  for (const range of ranges) {
    if (range.start < at || range.end > end) continue
    out += `${plain(composed.slice(at, range.start))}${marks.open}${plain(composed.slice(range.start, range.end))}${marks.close}`
    at = range.end
  }
  return out + plain(composed.slice(at, end)) + (end < composed.length ? '…' : '')
}

const plain = (text: string): string => text.replaceAll(/[\u{E000}\u{E001}]/gu, '').replaceAll(/\s+/g, ' ')

/** Never between the halves of a surrogate pair. */
const wholeStart = (text: string, at: number): number =>
  at > 0 && at < text.length && /[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at - 1 : at

const wordStart = (text: string, at: number): number => {
  const gap = at === 0 ? -1 : text.slice(at - 1, at + longestWordUnits).search(/\s/)
  return gap === -1 ? at : at + gap
}

/** Where a phrase's tokens follow each other; overlapping ones are merged. */
function matches(all: readonly Token[], phrases: readonly Phrase[]): Range[] {
  const found: Range[] = []
  for (const phrase of phrases) {
    for (let i = 0; i + phrase.words.length <= all.length; i++) {
      const hit = phrase.words.every((word, j) => {
        const text = all[i + j]?.text ?? ''
        return phrase.prefix && j === phrase.words.length - 1 ? text.startsWith(word) : text === word
      })
      const start = all[i]?.start
      const end = all[i + phrase.words.length - 1]?.end
      if (hit && start !== undefined && end !== undefined) found.push({ start, end })
    }
  }
  found.sort((a, b) => a.start - b.start)
  const merged: Range[] = []
  for (const range of found) {
    const last = merged.at(-1)
    if (last === undefined || range.start >= last.end) merged.push(range)
    else merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, range.end) }
  }
  return merged
}

/** The match from which most others fit into the width. */
function densest(ranges: readonly Range[]): Range | undefined {
  let best: { range: Range; count: number } | undefined
  let right = 0
  ranges.forEach((range, left) => {
    while ((ranges[right]?.end ?? Number.POSITIVE_INFINITY) <= range.start + widthUnits - leadUnits) right++
    if (best === undefined || right - left > best.count) best = { range, count: right - left }
  })
  return best?.range
}
