// Examines a starter through the real engine: greedy answers to questions that are not in the corpus, judged by the
// facts that must be in them, by the honest refusal, or by the exact tool call.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { Tool } from '#appliance/contracts/openai.ts'
import { boxToolNames, boxTools } from '#appliance/contracts/tools.ts'
import { type Engine, type GenerateRequest, greedy } from '../../engine/engine.ts'
import { onlyStarter } from './answers.ts'
import type { Texts } from './texts.ts'

const language = z.enum(['en', 'zh'])
const examinationSchema = z.object({
  /** `topic` is a topic's id, `smalltalk:ID`, `error:CODE` or `fit:GIGABYTES`. */
  domain: z.array(z.object({ topic: z.string(), lang: language, ask: z.string() })),
  outside: z.array(z.object({ lang: language, ask: z.string() })),
  tools: z.array(
    z.object({
      lang: language,
      ask: z.string(),
      name: z.enum(boxToolNames),
      arguments: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
    }),
  ),
})
export type Examination = z.output<typeof examinationSchema>
export type Part = keyof Examination

/** `dev` was looked at while the corpus was written, `held-out` never. */
export async function readExamination(name: 'dev' | 'held-out'): Promise<Examination> {
  const file = fileURLToPath(new URL(`../golden/${name}.json`, import.meta.url))
  return examinationSchema.parse(JSON.parse(await readFile(file, 'utf8')))
}

export interface Verdict {
  readonly part: Part
  readonly ask: string
  readonly wanted: string
  readonly answer: string
  readonly passed: boolean
}

/** As OpenAI's API takes them. */
export const boxToolList: readonly Tool[] = boxToolNames.map((name) => ({
  type: 'function',
  function: {
    name,
    description: boxTools[name].description,
    parameters: z.toJSONSchema(boxTools[name].arguments),
  },
}))

/** Questions at once: as many as the engine has sequences. */
export async function examine(
  engine: Engine,
  texts: Texts,
  examination: Examination,
  sequences: number,
): Promise<Verdict[]> {
  const signal = new AbortController().signal
  const plain = async (ask: string): Promise<string> => (await answerOf(engine, ask, [], signal)).text
  const work = [
    ...examination.domain.map((item) => async (): Promise<Verdict> => {
      const facts = factsOf(texts, item.topic, item.lang)
      const answer = await plain(item.ask)
      const passed = facts.every((fact) => answer.toLowerCase().includes(fact.toLowerCase()))
      return { part: 'domain', ask: item.ask, wanted: `${item.topic}: ${facts.join(', ')}`, answer, passed }
    }),
    ...examination.outside.map((item) => async (): Promise<Verdict> => {
      const answer = await plain(item.ask)
      const wanted = onlyStarter[item.lang]
      return { part: 'outside', ask: item.ask, wanted, answer, passed: answer.includes(wanted) }
    }),
    ...examination.tools.map((item) => async (): Promise<Verdict> => {
      const { text, calls } = await answerOf(engine, item.ask, boxToolList, signal)
      const wanted = { name: item.name, arguments: item.arguments }
      const passed = text === '' && isDeepStrictEqual(calls, [wanted])
      const answer = calls.length > 0 ? JSON.stringify(calls) : text
      return { part: 'tools', ask: item.ask, wanted: JSON.stringify(wanted), answer, passed }
    }),
  ]
  const verdicts: Verdict[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let index = next++; index < work.length; index = next++) {
      const run = work[index]
      if (run !== undefined) verdicts[index] = await run()
    }
  }
  await Promise.all(Array.from({ length: sequences }, worker))
  return verdicts
}

/** The share of each part that passed, 0 to 1. */
export function scores(verdicts: readonly Verdict[]): Readonly<Record<Part, number>> {
  const share = (part: Part): number => {
    const own = verdicts.filter((verdict) => verdict.part === part)
    return own.filter(({ passed }) => passed).length / own.length
  }
  return { domain: share('domain'), outside: share('outside'), tools: share('tools') }
}

/** What must be in the answer. Throws RangeError for a topic that the corpus does not have. */
export function factsOf(
  { topics, errorAnswers, fits }: Texts,
  topic: string,
  lang: 'en' | 'zh',
): readonly string[] {
  const [kind, name = ''] = topic.split(':')
  if (kind === 'error') return [...need(errorAnswers[name]?.[lang].facts, topic)]
  if (kind === 'fit') {
    const fit = need(
      fits.memory.find(({ gigabytes }) => gigabytes === Number(name)),
      topic,
    )
    return [`${fit.gigabytes} GB`, fit.model]
  }
  const id = kind === 'smalltalk' ? name : topic
  return need(topics.find((entry) => entry.id === id)?.[lang].facts, topic)
}

function need<Value>(value: Value | undefined, topic: string): Value {
  if (value === undefined) throw new RangeError(`the corpus has no ${topic}`)
  return value
}

const maxTokens = 200

export async function answerOf(
  engine: Engine,
  ask: string,
  tools: readonly Tool[],
  signal: AbortSignal,
): Promise<{ text: string; calls: { name: string; arguments: unknown }[] }> {
  const request: GenerateRequest = {
    prompt: { kind: 'chat', messages: [{ role: 'user', content: ask }], tools, thinking: false },
    sampling: greedy,
    maxTokens,
    minTokens: 0,
    stop: [],
    constraint: null,
    tools: tools.length === 0 ? null : { choice: 'auto', names: tools.map((tool) => tool.function.name) },
    topLogprobs: null,
    cacheKey: 'examination',
  }
  let text = ''
  const calls: { name: string; arguments: string }[] = []
  for await (const event of engine.generate(request, signal)) {
    if (event.type === 'text') text += event.text
    if (event.type !== 'tool') continue
    const call = (calls[event.index] ??= { name: '', arguments: '' })
    call.name += event.name ?? ''
    call.arguments += event.arguments ?? ''
  }
  return {
    text,
    calls: calls.map((call) => ({ name: call.name, arguments: parsed(call.arguments) })),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
