// Requests for the eight tools with the exact arguments that they mean (rules: README.md). Pure; texts come from
// corpus/tools.json.
import type { BoxToolName } from '#appliance/contracts/tools.ts'
import { makeDelay } from './delays.ts'
import type { Dice } from './dice.ts'
import type { Said } from './number-words.ts'
import { expand, fill } from './pattern.ts'
import { places } from './places.ts'
import { makeSum } from './sums.ts'
import { makeRepeat } from './times.ts'
import { type Language, reword } from './wording.ts'

export interface ToolTexts {
  readonly en: Readonly<Record<string, readonly string[]>>
  readonly zh: Readonly<Record<string, readonly string[]>>
  readonly fillers: Readonly<Record<Language, Readonly<Record<string, readonly string[]>>>>
}

export interface ToolRequest {
  readonly ask: string
  readonly name: BoxToolName
  readonly arguments: Readonly<Record<string, string | readonly string[]>>
}

export const toolWeights: Readonly<Record<BoxToolName, number>> = {
  get_status: 7,
  get_time: 10,
  calculate: 18,
  run_command: 13,
  schedule_task: 24,
  remember: 12,
  search_memory: 9,
  notify: 15,
}

export function makeToolRequest(
  name: BoxToolName,
  language: Language,
  texts: ToolTexts,
  dice: Dice,
): ToolRequest {
  const say = (patterns: string, slots: Readonly<Record<string, string>> = {}): string => {
    const pattern = dice.pick(texts[language][patterns] ?? [])
    return fill(reword(expand(pattern, dice), language, dice), slots)
  }
  const content = (kind: string): string => {
    const text = dice.pick(texts.fillers[language][kind] ?? [])
    return dice.chance(0.5) ? mixed(text, texts, language, kind, dice) : text
  }
  switch (name) {
    case 'get_status':
      return { ask: say('get_status'), name, arguments: {} }
    case 'get_time': {
      if (dice.chance(0.5)) return { ask: say('get_time'), name, arguments: {} }
      const { timezone, names } = dice.pick(places)
      return {
        ask: say('get_time_place', { place: dice.pick(names[language]) }),
        name,
        arguments: { timezone },
      }
    }
    case 'calculate': {
      const { said, meant } = makeSum(language, dice)
      return { ask: say('calculate', { sum: said }), name, arguments: { expression: meant } }
    }
    case 'run_command': {
      const command = makeCommand(texts, dice)
      const said = dice.weighted({ bare: 45, ticks: 35, quotes: 12, single: 8 })
      const mark = { bare: '', ticks: '`', quotes: '"', single: "'" }[said]
      return {
        ask: say('run_command', { command: mark + command.join(' ') + mark }),
        name,
        arguments: { command },
      }
    }
    case 'schedule_task': {
      const task = content('tasks')
      const repeated = dice.chance(0.6)
      const { said, meant }: Said = (repeated ? makeRepeat : makeDelay)(language, dice)
      const ask = repeated
        ? say('schedule_repeat', { task, when: said })
        : say('schedule_once', { task, delay: said })
      return { ask, name, arguments: { task, when: meant } }
    }
    case 'remember': {
      const text = content('facts')
      return { ask: say('remember', { fact: text }), name, arguments: { text } }
    }
    case 'search_memory': {
      const query = content('things')
      return { ask: say('search_memory', { thing: query }), name, arguments: { query } }
    }
    case 'notify': {
      const message = content('messages')
      if (dice.chance(0.4)) return { ask: say('notify', { message }), name, arguments: { message } }
      const known = dice.pick(texts.fillers[language]['names'] ?? [])
      const to = language === 'en' && dice.chance(0.2) ? capital(madeUp(dice)) : known
      return { ask: say('notify_person', { message, name: to }), name, arguments: { message, to } }
    }
  }
}

/** Some words exchanged for others, numbers for numbers: nothing but the place in the sentence says what to copy. */
function mixed(text: string, texts: ToolTexts, language: Language, kind: string, dice: Dice): string {
  const renumbered = text.replaceAll(/\d/g, (digit) => (dice.chance(0.5) ? String(dice.below(10)) : digit))
  if (language === 'zh') {
    const other = dice.pick(texts.fillers.zh[kind] ?? [])
    const cut = 1 + dice.below(Math.max(1, renumbered.length - 1))
    return dice.chance(0.5)
      ? renumbered
      : renumbered.slice(0, cut) + other.slice(Math.floor(other.length / 2))
  }
  const pool = dice
    .pick(texts.fillers.en[dice.pick(['tasks', 'facts', 'things', 'messages'])] ?? [])
    .split(' ')
  const words = renumbered.split(' ')
  const changes = 1 + dice.below(Math.min(4, words.length))
  for (let change = 0; change < changes; change++) {
    words[dice.below(words.length)] = dice.chance(0.25) ? madeUp(dice) : dice.pick(pool)
  }
  return words.join(' ').replace(/[.?!]$/, '')
}

const syllables =
  'ba ke li mo ru sta ven dor fi gal hin jo ket lam nu pra qui rol shi tan ul vex wim yor zed cha'.split(' ')
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

const madeUp = (dice: Dice): string =>
  Array.from({ length: 1 + dice.below(3) }, () => dice.pick(syllables)).join('')

/** A real command, or its words with others in their place. */
function makeCommand(texts: ToolTexts, dice: Dice): string[] {
  const real = (): string[] => dice.pick(texts.fillers.en['commands'] ?? []).split(' ')
  const command = real()
  if (dice.chance(0.5)) return command
  const other = real()
  const [program = ''] = command
  const rest = dice.chance(0.5) ? other.slice(1) : command.slice(1)
  return [program, ...rest].map((word) =>
    dice.chance(0.25)
      ? dice.pick([
          `/${madeUp(dice)}/${madeUp(dice)}`,
          madeUp(dice),
          `${madeUp(dice)}.${dice.pick(['py', 'sh', 'txt', 'log', 'csv', 'json'])}`,
          `-${dice.pick('abcdefghlnprstvxz'.split(''))}`,
          Array.from({ length: 4 }, () => dice.below(dice.pick([2, 10, 256]))).join('.'),
          `--${madeUp(dice)}`,
          String(dice.below(1000)),
        ])
      : word,
  )
}
