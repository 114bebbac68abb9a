// Seeded choices for the corpus, on top of random.ts: the same seed gives the same text on every machine.
import { createRandom } from './random.ts'

export interface Dice {
  /** A whole number in [0, below). */
  below(limit: number): number
  /** True with this probability. */
  chance(probability: number): boolean
  pick<Item>(items: readonly Item[]): Item
  /** One of the names, each as often as its weight says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name
}

export function createDice(seed: number): Dice {
  const random = createRandom(seed)
  // random.ts gives [-1, 1)
  const unit = (): number => (random() + 1) / 2
  const below = (limit: number): number => Math.floor(unit() * limit)
  return {
    below,
    chance: (probability) => unit() < probability,
    pick: (items) => {
      const item = items[below(items.length)]
      if (item === undefined) throw new RangeError('nothing to pick from')
      return item
    },
    weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
      const names = Object.keys(weights) as Name[]
      let left = unit() * names.reduce((sum, name) => sum + weights[name], 0)
      for (const name of names) {
        left -= weights[name]
        if (left < 0) return name
      }
      return names.at(-1) as Name
    },
  }
}
