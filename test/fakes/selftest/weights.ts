// The self-test model's weights. A token's embedding holds three things: a constant, one mark for its class or its
// place in the text, and a texture of random signs. The output matrix reads the constant and the marks alone, so what
// is said next is planned (successors.ts); attention and feed-forward are real and random, but write only into the
// texture. So the winner is the same on every backend, while every operation of a llama model is computed.
import { createRandom } from '#services/models/starter/training/random.ts'
import type { Successors } from './successors.ts'
import { type TokenClass, tokenClasses, type Vocabulary } from './vocabulary.ts'

const markStrength = 8
const constantStrength = 4

/** How many of the embedding's dimensions carry meaning; the rest is texture. */
export const meaningLength = (vocabulary: Vocabulary): number =>
  1 + tokenClasses.length + vocabulary.chain.length

export interface Weights {
  /** Rows of `length` for each token. */
  embedding(): Float32Array
  output(): Float32Array
  /** A matrix whose output is about as large as its input, times `gain`; `muted` first outputs are zero. */
  random(inputs: number, outputs: number, options?: { gain?: number; muted?: number }): Float32Array
}

export function createWeights(
  vocabulary: Vocabulary,
  successors: Successors,
  { length, textureOnly }: { length: number; textureOnly: boolean },
): Weights {
  const random = createRandom(0x486f62)
  const meaning = meaningLength(vocabulary)
  const placeOf = new Map(vocabulary.chain.map((token, place) => [token, place]))
  // The first piece on a new line is followed by the second piece like the first one itself.
  placeOf.set(vocabulary.chainOnNewLine, 0)

  const classMark = (of: TokenClass): number => 1 + tokenClasses.indexOf(of)
  const placeMark = (place: number): number => 1 + tokenClasses.length + place
  const markOf = (token: number): number => {
    const place = placeOf.get(token)
    return place === undefined ? classMark(vocabulary.classes[token] ?? 'plain') : placeMark(place)
  }
  // RMS normalization divides by this, which is the same for every token.
  const size = Math.sqrt((constantStrength ** 2 + markStrength ** 2 + (length - meaning)) / length)

  return {
    embedding() {
      const rows = new Float32Array(vocabulary.tokens.length * length)
      vocabulary.tokens.forEach((_, token) => {
        const row = rows.subarray(token * length, (token + 1) * length)
        for (let index = textureOnly ? 0 : meaning; index < length; index++)
          row[index] = random() < 0 ? -1 : 1
        if (textureOnly) return
        row[0] = constantStrength
        row[markOf(token)] = markStrength
      })
      return rows
    },
    output() {
      const rows = new Float32Array(vocabulary.tokens.length * length)
      const wish = (mark: number, strength: number, wishes: ReadonlyMap<number, number>): void => {
        for (const [token, logit] of wishes) rows[token * length + mark] = (logit * size) / strength
      }
      wish(0, constantStrength, successors.always)
      for (const [of, wishes] of successors.afterClass) wish(classMark(of), markStrength, wishes)
      successors.afterPiece.forEach((wishes, place) => wish(placeMark(place), markStrength, wishes))
      return rows
    },
    random(inputs, outputs, { gain = 1, muted = 0 } = {}) {
      const matrix = new Float32Array(inputs * outputs)
      const spread = gain * Math.sqrt(3 / inputs)
      for (let index = muted * inputs; index < matrix.length; index++) matrix[index] = random() * spread
      return matrix
    },
  }
}
