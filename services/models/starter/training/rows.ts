// Writes the rows that train.py learns from. A row is one offer of tools and many conversations about it, side by side as
// branches: each sees the offer and itself, at the positions it would have alone. So an offer is computed once for five.
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { drawTools, makeDialogue } from './corpus.ts'
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
/** A row is full when so many conversations did not fit any more. */
const tries = 12

interface Material {
  readonly texts: Texts
  readonly tokenizer: Tokenizer
  readonly seed: number
}

/** `phase-N.rows`: little-endian uint16; for each row its tokens, then their positions, then branch × 2 + learnt. */
export async function writePhase(
  folder: string,
  index: number,
  phase: Phase,
  { texts, tokenizer, seed }: Material,
): Promise<void> {
  const dice = createDice(seed + index)
  const file = await open(join(folder, `phase-${index}.rows`), 'w')
  try {
    for (let row = 0; row < phase.rows; row++) {
      await file.write(new Uint8Array(makeRow(phase, texts, tokenizer, dice).buffer))
    }
  } finally {
    await file.close()
  }
}

/** As writePhase writes it. Its rest stays empty: tokens of branch 0 that nobody sees and nobody learns. */
export function makeRow(
  { length, maxTurns }: Pick<Phase, 'length' | 'maxTurns'>,
  texts: Texts,
  tokenizer: Tokenizer,
  dice: Dice,
): Uint16Array {
  const row = new Uint16Array(3 * length)
  let at = 0
  const put = (tokens: readonly Token[], branch: number, from: number): void => {
    for (const [index, { id, learnt }] of tokens.slice(0, length - at).entries()) {
      row[at] = id
      row[length + at] = from + index
      row[2 * length + at] = 2 * branch + (learnt ? 1 : 0)
      at++
    }
  }
  const tools = drawTools(dice)
  const beginning = render({ tools, turns: [] })
  put(tokensOf(beginning, tokenizer, dice), 0, 0)
  const from = at
  for (let branch = 1, left = tries; left > 0; ) {
    const dialogue = makeDialogue({ texts, dice, maxTurns, tools })
    const tokens = tokensOf(render(dialogue).slice(beginning.length), tokenizer, dice, keptOf(dialogue, dice))
    if (at + tokens.length > length && branch > 1) left--
    else put(tokens, branch++, from)
  }
  return row
}

interface Token {
  readonly id: number
  readonly learnt: boolean
}

/** How many tokens of the last answer are kept: all, or a few of a fixed one. */
function keptOf(dialogue: Dialogue, dice: Dice): number {
  const fixed = dialogue.turns.at(-1)?.role === 'assistant'
  return fixed && dice.chance(cutShort) ? 3 + dice.below(12) : Number.POSITIVE_INFINITY
}

function tokensOf(segments: readonly Segment[], tokenizer: Tokenizer, dice: Dice, kept = 0): Token[] {
  const last = segments.findLastIndex(({ kind }) => kind === 'answer')
  const whole = kept === Number.POSITIVE_INFINITY
  return (whole || last < 0 ? segments : segments.slice(0, last + 1)).flatMap(({ text, kind }, index) => {
    const ids = tokenizer.encode(text)
    return (index === last ? ids.slice(0, kept) : ids).map((id) => ({
      id,
      learnt: kind === 'answer' || (kind === 'question' && dice.chance(learntOfQuestions)),
    }))
  })
}
