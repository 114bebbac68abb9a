// The starter's corpus: what its texts promise, that conversations are rendered as the chat template does, and that the
// examination asks nothing that was taught.
import { beforeAll, describe, expect, it } from 'vitest'
import { boxTools } from '#appliance/contracts/tools.ts'
import { entries } from '#appliance/error-catalogue.ts'
import { loadCatalogue } from '#services/models/catalogue/load.ts'
import { choose } from '#services/models/choice/choose.ts'
import { createChatTemplate } from '#services/models/engine/llama/template.ts'
import { chatTemplate, specials } from '#services/models/starter/template.ts'
import { leaked, missingFacts, questionsOf } from '#services/models/starter/training/check.ts'
import { makeDialogue } from '#services/models/starter/training/corpus.ts'
import { type Dialogue, render } from '#services/models/starter/training/dialogue.ts'
import { createDice } from '#services/models/starter/training/dice.ts'
import { factsOf, readExamination } from '#services/models/starter/training/judge.ts'
import { makeRow } from '#services/models/starter/training/rows.ts'
import { readTexts, type Texts } from '#services/models/starter/training/texts.ts'
import { trainTokenizer } from '#services/models/starter/training/tokenizer.ts'
import { makeToolAnswer } from '#services/models/starter/training/tool-answers.ts'
import { makeToolRequest, toolWeights } from '#services/models/starter/training/tool-requests.ts'
import { inputFor } from '../choice/machines.ts'

let texts: Texts
beforeAll(async () => {
  texts = await readTexts()
})

const seed = 20_261_126

describe('the texts', () => {
  it('have every fact in its answer', () => expect(missingFacts(texts)).toEqual([]))

  it('ask no question of two topics', () => {
    const shared = [...questionsOf(texts)].filter(([, topics]) => topics.size > 1)
    expect(shared.map(([question, topics]) => `${question}: ${[...topics].join(', ')}`)).toEqual([])
  })

  it('explain every error that they name, and only real ones', () => {
    expect(Object.keys(texts.errorAnswers).filter((code) => !(code in entries))).toEqual([])
  })

  it('recommend what the choice recommends for so much memory', async () => {
    const catalogue = await loadCatalogue()
    const usual: Readonly<Record<number, number>> = { 4: 20, 6: 25, 8: 32, 12: 32, 16: 40, 24: 60, 32: 60 }
    for (const { gigabytes, model } of texts.fits.memory) {
      const shape = {
        totalGiB: gigabytes * 0.97,
        availableGiB: gigabytes * 0.9,
        cpus: 8,
        bandwidthGBps: usual[gigabytes] ?? 80,
      }
      const { recommended } = choose(inputFor(shape, { catalogue }))
      const id = recommended?.plan.model.split(' ')[0]
      expect([gigabytes, catalogue.families.find((family) => family.id === id)?.name]).toEqual([
        gigabytes,
        model,
      ])
    }
  })
})

describe('the examination', () => {
  it.each(['dev', 'held-out'] as const)('asks %s questions that the corpus can answer', async (name) => {
    const { domain } = await readExamination(name)
    for (const { topic, lang } of domain) expect(factsOf(texts, topic, lang).length).toBeGreaterThan(0)
  })

  it('has no held-out question that was taught, and enough of them', async () => {
    const examination = await readExamination('held-out')
    expect(leaked(texts, examination)).toEqual([])
    expect(examination.domain.length).toBeGreaterThanOrEqual(200)
    expect(examination.tools.length).toBeGreaterThanOrEqual(100)
  })
})

describe('conversations', () => {
  it('are rendered as the chat template renders them', () => {
    const template = starterTemplate()
    const dice = createDice(seed)
    for (let made = 0; made < 300; made++) {
      const dialogue = makeDialogue({ texts, dice, maxTurns: 2 })
      const { messages, tools } = asRequest(dialogue)
      const rendered = template.render({ messages, tools, thinking: false }).map(({ text }) => text)
      const own = render(dialogue).map(({ text }) => text)
      expect(rendered.join('')).toBe(`${own.join('')}${specials.startOfTurn}assistant\n`)
    }
  })

  it('stand side by side in a row, each with the offer of tools before it as if it were alone', () => {
    const tokenizer = trainTokenizer(new Map([['how do I add a model', 9]]), 600)
    const dice = createDice(seed)
    const [begin, turn] = [specials.endOfText, specials.startOfTurn].map((mark) => tokenizer.encode(mark)[0])
    const length = 256
    for (let made = 0; made < 20; made++) {
      const row = makeRow({ length, maxTurns: 3 }, texts, tokenizer, dice)
      const branches = Map.groupBy(Array(length).keys(), (at) => (row[2 * length + at] ?? 0) >> 1)
      const offer = (branches.get(0) ?? []).filter((at) => at < (branches.get(1)?.[0] ?? 0))
      expect(offer.map((at) => row[at]).indexOf(begin)).toBe(0)
      expect(branches.size).toBeGreaterThan(1)
      for (const [branch, own] of branches) {
        if (branch === 0) continue
        const alone = [...offer, ...own]
        expect(alone.map((at) => row[length + at])).toEqual(alone.map((_, index) => index))
        expect(row[own[0] ?? 0]).toBe(turn)
      }
    }
  })

  it('are shown from the last question but one on', () => {
    const messages = ['one', 'two', 'three'].flatMap((content) => [
      { role: 'user' as const, content },
      { role: 'assistant' as const, content: `answer ${content}` },
    ])
    const rendered = starterTemplate().render({ messages: messages.slice(0, 5), tools: [], thinking: false })
    const text = rendered.map((piece) => piece.text).join('')
    expect(text).not.toContain('one')
    expect(text).toMatch(/two[^]*answer two[^]*three[^]*assistant\n$/)
  })

  it('hold no special token but their own, and nothing unfilled', () => {
    const dice = createDice(seed)
    for (let made = 0; made < 2_000; made++) {
      for (const { text, kind } of render(makeDialogue({ texts, dice }))) {
        if (kind !== 'question') continue
        expect(text).not.toMatch(/<[a-z]+>|<\|/)
        for (const marked of ['tool_call>', 'tools>', ...Object.values(specials)])
          expect(text).not.toContain(marked)
      }
    }
  })

  it('call tools as their contracts say, and answer what the tools may give', () => {
    const dice = createDice(seed)
    for (const name of Object.keys(toolWeights) as (keyof typeof boxTools)[]) {
      for (let made = 0; made < 200; made++) {
        for (const language of ['en', 'zh'] as const) {
          const request = makeToolRequest(name, language, texts.tools, dice)
          expect(boxTools[name].arguments.safeParse(request.arguments).error).toBeUndefined()
          const { result, say } = makeToolAnswer(request, language, texts.tools, dice)
          expect(boxTools[name].result.safeParse(result).error).toBeUndefined()
          expect(say.length).toBeGreaterThan(3)
        }
      }
    }
  })
})

const starterTemplate = () =>
  createChatTemplate({
    source: chatTemplate,
    bosToken: specials.endOfText,
    eosToken: specials.endOfTurn,
    specialsIn: () => [],
    model: 'starter',
  })

/** The conversation as a client of the API sends it. */
function asRequest({ tools, turns }: Dialogue) {
  return {
    tools: tools.map((name) => ({ type: 'function' as const, function: { name } })),
    messages: turns.map((turn) => {
      if (turn.role === 'user') return { role: 'user' as const, content: turn.text }
      if (turn.role === 'tool') return { role: 'tool' as const, content: turn.result, tool_call_id: 'c' }
      if (turn.role === 'assistant') return { role: 'assistant' as const, content: turn.text }
      const call = { name: turn.name, arguments: JSON.stringify(turn.arguments) }
      return {
        role: 'assistant' as const,
        content: '',
        tool_calls: [{ id: 'c', type: 'function' as const, function: call }],
      }
    }),
  }
}
