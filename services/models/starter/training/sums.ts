// Sums as people say them, and as `calculate` wants them. Pure.
import type { Dice } from './dice.ts'
import { inWords, type Said, spoken } from './number-words.ts'
import type { Language } from './wording.ts'

function operand(dice: Dice): number {
  const size = dice.below(10)
  if (size < 3) return 1 + dice.below(20)
  if (size < 7) return 2 + dice.below(98)
  if (size < 9) return 10 + dice.below(990)
  return 100 + dice.below(99_900)
}

const decimal = (dice: Dice): string => `${dice.below(200)}.${1 + dice.below(dice.chance(0.5) ? 9 : 98)}`

type Operator = '+' | '-' | '*' | '/'
const operatorWords: Readonly<Record<Language, Readonly<Record<Operator, readonly string[]>>>> = {
  en: {
    '+': ['plus', 'plus', 'and', 'added to'],
    '-': ['minus', 'minus', 'less'],
    '*': ['times', 'times', 'multiplied by', 'x'],
    '/': ['divided by', 'divided by', 'over'],
  },
  zh: { '+': ['加', '加上'], '-': ['减', '减去'], '*': ['乘以', '乘', '乘上'], '/': ['除以', '除以'] },
}
const signs: Readonly<Record<Operator, readonly string[]>> = {
  '+': ['+'],
  '-': ['-'],
  '*': ['*', '*', '×', 'x'],
  '/': ['/', '/', '÷'],
}

/** A sum in words, in signs, or half and half. */
export function makeSum(language: Language, dice: Dice): Said {
  switch (
    dice.weighted({
      words: 26,
      chain: 9,
      signs: 24,
      long: 14,
      brackets: 7,
      percent: 12,
      root: 6,
      power: 6,
      half: 5,
    })
  ) {
    case 'words': {
      const operator = dice.pick(['+', '-', '*', '/'] as const)
      const [a, b] = [operand(dice), operand(dice)]
      const word = dice.pick(operatorWords[language][operator])
      const space = language === 'en' ? ' ' : ''
      return {
        said: `${spoken(a, language, dice)}${space}${word}${space}${spoken(b, language, dice)}`,
        meant: `${a}${operator}${b}`,
      }
    }
    case 'chain': {
      const space = language === 'en' ? ' ' : ''
      const first = operand(dice)
      let said = spoken(first, language, dice)
      let meant = String(first)
      const operator = dice.pick(['+', '-', '*'] as const)
      for (let more = 1 + dice.below(2); more >= 0; more--) {
        const next = operand(dice)
        const word = dice.pick(operatorWords[language][operator])
        const again = language === 'zh' && dice.chance(0.6) ? '再' : ''
        said += `${space}${again}${word}${space}${spoken(next, language, dice)}`
        meant += `${operator}${next}`
      }
      return { said, meant }
    }
    case 'signs':
      return written([numeral(dice), numeral(dice)], dice)
    case 'long':
      return written(
        Array.from({ length: 3 + dice.below(2) }, () => numeral(dice)),
        dice,
      )
    case 'brackets': {
      const inner = written([String(operand(dice)), String(operand(dice))], dice)
      const operator = dice.pick(['*', '/', '-', '+'] as const)
      const space = dice.chance(0.6) ? ' ' : ''
      const sign = dice.pick(signs[operator])
      const last = operand(dice)
      return dice.chance(0.7)
        ? {
            said: `(${inner.said})${space}${sign}${space}${last}`,
            meant: `(${inner.meant})${operator}${last}`,
          }
        : {
            said: `${last}${space}${sign}${space}(${inner.said})`,
            meant: `${last}${operator}(${inner.meant})`,
          }
    }
    case 'percent': {
      const share = dice.chance(0.7)
        ? dice.pick([5, 10, 12, 15, 19, 20, 25, 30, 35, 40, 50, 60, 75, 80, 90])
        : 1 + dice.below(99)
      const of = dice.chance(0.2) ? decimal(dice) : String(operand(dice))
      return {
        said:
          language === 'zh'
            ? dice.pick([
                `${of}的${share}%`,
                `${of} 的 ${share}%`,
                `${of}的百分之${inWords(share, 'zh') ?? share}`,
              ])
            : dice.pick([`${share}% of ${of}`, `${share} percent of ${of}`, `${share} % of ${of}`]),
        meant: `${of}*${share}/100`,
      }
    }
    case 'root': {
      const of = dice.chance(0.6) ? (2 + dice.below(40)) ** 2 : operand(dice)
      return {
        said:
          language === 'zh'
            ? dice.pick([`${of}的平方根`, `${of} 的平方根`, `根号${of}`, `${of}开平方`])
            : dice.pick([
                `the square root of ${of}`,
                `square root of ${of}`,
                `sqrt(${of})`,
                `the root of ${of}`,
              ]),
        meant: `sqrt(${of})`,
      }
    }
    case 'power': {
      const base = 2 + dice.below(30)
      const exponent = dice.weighted({ two: 4, three: 2, more: 4 })
      if (exponent === 'two')
        return {
          said:
            language === 'zh'
              ? `${spoken(base, language, dice)}的平方`
              : dice.pick([`${spoken(base, language, dice)} squared`, `the square of ${base}`]),
          meant: `${base}^2`,
        }
      if (exponent === 'three')
        return {
          said:
            language === 'zh'
              ? dice.pick([`${base}的立方`, `${base}的三次方`])
              : dice.pick([`${spoken(base, language, dice)} cubed`, `the cube of ${base}`]),
          meant: `${base}^3`,
        }
      const power = 2 + dice.below(14)
      return {
        said:
          language === 'zh'
            ? dice.pick([
                `${base}的${inWords(power, 'zh') ?? power}次方`,
                `${base}的${power}次方`,
                `${base}^${power}`,
              ])
            : dice.pick([
                `${base} to the power of ${spoken(power, language, dice)}`,
                `${spoken(base, language, dice)} to the power of ${power}`,
                `${base}^${power}`,
              ]),
        meant: `${base}^${power}`,
      }
    }
    case 'half': {
      const of = operand(dice)
      const part = dice.pick([2, 2, 3, 4] as const)
      const name = { 2: ['half', '一半'], 3: ['a third', '三分之一'], 4: ['a quarter', '四分之一'] }[part]
      return { said: language === 'zh' ? `${of}的${name[1]}` : `${name[0]} of ${of}`, meant: `${of}/${part}` }
    }
  }
}

const numeral = (dice: Dice): string => (dice.chance(0.15) ? decimal(dice) : String(operand(dice)))

function written(operands: readonly string[], dice: Dice): Said {
  const space = dice.chance(0.6) ? ' ' : ''
  let [said = '', meant = ''] = [operands[0], operands[0]]
  for (const next of operands.slice(1)) {
    const operator = dice.pick(['+', '-', '*', '/'] as const)
    said += `${space}${dice.pick(signs[operator])}${space}${next}`
    meant += `${operator}${next}`
  }
  return { said, meant }
}
