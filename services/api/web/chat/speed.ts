// Tokens a second in words a second, for people. English models spend about four tokens on three words, and about as
// many on three Chinese words.
import type { Catalogue } from '../i18n/index.ts'

const wordsPerToken = 0.75

export const speedInWords = (tokensPerSecond: number, t: Catalogue): string =>
  t.chat.words(Math.max(1, Math.round(tokensPerSecond * wordsPerToken)))
