// The self-test model's tokens: all 256 bytes (GPT-2's alphabet), common English words by merges, and whole pieces of
// what it says. Each token gets a class, which is all that the weights know of it besides its place in the text.
import { byteAlphabet } from '#services/models/gguf/byte-alphabet.ts'
import { pieces } from './text.ts'

/** What kind of token the last one was; decides what may follow (weights.ts). */
export const tokenClasses = [
  'plain',
  'digit',
  'quote',
  'openObject',
  'openArray',
  'close',
  'comma',
  'colon',
  'space',
  'newline',
  'word',
  'sample',
  'sign',
  'control',
  'piece',
] as const
export type TokenClass = (typeof tokenClasses)[number]

/** llama.cpp's token types. */
const kinds = { normal: 1, control: 3, userDefined: 4, unused: 5 } as const

export interface Vocabulary {
  readonly tokens: readonly string[]
  readonly kinds: readonly number[]
  readonly merges: readonly string[]
  readonly classes: readonly TokenClass[]
  /** Places of the pieces, in the order in which they are said. */
  readonly chain: readonly number[]
  /** The first piece on a new line: what follows anything that is not the beginning of an answer. */
  readonly chainOnNewLine: number
  /** Puts a whole word into a JSON string that a grammar asks for. */
  readonly word: number
  /** Begins an example object where any JSON object is allowed. */
  readonly sample: number
  readonly byte: (character: string) => number
  readonly endOfText: number
  readonly startOfTurn: number
  readonly endOfTurn: number
  readonly infill: { readonly prefix: number; readonly suffix: number; readonly middle: number }
}

const words =
  'the and for that you with this are have not what can will your from they know want been good much some time very' +
  ' when come here just like long make many more only over such take than them well were a an as at be by do he I if' +
  ' in is it me my no of on or so to up us we how who why which would there their about could other please write'

export function buildVocabulary(size?: number): Vocabulary {
  const tokens = byteAlphabet()
  const classes = tokens.map((_, byte) => byteClass(byte))
  const kind: number[] = tokens.map(() => kinds.normal)
  const merges: string[] = []
  const known = new Set(tokens)

  const add = (token: string, of: TokenClass, tokenKind: number): number => {
    tokens.push(token)
    classes.push(of)
    kind.push(tokenKind)
    known.add(token)
    return tokens.length - 1
  }
  for (const word of words.split(' ')) {
    // A leading space is U+0120 in GPT-2's alphabet.
    for (const spelled of [word, `\u0120${word}`]) {
      for (let end = 2; end <= spelled.length; end++) {
        const joined = spelled.slice(0, end)
        if (known.has(joined)) continue
        merges.push(`${spelled.slice(0, end - 1)} ${spelled.slice(end - 1, end)}`)
        add(joined, 'plain', kinds.normal)
      }
    }
  }
  const word = add('self-test', 'word', kinds.normal)
  const sample = add('{"model":"self-test"', 'sample', kinds.normal)
  const chain = pieces.map((piece) => add(piece, 'piece', kinds.userDefined))
  const chainOnNewLine = add(`\n${pieces[0] ?? ''}`, 'piece', kinds.userDefined)
  for (const tag of ['<tool_call>', '</tool_call>', '<tool_response>', '</tool_response>']) {
    add(tag, 'plain', kinds.userDefined)
  }
  const control = (token: string): number => add(token, 'control', kinds.control)
  const endOfText = control('<|endoftext|>')
  const startOfTurn = control('<|im_start|>')
  const endOfTurn = control('<|im_end|>')
  const infill = {
    prefix: control('<|fim_prefix|>'),
    suffix: control('<|fim_suffix|>'),
    middle: control('<|fim_middle|>'),
  }
  const wanted = Math.max(size ?? 0, Math.ceil(tokens.length / 64) * 64)
  while (tokens.length < wanted) add(`[unused ${tokens.length}]`, 'control', kinds.unused)
  return {
    tokens,
    kinds: kind,
    merges,
    classes,
    chain,
    chainOnNewLine,
    word,
    sample,
    byte: (character) => character.charCodeAt(0),
    endOfText,
    startOfTurn,
    endOfTurn,
    infill,
  }
}

const special: Readonly<Record<string, TokenClass>> = {
  '"': 'quote',
  '{': 'openObject',
  '[': 'openArray',
  '}': 'close',
  ']': 'close',
  ',': 'comma',
  ':': 'colon',
  ' ': 'space',
  '\t': 'space',
  '\n': 'newline',
  '-': 'sign',
  '+': 'sign',
  '.': 'sign',
}

function byteClass(byte: number): TokenClass {
  const character = String.fromCharCode(byte)
  return /[0-9]/.test(character) ? 'digit' : (special[character] ?? 'plain')
}
