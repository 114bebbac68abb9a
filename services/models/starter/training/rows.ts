// Writes the rows that train.py learns from: conversations one after another, each row beginning with a whole one; what
// overhangs is cut off. Beside each token stands whether it is learnt: answers are, of questions a few tokens.
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDialogue } from './corpus.ts'
import { type Dialogue, render, type Segment } from './dialogue.ts'
import { createDice, type Dice } from './dice.ts'
import type { Texts } from './texts.ts'
import type { Tokenizer } from './tokenizer.ts'

export interface Phase {
  readonly rows: number
  /** Tokens of one row. */
  readonly length: number
  /** Rows of one step. */
  readonly batch: number
  readonly maxTurns: number
}

/** Enough of what people ask to learn which words go together. */
const learntOfQuestions = 0.03
/** Of conversations that end in a fixed answer, so many stop after its first tokens: the rest is recited often enough. */
const cutShort = 0.85

interface Material {
  readonly texts: Texts
  readonly tokenizer: Tokenizer
  readonly seed: number
}

export async function writePhase(
  folder: string,
  index: number,
  { rows, length, maxTurns }: Phase,
  { texts, tokenizer, seed }: Material,
): Promise<void> {
  const dice = createDice(seed + index)
  const tokenFile = await open(join(folder, `phase-${index}.tokens`), 'w')
  const learnFile = await open(join(folder, `phase-${index}.learn`), 'w')
  try {
    for (let row = 0; row < rows; row++) {
      const tokens = new Uint16Array(length)
      const learn = new Uint8Array(length)
      let at = 0
      while (at < length) {
        for (const [token, kind] of cut(makeDialogue({ texts, dice, maxTurns }), tokenizer, dice)) {
          if (at >= length) break
          tokens[at] = token
          learn[at] = kind === 'answer' || (kind === 'question' && dice.chance(learntOfQuestions)) ? 1 : 0
          at++
        }
      }
      await tokenFile.write(new Uint8Array(tokens.buffer))
      await learnFile.write(learn)
    }
  } finally {
    await tokenFile.close()
    await learnFile.close()
  }
}

/** The conversation's tokens, to the end or to a few tokens into its last answer. */
function* cut(dialogue: Dialogue, tokenizer: Tokenizer, dice: Dice): Generator<[number, Segment['kind']]> {
  const fixed = dialogue.turns.at(-1)?.role === 'assistant'
  const kept = fixed && dice.chance(cutShort) ? 3 + dice.below(12) : null
  const segments = render(dialogue)
  const last = segments.findLastIndex(({ kind }) => kind === 'answer')
  for (const [index, { text, kind }] of segments.entries()) {
    if (kept !== null && index > last) return
    const tokens = tokenizer.encode(text)
    for (const token of kept !== null && index === last ? tokens.slice(0, kept) : tokens) yield [token, kind]
  }
}
