// Times from now as people say them, and as `schedule_task` wants them: a duration of ISO 8601. Pure.
import type { Dice } from './dice.ts'
import { type Said, spoken } from './number-words.ts'
import type { Language } from './wording.ts'

const usualMinutes = [1, 2, 3, 5, 8, 10, 12, 15, 18, 20, 25, 30, 35, 40, 45, 50, 90]
const minutesOf = (dice: Dice): number => dice.pick([...usualMinutes, 1 + dice.below(59)])

/** A time from now, and its ISO 8601 duration. */
export function makeDelay(language: Language, dice: Dice): Said {
  const kind = dice.weighted({ minutes: 45, half: 10, hours: 25, days: 14, week: 6 })
  const number = (value: number): string => spoken(value, language, dice)
  const counter = (value: number): string => (value === 2 && dice.chance(0.6) ? '两' : number(value))
  if (language === 'zh') {
    const later = dice.pick(['后', '之后', '以后'])
    const gap = dice.chance(0.15) ? '过' : ''
    switch (kind) {
      case 'minutes': {
        const value = minutesOf(dice)
        return { said: `${gap}${number(value)}分钟${later}`, meant: `PT${value}M` }
      }
      case 'half':
        return { said: `${gap}${dice.pick(['半小时', '半个小时', '半个钟头'])}${later}`, meant: 'PT30M' }
      case 'hours': {
        const value = 1 + dice.below(23)
        return {
          said: `${gap}${counter(value)}${dice.pick(['小时', '个小时'])}${later}`,
          meant: `PT${value}H`,
        }
      }
      case 'days': {
        const value = 1 + dice.below(30)
        return { said: `${gap}${counter(value)}天${later}`, meant: `P${value}D` }
      }
      case 'week':
        return dice.chance(0.7)
          ? { said: `${gap}${dice.pick(['一周', '一个星期', '一星期', '一个礼拜'])}${later}`, meant: 'P7D' }
          : { said: `${gap}${dice.pick(['两周', '两个星期'])}${later}`, meant: 'P14D' }
    }
  }
  const lead = dice.pick(['in', 'in', 'in', 'in about'])
  switch (kind) {
    case 'minutes': {
      const value = minutesOf(dice)
      const unit = value === 1 ? 'minute' : dice.pick(['minutes', 'minutes', 'minutes', 'min', 'mins'])
      return {
        said: `${lead} ${value === 1 && dice.chance(0.5) ? 'a' : number(value)} ${unit}`,
        meant: `PT${value}M`,
      }
    }
    case 'half':
      return dice.chance(0.7)
        ? { said: `in ${dice.pick(['half an hour', 'half an hour', 'a half hour'])}`, meant: 'PT30M' }
        : { said: 'in a quarter of an hour', meant: 'PT15M' }
    case 'hours': {
      const value = 1 + dice.below(23)
      return value === 1
        ? { said: `${lead} ${dice.pick(['an hour', 'one hour', '1 hour'])}`, meant: 'PT1H' }
        : { said: `${lead} ${number(value)} hours`, meant: `PT${value}H` }
    }
    case 'days': {
      const value = 1 + dice.below(30)
      return value === 1
        ? { said: `in ${dice.pick(['a', 'one', '1'])} day`, meant: 'P1D' }
        : { said: `${lead} ${number(value)} days`, meant: `P${value}D` }
    }
    case 'week':
      return dice.chance(0.7)
        ? { said: `in ${dice.pick(['a week', 'one week', '1 week'])}`, meant: 'P7D' }
        : { said: `in ${dice.pick(['two', '2'])} weeks`, meant: 'P14D' }
  }
}
