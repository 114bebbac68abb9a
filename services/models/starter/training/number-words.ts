// Numbers as people say them, in English and Chinese. Pure.
import type { Dice } from './dice.ts'
import type { Language } from './wording.ts'

export interface Said {
  readonly said: string
  readonly meant: string
}

const small = [
  'zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen',
  'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen', 'twenty',
] // biome-ignore format: a list of words
const tens: Readonly<Record<number, string>> = {
  30: 'thirty', 40: 'forty', 50: 'fifty', 60: 'sixty', 70: 'seventy', 80: 'eighty', 90: 'ninety',
} // biome-ignore format: a list of words
const chineseDigits = '零一二三四五六七八九'

/** Up to twenty and the tens; null where people write digits. */
export function inWords(value: number, language: Language): string | null {
  if (language === 'en') return small[value] ?? tens[value] ?? null
  if (value < 0 || value > 99 || !Number.isInteger(value)) return null
  if (value < 10) return chineseDigits.charAt(value)
  if (value > 20 && value % 10 !== 0) return null
  const ten = Math.floor(value / 10)
  return `${ten === 1 ? '' : chineseDigits.charAt(ten)}十${value % 10 === 0 ? '' : chineseDigits.charAt(value % 10)}`
}

export const spoken = (value: number, language: Language, dice: Dice): string =>
  (dice.chance(0.5) ? inWords(value, language) : null) ?? String(value)
