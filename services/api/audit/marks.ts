// What an entry is found by, in one inverted index (FTS5, `marks`): its person, action, area and outcome as marks, the
// words of its target and details as they are. Any combination of filters is then one intersection of sorted lists.
// The same functions serve the search and the export, which reads the entries themselves.
import type { AuditEntry, AuditFilter } from '#appliance/contracts/audit.ts'
import { HobError } from '#appliance/errors.ts'
import { tokens } from '../history/tokens.ts'

/** Begins every mark; no word holds it, since words are letters, digits and combining marks alone. */
const sign = '\ue000'
const mostWords = 8

type Kind = 'person' | 'action' | 'area' | 'outcome'

/** In hex: FTS5's ascii tokenizer would fold the case, and split at what is no letter. */
const mark = (kind: Kind, value: string): string =>
  `${sign}${kind.slice(0, 2)}${Buffer.from(value).toString('hex')}`

const areaOf = (action: string): string => action.slice(0, action.indexOf('.'))

/** Compatibility forms may unfold to more than letters: ⑴ to (1). */
const parts = (folded: string): string[] => folded.split(/[^\p{L}\p{N}\p{M}]+/u).filter((part) => part !== '')

/** Words as the index has them: folded; of Chinese, Japanese and Korean each pair of neighbours, and each character. */
function wordsOf(text: string, { singles }: { singles: boolean }): Set<string> {
  const words = new Set<string>()
  let last: { text: string; end: number; paired: boolean } | undefined
  const alone = (): void => {
    if (last !== undefined && (singles || !last.paired)) words.add(last.text)
  }
  for (const token of tokens(text)) {
    const own = parts(token.text)
    if (!token.cjk) for (const word of own) words.add(word)
    else {
      const follows = last?.end === token.start
      const joined = { text: own.join(''), end: token.end, paired: follows }
      if (last !== undefined && follows) {
        words.add(`${last.text}${joined.text}`)
        last.paired = true
      }
      alone()
      last = joined
    }
  }
  alone()
  return words
}

const textOf = ({ target, details }: AuditEntry): string =>
  [target ?? '', ...Object.entries(details).map(([key, value]) => `${key} ${String(value)}`)].join('\n')

/** As it is given to FTS5. */
export const marksOf = (entry: AuditEntry): string =>
  [
    mark('action', entry.action),
    mark('area', areaOf(entry.action)),
    mark('outcome', entry.outcome),
    ...(entry.who.person === null ? [] : [mark('person', entry.who.person)]),
    ...wordsOf(textOf(entry), { singles: true }),
  ].join(' ')

export interface Wanted {
  readonly marks: readonly string[]
  /** Each must begin a word. */
  readonly words: readonly string[]
}

/** Throws invalid_request when the text has too many words, or none. */
export function wantedBy({ person, action, outcome, text }: AuditFilter): Wanted {
  const marks = [
    ...(person === undefined ? [] : [mark('person', person)]),
    ...(action === undefined
      ? []
      : [action.endsWith('.*') ? mark('area', areaOf(action)) : mark('action', action)]),
    ...(outcome === undefined ? [] : [mark('outcome', outcome)]),
  ]
  const typed = text === undefined ? [] : [...wordsOf(text, { singles: false })]
  const words = typed.filter((word) => !typed.some((other) => other !== word && other.startsWith(word)))
  if (text !== undefined && (words.length === 0 || words.length > mostWords)) {
    throw new HobError(
      'invalid_request',
      { detail: `text: 1 to ${mostWords} words, not ${words.length}` },
      { param: 'text' },
    )
  }
  return { marks, words }
}

/** An FTS5 query; null when everything is wanted. Words and marks hold nothing that is an operator or a quote. */
export function matchExpression({ marks, words }: Wanted): string | null {
  const terms = [...marks.map((one) => `"${one}"`), ...words.map((one) => `"${one}" *`)]
  return terms.length === 0 ? null : terms.join(' AND ')
}

export function createMatcher({ marks, words }: Wanted): (entry: AuditEntry) => boolean {
  if (marks.length === 0 && words.length === 0) return () => true
  return (entry) => {
    const own = marksOf(entry).split(' ')
    return (
      marks.every((one) => own.includes(one)) &&
      words.every((one) => own.some((candidate) => candidate.startsWith(one)))
    )
  }
}
