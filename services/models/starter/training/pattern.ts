// The notation of the corpus: `{a|b|}` is one of these, nested once or more; `<slot>` is filled by the caller. Pure.
import type { Dice } from './dice.ts'

/** One text of the pattern; slots stay as they are. */
export function expand(pattern: string, dice: Dice): string {
  let at = 0
  const sequence = (ends: string): string => {
    let text = ''
    while (at < pattern.length) {
      const character = pattern.charAt(at)
      if (ends.includes(character)) return text
      at++
      if (character === '{') text += alternatives()
      else text += character
    }
    return text
  }
  const alternatives = (): string => {
    const options: string[] = []
    for (;;) {
      options.push(sequence('|}'))
      const end = pattern.charAt(at)
      at++
      if (end !== '|') return dice.pick(options)
    }
  }
  return sequence('').replaceAll(/ {2,}/g, ' ').trim()
}

/** Every slot's text, in place of its name. Throws RangeError for a slot that nobody fills. */
export const fill = (text: string, slots: Readonly<Record<string, string>>): string =>
  text.replaceAll(/<([a-z]+)>/g, (_, name: string) => {
    const value = slots[name]
    if (value === undefined) throw new RangeError(`nothing fills <${name}> in: ${text}`)
    return value
  })
