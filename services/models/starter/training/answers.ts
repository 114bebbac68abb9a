// What the starter says where no topic file has a fixed answer: questions that it cannot know, requests without a tool,
// and which model fits so much memory (from corpus/fits.json, which a test compares with the choice). Pure.
import type { Language } from './wording.ts'

/** What the starter is asked and cannot do; the keys are those of corpus/outside-*.json. */
export const outsideCategories = [
  'know',
  'write',
  'translate',
  'code',
  'maths',
  'advice',
  'live',
  'cook',
  'plan',
  'text',
  'play',
  'tech',
] as const
export type OutsideCategory = (typeof outsideCategories)[number]

/** In every honest refusal, word for word. */
export const onlyStarter: Readonly<Record<Language, string>> = {
  en: 'I am only the starter',
  zh: '我只是 starter',
}

const cannot: Readonly<Record<Language, Readonly<Record<OutsideCategory, string>>>> = {
  en: {
    know: 'so I do not know that',
    write: 'so I cannot write that',
    translate: 'so I cannot translate',
    code: 'so I cannot write or check programs',
    maths: 'so I cannot work that out',
    advice: 'so I cannot advise you on that',
    live: 'and I cannot look up what happens outside',
    cook: 'so I know nothing about cooking',
    plan: 'so I cannot plan that for you',
    text: 'so I cannot work on your text',
    play: 'so that is beyond me',
    tech: 'so I know nothing about other devices and programs',
  },
  zh: {
    know: '这个我不知道',
    write: '写不了这个',
    translate: '不会翻译',
    code: '不会写程序，也不会检查程序',
    maths: '算不了这个',
    advice: '给不了这方面的建议',
    live: '查不到外面的消息',
    cook: '不懂烹饪',
    plan: '没法为您安排这个',
    text: '处理不了您的文字',
    play: '这个我做不来',
    tech: '不了解别的设备和程序',
  },
}

/** One row of corpus/fits.json: the best model for a machine with so much memory. */
export interface Fit {
  readonly gigabytes: number
  /** The name of the family in the catalogue. */
  readonly model: string
  readonly fileGigabytes: number
}
export interface Fits {
  readonly memory: readonly Fit[]
  readonly card: readonly Fit[]
}

/** Named in every refusal: what suits the least memory that is counted as comfortable. */
const example = (fits: Fits): Fit => {
  const fit = fits.memory.find(({ gigabytes }) => gigabytes === 16)
  if (fit === undefined) throw new RangeError('no model for 16 GB')
  return fit
}

export const sayOutside = (category: OutsideCategory, language: Language, fits: Fits): string =>
  language === 'en'
    ? `${onlyStarter.en}, a very small model, ${cannot.en[category]}. A bigger one can: open Models and add it, ` +
      `for example ${example(fits).model} on a box with 16 GB of memory.`
    : `${onlyStarter.zh}，一个很小的模型，${cannot.zh[category]}。更大的模型可以：请打开“模型”添加一个，例如 16 GB 内存的盒子用 ${example(fits).model}。`

export const sayNoTool = (language: Language): string =>
  language === 'en'
    ? `${onlyStarter.en}, and this chat gives me no tool for that. A program that uses the API can offer me its tools; ` +
      'a bigger model under Models can do more.'
    : `${onlyStarter.zh}，这个对话没有给我做这件事的工具。通过 API 使用我的程序可以提供工具；“模型”里更大的模型能做得更多。`

export const sayFit = (
  { gigabytes, model, fileGigabytes }: Fit,
  on: keyof Fits,
  language: Language,
): string =>
  language === 'en'
    ? `With ${gigabytes} GB of ${on === 'card' ? 'graphics memory' : 'memory'}, take ${model}: its file has about ${fileGigabytes} GB. ` +
      'Models shows what fits this machine exactly; add it there or with `hob models add`.'
    : `${gigabytes} GB ${on === 'card' ? '显存' : '内存'}适合 ${model}，文件约 ${fileGigabytes} GB。“模型”页会显示这台机器究竟适合哪个，在那里或用 \`hob models add\` 添加。`
