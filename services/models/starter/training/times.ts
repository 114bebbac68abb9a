// Repeating times as people say them, and as `schedule_task` wants them: cron with five fields. Pure.
import type { Dice } from './dice.ts'
import { inWords, type Said, spoken } from './number-words.ts'
import type { Language } from './wording.ts'

interface Clock {
  readonly said: string
  readonly hour: number
  readonly minute: number
}

/** A time of day with what people say before it ("at", 早上). */
function clockTime(language: Language, dice: Dice): Clock {
  return language === 'en' ? englishTime(dice) : chineseTime(dice)
}

function englishTime(dice: Dice): Clock {
  switch (dice.weighted({ bare: 24, digital: 28, half: 12, whole: 22, noon: 6, part: 8 })) {
    case 'bare': {
      const hour = dice.below(24)
      return {
        said: `at ${hour}${dice.chance(0.15) && hour <= 12 && hour > 0 ? " o'clock" : ''}`,
        hour,
        minute: 0,
      }
    }
    case 'digital': {
      const [hour, minute] = [
        dice.below(24),
        dice.pick([0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, dice.below(60)]),
      ]
      const shown = dice.chance(0.3) ? String(hour).padStart(2, '0') : String(hour)
      return { said: `at ${shown}:${String(minute).padStart(2, '0')}`, hour, minute }
    }
    case 'half': {
      const hour = 1 + dice.below(12)
      const word = dice.chance(0.7) ? (inWords(hour, 'en') ?? String(hour)) : String(hour)
      return dice.chance(0.7)
        ? { said: `at half past ${word}`, hour, minute: 30 }
        : { said: `at quarter past ${word}`, hour, minute: 15 }
    }
    case 'whole': {
      const twelve = 1 + dice.below(12)
      const half = dice.pick(['am', 'pm'] as const)
      const minute = dice.chance(0.35) ? dice.pick([15, 30, 45, 10, 20]) : 0
      const hour = (twelve % 12) + (half === 'pm' ? 12 : 0)
      const shown = minute === 0 ? String(twelve) : `${twelve}:${minute}`
      const unit = dice.pick([` ${half}`, half, ` ${half.charAt(0)}.m.`, ` ${half.toUpperCase()}`])
      return { said: `at ${shown}${unit}`, hour, minute }
    }
    case 'noon':
      return dice.chance(0.5)
        ? { said: 'at noon', hour: 12, minute: 0 }
        : { said: 'at midnight', hour: 0, minute: 0 }
    case 'part': {
      const [name, low, high, shift] = dice.pick([
        ['in the morning', 5, 11, 0],
        ['in the afternoon', 1, 6, 12],
        ['in the evening', 5, 11, 12],
      ] as const)
      const hour = low + dice.below(high - low + 1)
      return {
        said: `at ${dice.chance(0.3) ? (inWords(hour, 'en') ?? hour) : hour} ${name}`,
        hour: hour + shift,
        minute: 0,
      }
    }
  }
}

function chineseTime(dice: Dice): Clock {
  const [name, low, high, shift] = dice.pick([
    ['早上', 5, 11, 0], ['早晨', 5, 9, 0], ['上午', 8, 11, 0], ['下午', 1, 6, 12], ['晚上', 6, 11, 12], ['中午', 12, 12, 0],
    ['', 0, 23, 0], ['', 0, 23, 0], ['凌晨', 1, 5, 0],
  ] as const) // biome-ignore format: a table
  const spokenHour = low + dice.below(high - low + 1)
  const hour = spokenHour + shift
  if (dice.chance(0.2) && name !== '中午') {
    const minute = dice.below(60)
    return { said: `${name}${spokenHour}:${String(minute).padStart(2, '0')}`, hour, minute }
  }
  const shown = dice.chance(0.3)
    ? spokenHour === 2
      ? '两'
      : (inWords(spokenHour, 'zh') ?? spokenHour)
    : spokenHour
  const minute = dice.pick([0, 0, 0, 30, 30, 15, 45, 10, 20, 40, 5, 50])
  const tail =
    minute === 0
      ? dice.chance(0.15)
        ? '整'
        : ''
      : minute === 30 && dice.chance(0.75)
        ? '半'
        : minute === 15 && dice.chance(0.5)
          ? '一刻'
          : `${minute}${dice.chance(0.6) ? '分' : ''}`
  return { said: `${name}${shown}点${tail}`, hour, minute }
}

const englishDays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const chineseDays = ['日', '一', '二', '三', '四', '五', '六']

/** A repeating time and its cron expression of five fields. */
export function makeRepeat(language: Language, dice: Dice): Said {
  const kind = dice.weighted({
    daily: 40,
    weekly: 22,
    weekdays: 8,
    weekends: 6,
    hourly: 4,
    minutes: 8,
    hours: 5,
    monthly: 7,
  })
  const time = clockTime(language, dice)
  const cron = (rest: string): string => `${time.minute} ${time.hour} ${rest}`
  if (language === 'zh') {
    switch (kind) {
      case 'daily':
        return { said: `${dice.pick(['每天', '每天', '天天', '每日'])}${time.said}`, meant: cron('* * *') }
      case 'weekly': {
        const day = dice.below(7)
        const name = day === 0 ? dice.pick(['日', '天']) : (chineseDays[day] ?? '')
        return {
          said: `${dice.pick(['每周', '每周', '每星期', '每个星期', '每个礼拜'])}${name}${time.said}`,
          meant: cron(`* * ${day}`),
        }
      }
      case 'weekdays':
        return {
          said: `${dice.pick(['每个工作日', '工作日', '每到工作日'])}${time.said}`,
          meant: cron('* * 1-5'),
        }
      case 'weekends':
        return { said: `${dice.pick(['每个周末', '周末', '每到周末'])}${time.said}`, meant: cron('* * 0,6') }
      case 'hourly':
        return { said: dice.pick(['每小时', '每个小时', '每隔一小时', '每一小时']), meant: '0 * * * *' }
      case 'minutes': {
        const every = dice.pick([2, 3, 4, 5, 6, 10, 12, 15, 20, 30])
        return {
          said: `${dice.pick(['每', '每隔', '每过'])}${dice.pick([every, ` ${every} `, inWords(every, 'zh') ?? every])}分钟`,
          meant: `*/${every} * * * *`,
        }
      }
      case 'hours': {
        const every = dice.pick([2, 3, 4, 6, 8, 12])
        const word =
          every === 2 ? dice.pick(['两', '2']) : dice.pick([String(every), inWords(every, 'zh') ?? ''])
        return {
          said: `${dice.pick(['每', '每隔'])}${word}${dice.pick(['个小时', '小时'])}`,
          meant: `0 */${every} * * *`,
        }
      }
      case 'monthly': {
        const day = 1 + dice.below(28)
        return {
          said: `${dice.pick(['每月', '每个月'])}${dice.pick([String(day), inWords(day, 'zh') ?? String(day)])}${dice.pick(['号', '日'])}${time.said}`,
          meant: cron(`${day} * *`),
        }
      }
    }
  }
  switch (kind) {
    case 'daily':
      return { said: `${dice.pick(partsOfDay(time))} ${time.said}`, meant: cron('* * *') }
    case 'weekly': {
      const day = dice.below(7)
      const name = englishDays[day] ?? ''
      const shown = dice.chance(0.6) ? name.charAt(0).toUpperCase() + name.slice(1) : name
      return {
        said: `${dice.pick([`every ${shown}`, `every ${shown}`, `each ${shown}`, `on ${shown}s`])} ${time.said}`,
        meant: cron(`* * ${day}`),
      }
    }
    case 'weekdays':
      return {
        said: `${dice.pick(['on weekdays', 'every weekday', 'every working day', 'on workdays'])} ${time.said}`,
        meant: cron('* * 1-5'),
      }
    case 'weekends':
      return {
        said: `${dice.pick(['at weekends', 'on weekends', 'every weekend', 'at the weekend'])} ${time.said}`,
        meant: cron('* * 0,6'),
      }
    case 'hourly':
      return { said: dice.pick(['every hour', 'hourly', 'each hour', 'once an hour']), meant: '0 * * * *' }
    case 'minutes': {
      const every = dice.pick([2, 3, 4, 5, 6, 10, 12, 15, 20, 30])
      return {
        said: `every ${spoken(every, language, dice)} ${dice.pick(['minutes', 'minutes', 'min', 'mins'])}`,
        meant: `*/${every} * * * *`,
      }
    }
    case 'hours': {
      const every = dice.pick([2, 3, 4, 6, 8, 12])
      return { said: `every ${spoken(every, language, dice)} hours`, meant: `0 */${every} * * *` }
    }
    case 'monthly': {
      const day = 1 + dice.below(28)
      const ordinal =
        ordinals[day] ??
        `${day}${day % 10 === 1 && day !== 11 ? 'st' : day % 10 === 2 && day !== 12 ? 'nd' : day % 10 === 3 && day !== 13 ? 'rd' : 'th'}`
      const word = dice.chance(0.5) ? ordinal : ordinal.replace(/^first$/, '1st')
      return {
        said: `on the ${word} of ${dice.pick(['every', 'each', 'the'])} month ${time.said}`,
        meant: cron(`${day} * *`),
      }
    }
  }
}

/** "Every night" only of an hour that is one: elsewhere it would change what the hour means. */
const partsOfDay = ({ hour }: Clock): readonly string[] => [
  'every day', 'daily', 'each day', 'every single day', 'every day',
  ...(hour < 12 ? ['every morning', 'each morning', 'every morning'] : []),
  ...(hour >= 17 ? ['every evening', 'every night', 'each night', 'every night'] : []),
  ...(hour >= 12 && hour < 17 ? ['every afternoon'] : []),
] // biome-ignore format: a list of words

const ordinals: Readonly<Record<number, string>> = {
  1: 'first',
  2: 'second',
  3: 'third',
  10: 'tenth',
  15: 'fifteenth',
  20: 'twentieth',
}
