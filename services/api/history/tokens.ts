// How text becomes words for the index, for queries and for the marks of a snippet: one function, so that the three
// agree. Chinese, Japanese and Korean have a token per character (a phrase of characters then finds every word; with
// a word splitter 7 % were missed, with trigrams 40 %); everything else is split as SQLite's unicode61 does it.

export interface Token {
  /** Folded: compatibility forms, case and diacritics removed. */
  readonly text: string
  /** In UTF-16 units of the NFC text. */
  readonly start: number
  readonly end: number
  readonly cjk: boolean
}

const pattern =
  /(?<cjk>[[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Bopomofo}]&&[\p{L}\p{N}]])|[[\p{L}\p{N}\p{M}]--[[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Bopomofo}]&&[\p{L}\p{N}]]]+/gv

/** Offsets are those of `text.normalize('NFC')`, so that decomposed Hangul and kana are the characters one sees. */
export function* tokens(text: string): Generator<Token> {
  const composed = text.normalize('NFC')
  for (const match of composed.matchAll(pattern)) {
    const cjk = match.groups?.['cjk'] !== undefined
    const folded = cjk ? match[0].normalize('NFKC').toLowerCase() : foldWord(match[0])
    if (folded !== '') yield { text: folded, start: match.index, end: match.index + match[0].length, cjk }
  }
}

/** Only the combining diacritics block goes: the vowel signs of Indic scripts are letters to their readers. */
const foldWord = (word: string): string =>
  word
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .toLowerCase()

/** The text as it is given to FTS5: its tokens with a space between. */
export function spaced(text: string): string {
  const parts: string[] = []
  for (const token of tokens(text)) parts.push(token.text)
  return parts.join(' ')
}

/** A phrase: tokens that must follow each other; prefix: the last one may go on. */
export interface Phrase {
  readonly words: readonly string[]
  readonly prefix: boolean
}

const mostPhrases = 32
/** One letter begins a word in nearly every turn: ranking them all takes a tenth of a second in 100,000. */
const prefixMinLetters = 2

/** What a person typed, as phrases that must all occur: a word each, a run of adjacent characters each. */
export function phrasesOf(query: string): Phrase[] {
  const runs: { words: string[]; cjk: boolean; end: number }[] = []
  for (const token of tokens(query)) {
    const last = runs.at(-1)
    if (last !== undefined && token.cjk && last.cjk && last.end === token.start) {
      last.words.push(token.text)
      last.end = token.end
    } else runs.push({ words: [token.text], cjk: token.cjk, end: token.end })
  }
  return runs.slice(0, mostPhrases).map((run, i, all) => ({
    words: run.words,
    prefix: i === all.length - 1 && !run.cjk && run.words.join('').length >= prefixMinLetters,
  }))
}

/**
 * The same with each run of characters cut into words, for when the whole run occurs nowhere. Single characters of a
 * run are left out: they occur everywhere.
 */
export const looserPhrasesOf = (query: string, segmenter: Intl.Segmenter): Phrase[] =>
  phrasesOf(query)
    .flatMap((phrase) =>
      phrase.words.length === 1
        ? [phrase]
        : [...segmenter.segment(phrase.words.join(''))]
            .map(({ segment }) => ({ words: [...tokens(segment)].map((token) => token.text), prefix: false }))
            .filter(({ words }) => words.length > 1),
    )
    .slice(0, mostPhrases)

/**
 * An FTS5 query (https://www.sqlite.org/fts5.html §3). Every token stands in quotes and holds letters, digits and
 * marks alone, so that nothing a person types is an operator, a column or a quote.
 */
export const matchExpression = (phrases: readonly Phrase[], operator: 'AND' | 'OR'): string =>
  phrases.map((phrase) => `"${phrase.words.join(' ')}"${phrase.prefix ? '*' : ''}`).join(` ${operator} `)
