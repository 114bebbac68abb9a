// What the model is given of a conversation: a short instruction and the newest turns that fit. Pure.
import type { Message } from '#appliance/contracts/openai.ts'

export interface Said {
  readonly role: 'user' | 'assistant'
  readonly content: string
}

/** A cautious estimate for every script: English has about 4 bytes a token, Chinese about 3. */
const bytesPerToken = 3
/** What a chat template puts around each message. */
const tokensPerMessage = 8
const mostMessages = 1_000
/** Of the context, when the person did not say how long the answer may be. */
const answerShare = 0.25
const answerMaxTokens = 2_048

const estimate = (text: string): number =>
  Math.ceil(Buffer.byteLength(text) / bytesPerToken) + tokensPerMessage

/** How many tokens the prompt may have. */
export const promptBudget = (contextTokens: number, maxTokens?: number): number => {
  const answer = Math.min(
    maxTokens ?? answerMaxTokens,
    contextTokens * (maxTokens === undefined ? answerShare : 0.5),
  )
  return Math.floor(contextTokens - answer)
}

/**
 * Takes turns newest first until the budget is spent; the question itself is always there. Turns without text (a
 * failed answer) are left out, and neighbours of one role become one message, which some chat templates insist on.
 */
export function windowOf(newestFirst: Iterable<Said>, budgetTokens: number, now: Date): Message[] {
  const system = instruction(now)
  let left = budgetTokens - estimate(system)
  const chosen: Said[] = []
  for (const said of newestFirst) {
    if (said.content === '') continue
    left -= estimate(said.content)
    if (chosen.length > 0 && (left < 0 || chosen.length >= mostMessages)) break
    chosen.push(said)
  }
  while (chosen.at(-1)?.role === 'assistant') chosen.pop()
  const merged: Said[] = []
  for (const said of chosen.toReversed()) {
    const last = merged.at(-1)
    if (last?.role === said.role)
      merged[merged.length - 1] = { role: said.role, content: `${last.content}\n\n${said.content}` }
    else merged.push(said)
  }
  return [{ role: 'system', content: system }, ...merged]
}

/** Short, since a small model reads it before every answer; the day, since it cannot know it. */
export const instruction = (now: Date): string =>
  `You are Hob, an assistant that runs privately on a small computer in this home or office. Today is ${day.format(now)}. ` +
  'Answer in the language of the question. Say so when you do not know something.'

const day = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
})

const titleGraphemes = 60
const titleMaxUnits = 1_000

/** The first line that says something, cut between what a person sees as characters. */
export function titleOf(question: string): string {
  const line =
    question
      .split(/[\r\n\u2028\u2029]/)
      .find((text) => text.trim() !== '')
      ?.trim() ?? ''
  const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })
  let title = ''
  let count = 0
  // a "character" may be built of thousands of marks: what the title may hold is bounded as well
  for (const { segment } of graphemes.segment(line.slice(0, 2_000))) {
    if (count === titleGraphemes || title.length + segment.length > titleMaxUnits)
      return `${title.trimEnd()}…`
    title += segment
    count++
  }
  return title
}
