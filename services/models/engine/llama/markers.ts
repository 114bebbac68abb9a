// Finding markers and stop strings in text that arrives in pieces. Pure.

/** The length of the longest end of `text` that could be the beginning of one of `words`. */
export function heldBack(text: string, words: readonly string[]): number {
  let longest = 0
  for (const word of words) {
    for (let length = Math.min(word.length - 1, text.length); length > longest; length--) {
      if (word.startsWith(text.slice(text.length - length))) {
        longest = length
        break
      }
    }
  }
  return longest
}

/** The first of `words` in `text`: where it begins and which. */
export function firstOf(text: string, words: readonly string[]): { at: number; word: string } | null {
  let found: { at: number; word: string } | null = null
  for (const word of words) {
    const at = text.indexOf(word)
    if (at >= 0 && (found === null || at < found.at)) found = { at, word }
  }
  return found
}
