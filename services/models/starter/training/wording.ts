// How people really type: case, question marks, greetings before and thanks after, a slip of the finger. Applied to a
// pattern before its slots are filled, so that what must be copied exactly stays exact. Pure.
import type { Dice } from './dice.ts'

export type Language = 'en' | 'zh'

const before: Readonly<Record<Language, readonly string[]>> = {
  en: [
    'hi, ', 'hi ', 'hello, ', 'hey, ', 'hey hob, ', 'hob, ', 'ok, ', 'ok so ', 'please ', 'please tell me: ', 'so, ',
    'quick question: ', 'sorry, ', 'excuse me, ', 'hello hob, ', 'dear hob, ', 'one more question: ', 'question: ',
    'good morning, ', 'good evening, ', 'also, ', 'and ', 'well, ', 'hmm, ', 'hi there, ',
  ],
  zh: ['请问', '请问', '你好，', '您好，', '你好 ', '那个，', 'Hob，', '嗨，', '想问一下，', '我想问下', '麻烦问一下，', '还有，', '那', '对了，', '请教一下，'],
} // biome-ignore format: lists of words
const after: Readonly<Record<Language, readonly string[]>> = {
  en: [' please', ' thanks', ' thank you', ', please', ', thanks', ' pls', ' thx', ', hob'],
  zh: ['，谢谢', '，谢谢了', ' 谢谢', '呢', '啊', '，急', '，请告诉我', '，多谢'],
} // biome-ignore format: lists of words

export function reword(text: string, language: Language, dice: Dice): string {
  return language === 'en' ? rewordEnglish(text, dice) : rewordChinese(text, dice)
}

const asks =
  /^(who|what|whats|what's|when|where|why|how|which|whose|can|could|do|does|did|is|are|am|was|will|would|should|may|have|has)\b/

function rewordEnglish(plain: string, dice: Dice): string {
  let text = plain
  const asking = asks.test(text)
  if (dice.chance(0.3)) text = text.replaceAll(/\b(\w+)'(s|t|re|ve|m|ll|d)\b/g, '$1$2')
  else if (dice.chance(0.15)) text = text.replaceAll("'", '’')
  if (dice.chance(0.14)) text = slip(text, dice)
  if (dice.chance(0.1)) text = dice.pick(before.en) + text
  if (dice.chance(0.06)) text += dice.pick(after.en)
  if (dice.chance(0.55)) text = text.replaceAll(/\bi\b(?!\.e)/g, 'I')
  if (dice.chance(0.5)) text = text.charAt(0).toUpperCase() + text.slice(1)
  else if (dice.chance(0.03)) text = shout(text)
  if (/[.?!)]$/.test(text)) return text
  const end = asking
    ? dice.weighted({ '?': 55, '': 36, '??': 2, ' ?': 2, '.': 4, '!': 1 })
    : dice.weighted({ '': 48, '.': 34, '?': 12, '!': 5, '…': 1 })
  return text + end
}

/** Slots are names for the filler and keep their case. */
const shout = (text: string): string =>
  text.replaceAll(/<[a-z]+>|[^<]+/g, (part) => (part.startsWith('<') ? part : part.toUpperCase()))

/** One letter of one word doubled, dropped or swapped with its neighbour. */
function slip(text: string, dice: Dice): string {
  const words = text.split(' ')
  const index = dice.below(words.length)
  const word = words[index] ?? ''
  if (!/^[a-z]{4,}$/.test(word)) return text
  const at = 1 + dice.below(word.length - 2)
  const kind = dice.below(3)
  words[index] =
    kind === 0
      ? word.slice(0, at) + word.slice(at + 1)
      : kind === 1
        ? word.slice(0, at) + word.charAt(at) + word.slice(at)
        : word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2)
  return words.join(' ')
}

function rewordChinese(plain: string, dice: Dice): string {
  let text = plain
  if (dice.chance(0.3))
    text = text.replaceAll(/(?<=\p{Script=Han}) (?=[A-Za-z0-9`])|(?<=[A-Za-z0-9`]) (?=\p{Script=Han})/gu, '')
  if (dice.chance(0.12)) text = text.replaceAll('您', '你')
  if (dice.chance(0.1)) text = dice.pick(before.zh) + text
  if (dice.chance(0.05) && !/[吗呢啊吧？。！]$/.test(text)) text += dice.pick(after.zh)
  if (/[？?。！!]$/.test(text)) return dice.chance(0.4) ? text.slice(0, -1) : text
  return text + dice.weighted({ '': 46, '？': 40, '?': 6, '。': 6, '！': 1, '??': 1 })
}
