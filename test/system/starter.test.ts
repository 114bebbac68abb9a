// A fresh box before anything was downloaded: the questions that README.md tells people to ask, typed into the page by
// a person on a phone, and a tool call through OpenAI's API.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import OpenAI from 'openai'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signIn } from '#benchmarks/owner.ts'
import { boxToolList } from '#services/models/starter/training/judge.ts'
import { launch, noBrowser, type OpenPage, open, violations } from '../page/browser.ts'
import { type Box, root, startBox } from './box.ts'

/** Question → what must be in its answer. */
const questions: readonly (readonly [ask: string, facts: readonly string[]])[] = [
  ['What can you do?', ['this box', 'bigger model']],
  ['Which model fits 16 GB of memory?', ['16 GB', 'Qwen 3.5 4B']],
  ['How do I add a model?', ['hob models add']],
  ['How do I connect my editor?', ['https://localhost:4620/v1']],
  ['What does queue_full mean?', ['queue_full', 'again']],
  ['你能做什么？', ['这台盒子']],
  ['16 GB 内存适合哪个模型？', ['16 GB', 'Qwen 3.5 4B']],
  ['怎么添加模型？', ['hob models add']],
  ['怎么连接我的编辑器？', ['https://localhost:4620/v1']],
  ['queue_full 是什么意思？', ['queue_full']],
]

let box: Box
beforeAll(async () => {
  box = await startBox()
})
afterAll(() => box.stop())

test('the README tells people to ask exactly these', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  for (const [ask] of questions) expect(readme).toContain(ask)
})

test('a program that offers the box’s tools gets an exact call, and the result said back', async () => {
  const client = new OpenAI({ baseURL: `${box.url}/v1`, apiKey: box.token, maxRetries: 0 })
  const ask = { role: 'user' as const, content: 'Remind me to water the plants every day at 9' }
  const options = {
    model: 'auto',
    temperature: 0,
    tools: boxToolList.map(({ function: { name, description = '', parameters = {} } }) => ({
      type: 'function' as const,
      function: { name, description, parameters },
    })),
  }
  const first = await client.chat.completions.create({ ...options, messages: [ask] })
  const [call] = first.choices[0]?.message.tool_calls ?? []
  if (call?.type !== 'function') return expect.unreachable(JSON.stringify(first.choices))
  expect([call.function.name, JSON.parse(call.function.arguments)]).toEqual([
    'schedule_task',
    { task: 'water the plants', when: '0 9 * * *' },
  ])
  const content = '{"id": "t7", "next": "2026-12-01T09:00:00Z"}'
  const result = { role: 'tool' as const, tool_call_id: call.id, content }
  const said = { role: 'assistant' as const, content: null, tool_calls: [call] }
  const second = await client.chat.completions.create({ ...options, messages: [ask, said, result] })
  expect(second.choices[0]?.message.content).toContain('2026-12-01')
})

describe.skipIf(noBrowser !== null)(`on its page${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  let browser: Browser
  let opened: OpenPage
  beforeAll(async () => {
    browser = await launch()
    opened = await open(browser, box.url, '/', { size: 'phone', cookie: await signIn(box.url) })
  })
  afterAll(async () => {
    await opened?.context.close()
    await browser?.close()
  })

  test('it says what answers, which model would fit, and suggests what it can answer', async () => {
    const { page } = opened
    await page.getByText('The starter is answering').waitFor()
    await page.getByText('The best for this machine').waitFor()
    await page.getByRole('button', { name: 'How do I add a model?' }).waitFor()
    expect(await violations(page)).toEqual([])
  })

  test.each(questions)('%s', async (ask, facts) => {
    const { page } = opened
    await page.getByLabel('Message', { exact: true }).fill(ask)
    await page.getByRole('button', { name: 'Send' }).click()
    const turn = page.locator('.turn', { hasText: ask }).last()
    await turn.waitFor()
    const answer = page.locator('.answer[aria-busy=false]').last()
    for (const fact of facts) await expect.poll(() => answer.innerText(), { timeout: 20_000 }).toContain(fact)
  })

  test('nothing went wrong meanwhile', () => expect(opened.faults).toEqual([]))
})
