// Makes conversations without end from the texts: which kind how often, with which tools, how many turns. Everything
// follows from the dice. Pure.
import { type BoxToolName, boxToolNames } from '#appliance/contracts/tools.ts'
import { type OutsideCategory, outsideCategories, sayFit, sayNoTool, sayOutside } from './answers.ts'
import type { Dialogue, Turn } from './dialogue.ts'
import { spacedJson } from './dialogue.ts'
import type { Dice } from './dice.ts'
import { inWords } from './number-words.ts'
import { expand, fill } from './pattern.ts'
import type { Texts } from './texts.ts'
import { makeToolAnswer } from './tool-answers.ts'
import { makeToolRequest, toolWeights } from './tool-requests.ts'
import { type Language, reword } from './wording.ts'

/** Without tools on offer now and then somebody asks for their work all the same. */
const kinds = { topic: 40, outside: 20, tool: 3, error: 8, fit: 5 }
/** With them it is two thirds of what people want. */
const kindsWithTools = { ...kinds, tool: 140 }
const outsideWeights: Readonly<Record<OutsideCategory, number>> = {
  know: 22, write: 10, translate: 8, code: 9, maths: 7, advice: 10, live: 8, cook: 6, plan: 7, text: 6, play: 8, tech: 9,
} // biome-ignore format: a table

const strangers = ['get_weather', 'read_file', 'web_search', 'send_email', 'query_database', 'play_music', 'set_light', 'translate_text', 'create_event', 'open_url'] // biome-ignore format: a list

export interface CorpusOptions {
  readonly texts: Texts
  readonly dice: Dice
  /** The longest conversations, for the phase with long rows. */
  readonly maxTurns?: number
  /** What is on offer; drawn when not given. */
  readonly tools?: readonly string[]
}

export function makeDialogue({
  texts,
  dice,
  maxTurns = 3,
  tools = drawTools(dice),
}: CorpusOptions): Dialogue {
  const turns: Turn[] = []
  const count = maxTurns <= 3 && dice.chance(0.75) ? 1 : 1 + dice.below(maxTurns)
  let language: Language = dice.chance(0.5) ? 'en' : 'zh'
  for (let turn = 0; turn < count; turn++) {
    if (dice.chance(0.1)) language = language === 'en' ? 'zh' : 'en'
    turns.push(...exchange(texts, tools, language, dice))
  }
  return { tools, turns }
}

/** None, or mostly all eight, as the box offers them; else some, in any order, with strangers among them. */
export function drawTools(dice: Dice): string[] {
  if (!dice.chance(0.5)) return []
  if (dice.chance(0.4)) return [...boxToolNames]
  const some = boxToolNames.filter(() => dice.chance(0.4)) as string[]
  if (dice.chance(0.25)) some.push(dice.pick(strangers))
  for (let at = some.length - 1; at > 0; at--) {
    const other = dice.below(at + 1)
    const [a, b] = [some[at] ?? '', some[other] ?? '']
    some[at] = b
    some[other] = a
  }
  return some.length === 0 ? [dice.pick(strangers)] : some
}

function exchange(texts: Texts, tools: readonly string[], language: Language, dice: Dice): Turn[] {
  const kind = dice.weighted(tools.length > 0 ? kindsWithTools : kinds)
  switch (kind) {
    case 'topic': {
      const topic = dice.pick(texts.topics)[language]
      return answered(reword(expand(dice.pick(topic.ask), dice), language, dice), topic.answer)
    }
    case 'outside': {
      const category = dice.weighted(outsideWeights)
      return answered(askOutside(texts, category, language, dice), sayOutside(category, language, texts.fits))
    }
    case 'error': {
      const code = dice.pick(Object.keys(texts.errorAnswers))
      return answered(
        askError(texts, code, language, dice),
        texts.errorAnswers[code]?.[language].answer ?? '',
      )
    }
    case 'fit': {
      const on = dice.chance(0.78) ? 'memory' : 'card'
      const fit = dice.pick(texts.fits[on])
      return answered(askFit(texts, fit.gigabytes, on, language, dice), sayFit(fit, on, language))
    }
    case 'tool': {
      const request = makeToolRequest(pickTool(tools, dice), language, texts.tools, dice)
      if (!tools.includes(request.name)) return answered(request.ask, sayNoTool(language))
      const asked: Turn[] = [
        { role: 'user', text: request.ask },
        { role: 'call', name: request.name, arguments: request.arguments },
      ]
      if (!dice.chance(0.12)) return asked
      const { result, say } = makeToolAnswer(request, language, texts.tools, dice)
      return [...asked, { role: 'tool', result: spacedJson(result) }, { role: 'assistant', text: say }]
    }
  }
}

/** Mostly one that is on offer, as often as its weight says; now and then one that is not. */
function pickTool(tools: readonly string[], dice: Dice): BoxToolName {
  const offered = boxToolNames.filter((name) => tools.includes(name))
  if (offered.length === 0 || dice.chance(0.1)) return dice.weighted(toolWeights)
  const weights = Object.fromEntries(offered.map((name) => [name, toolWeights[name]]))
  return dice.weighted<BoxToolName>(weights as Readonly<Record<BoxToolName, number>>)
}

const answered = (ask: string, answer: string): Turn[] => [
  { role: 'user', text: ask },
  { role: 'assistant', text: answer },
]

function askOutside(texts: Texts, category: OutsideCategory, language: Language, dice: Dice): string {
  const pattern = expand(dice.pick(texts.outside[category][language]), dice)
  const words = texts.words[language]
  const slots = Object.fromEntries(Object.keys(words).map((name) => [name, dice.pick(words[name] ?? [])]))
  return fill(reword(pattern, language, dice), slots)
}

/** By its code or by its sentence. */
function askError(texts: Texts, code: string, language: Language, dice: Dice): string {
  const pattern = reword(expand(dice.pick(texts.errorAsks[language]), dice), language, dice)
  const quoted = dice.weighted({ code: 60, sentence: 40 })
  const messages = texts.errorAnswers[code]?.[language].messages ?? []
  const spelled = dice.weighted({ plain: 70, ticks: 12, quotes: 10, loud: 4, apart: 4 })
  const name = {
    plain: code,
    ticks: `\`${code}\``,
    quotes: `"${code}"`,
    loud: code.toUpperCase(),
    apart: code.replaceAll('_', ' '),
  }[spelled]
  return fill(pattern, { error: quoted === 'sentence' ? dice.pick(messages) : name })
}

function askFit(
  texts: Texts,
  gigabytes: number,
  on: 'memory' | 'card',
  language: Language,
  dice: Dice,
): string {
  const list =
    on === 'memory' ? texts.fitAsks[language] : texts.fitAsks[language === 'en' ? 'cardEn' : 'cardZh']
  const pattern = reword(expand(dice.pick(list), dice), language, dice)
  return fill(pattern, {
    [on]: on === 'memory' ? memoryWords(gigabytes, language, dice) : cardWords(gigabytes, language, dice),
  })
}

function memoryWords(gigabytes: number, language: Language, dice: Dice): string {
  const word = dice.chance(0.12) ? inWords(gigabytes, language) : null
  const n = word ?? String(gigabytes)
  if (language === 'zh') return dice.pick([`${n} GB`, `${n}GB`, `${n}G`, `${n}g`, `${n}个G`, `${n} GB 内存`, `${n}G内存`, `${n}GB内存`, `${n}G 内存`, `${n} GB 的内存`, `${n}g内存`]) // biome-ignore format: a list
  return dice.pick([`${n} GB`, `${n}GB`, `${n} gb`, `${n}gb`, `${n} gigs`, `${n} gigabytes`, `${n} GB of RAM`, `${n}GB RAM`, `${n} gb ram`, `${n} GB of memory`, `${n} gigs of ram`, `${n}G`, `${n} gigabytes of memory`]) // biome-ignore format: a list
}

function cardWords(gigabytes: number, language: Language, dice: Dice): string {
  const n = String(gigabytes)
  if (language === 'zh') return dice.pick([`${n} GB 显存`, `${n}G显存`, `${n}GB 显存`, `${n}G 显存的显卡`, `${n} GB 显存的显卡`, `显存${n}G的显卡`, `${n}g显存`]) // biome-ignore format: a list
  return dice.pick([`a ${n} GB graphics card`, `${n} GB of vram`, `${n}GB VRAM`, `a gpu with ${n} GB`, `a ${n}gb gpu`, `a graphics card with ${n} GB`, `${n} gb vram`, `a card with ${n} GB of video memory`]) // biome-ignore format: a list
}

/** Each fixed answer once: they weigh little in the tokenizer, or they would become single tokens. */
export function fixedAnswers(texts: Texts): string[] {
  const languages = ['en', 'zh'] as const
  return [
    ...texts.topics.flatMap((topic) => languages.map((language) => topic[language].answer)),
    ...Object.values(texts.errorAnswers).flatMap((error) =>
      languages.map((language) => error[language].answer),
    ),
    ...outsideCategories.flatMap((category) =>
      languages.map((language) => sayOutside(category, language, texts.fits)),
    ),
    ...languages.map(sayNoTool),
  ]
}
