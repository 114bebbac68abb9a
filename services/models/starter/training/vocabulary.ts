// The starter's own tokens: a tokenizer trained on a sample of its corpus. The same texts and seed give the same tokens.
import { fixedAnswers, makeDialogue } from './corpus.ts'
import { render } from './dialogue.ts'
import { createDice } from './dice.ts'
import type { Plan } from './plan.ts'
import type { Texts } from './texts.ts'
import { type Tokenizer, trainTokenizer } from './tokenizer.ts'

/** Enough that every pattern was seen in several of its forms. */
const dialogues = 60_000
/** A fixed answer weighs as if it had been said so often, or the few answers would take most of the tokens. */
const answerWeight = 10
const frameWeight = 1_000

export function makeVocabulary(texts: Texts, { seed, shape }: Plan): Tokenizer {
  const dice = createDice(seed - 1)
  const counts = new Map<string, number>()
  for (const answer of fixedAnswers(texts)) counts.set(answer, answerWeight)
  for (let made = 0; made < dialogues; made++) {
    for (const { text, kind } of render(makeDialogue({ texts, dice }))) {
      if (kind === 'question' || text.startsWith('<tool_call>')) counts.set(text, (counts.get(text) ?? 0) + 1)
    }
  }
  for (const frame of ['\nuser\n', '\nassistant\n', 'system\n']) counts.set(frame, frameWeight)
  return trainTokenizer(counts, shape.vocabulary)
}
