// What the self-test model wants to say after each kind of token, as logits. The text's pieces follow each other; the
// rest decides under a grammar, where the text is not allowed: there every preference closes what is open, so that
// JSON ends soon whatever the schema.
import type { TokenClass, Vocabulary } from './vocabulary.ts'

export interface Successors {
  /** Added whatever came before. */
  readonly always: ReadonlyMap<number, number>
  readonly afterClass: ReadonlyMap<TokenClass, ReadonlyMap<number, number>>
  /** After the piece at this place of the chain. */
  readonly afterPiece: readonly ReadonlyMap<number, number>[]
}

/** Between a wish and the next best: e^-20 a token even at temperature 1. */
const certain = 20

export function planSuccessors(vocabulary: Vocabulary): Successors {
  const { byte, chain, chainOnNewLine, endOfTurn, word, sample, classes } = vocabulary
  const first = chain[0] ?? chainOnNewLine
  const restart = chainOnNewLine

  const ends = { [endOfTurn]: 16, [byte('}')]: 12, [byte(']')]: 11.5, [byte(',')]: 10 }
  /** A value begins: the short kinds first, so that a schema that contains itself still ends. */
  const value = {
    [byte('"')]: 13,
    [byte('1')]: 12,
    [byte('t')]: 11,
    [byte('f')]: 10.5,
    [byte('n')]: 10,
    [byte('[')]: 9,
    [byte('{')]: 8,
  }
  const closing = { [byte(']')]: 15, [byte('}')]: 15 }
  // Inside a string these are plain characters: the quote, wanted almost always, ends it. Where a string must be
  // longer, it is filled with what could not follow outside of one.
  const afterText = { ...ends, [byte(':')]: 9, [byte('"')]: 17, [byte('x')]: 13, [restart]: certain }

  const afterClass: Record<TokenClass, Record<number, number>> = {
    plain: afterText,
    digit: { ...afterText, [byte('x')]: 9 },
    sign: { ...afterText, [byte('1')]: 13 },
    word: { ...afterText, [word]: 15 },
    // Opening a string: the word. Closing one: the word is not allowed, and what follows a value is.
    quote: { ...ends, [word]: 18, [byte('"')]: 17, [byte('x')]: 14, [byte(':')]: 13, [restart]: certain },
    openObject: { [byte('}')]: 15, [byte('"')]: 14, [restart]: certain },
    openArray: { ...value, ...closing, [restart]: certain },
    close: { ...ends, [byte('"')]: 14, [endOfTurn]: certain, [restart]: certain - 4 },
    comma: { ...value, [restart]: certain },
    colon: { ...value, [restart]: certain },
    space: { ...value, [byte('"')]: 16, ...closing, [restart]: certain },
    newline: { ...value, ...closing, [sample]: 16, [first]: certain },
    sample: { [byte('}')]: 15, [restart]: certain },
    control: { ...value, [sample]: 16, [first]: certain },
    piece: {},
  }
  // Where a grammar let a piece of the text into a string, the string still ends.
  const fallback = [
    [byte('"'), 5],
    [byte('}'), 3],
    [byte(']'), 3],
  ] as const

  const always = new Map<number, number>()
  classes.forEach((of, token) => {
    if (of === 'control' && token !== endOfTurn) always.set(token, -10)
  })

  const toMap = (wishes: Record<number, number>): Map<number, number> =>
    new Map(Object.entries(wishes).map(([token, logit]) => [Number(token), logit]))
  return {
    always,
    afterClass: new Map(
      Object.entries(afterClass).map(([of, wishes]) => [of as TokenClass, toMap(wishes)] as const),
    ),
    afterPiece: chain.map((_, place) => {
      const next = chain[place + 1]
      return next === undefined
        ? new Map([[endOfTurn, certain], [restart, certain - 6], ...fallback])
        : new Map([[next, certain], ...fallback])
    }),
  }
}
