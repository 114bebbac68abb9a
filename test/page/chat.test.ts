// What a person does in the chat, in a real browser against the fake box.
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createFakeApi, type FakeApi } from '#test/fakes/api.ts'
import { buildPage, launch, noBrowser, type OpenPage, open, type View } from './browser.ts'

describe.skipIf(noBrowser !== null)(`the chat${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  let browser: Browser
  let built: Awaited<ReturnType<typeof buildPage>>
  let api: FakeApi
  let opened: OpenPage
  /** Console lines that the browser writes by itself about a failure that the test made. */
  let expected: RegExp | null = null

  beforeAll(async () => {
    built = await buildPage()
    browser = await launch()
  })
  afterAll(async () => {
    await browser.close()
    await built.remove()
  })
  beforeEach(async () => {
    expected = null
    api = await createFakeApi(built.folder)
  })
  afterEach(async () => {
    const allowed = expected
    expect(opened.faults.filter((fault) => allowed === null || !allowed.test(fault))).toEqual([])
    await opened.context.close()
    await api.close()
  })
  const visit = async (path: string, view: View): Promise<Page> => {
    opened = await open(browser, api.url, path, view)
    return opened.page
  }
  const send = async (page: Page, text: string): Promise<void> => {
    await page.getByLabel('Message', { exact: true }).fill(text)
    await page.getByRole('button', { name: 'Send' }).click()
  }
  const slowly = (count: number) => ({
    words: Array.from({ length: count }, (_, index) => `word${index} `),
    intervalMs: 25,
  })

  it('sends from a phone and shows words as they arrive, at an address of its own', async () => {
    api.answer = { ...slowly(60), reasoning: 'Let me think.' }
    const page = await visit('/', { size: 'phone' })
    await send(page, 'Explain heat pumps')
    const answer = page.locator('.answer').last()
    await answer.getByText('word3').waitFor()
    expect(await answer.textContent()).not.toContain('word59')
    expect(new URL(page.url()).pathname).toMatch(/^\/chat\/c-/)
    await answer.getByText('word59').waitFor()
    await answer.getByText('Thoughts').waitFor()
    expect(await answer.getByText('Let me think.').isVisible()).toBe(false)
    await answer.getByRole('button', { name: 'Details' }).click()
    expect(await answer.locator('dl').textContent()).toContain('12.3 tok/s')
    // The screen reader hears the whole answer, once.
    expect(await page.locator('[aria-live=polite]').textContent()).toContain('word0 word1')
    await page.goBack()
    await page.getByRole('heading', { name: 'What can I help you with?' }).waitFor()
  })

  it('stops: the box stops generating, and what had come stays', async () => {
    api.answer = slowly(2000)
    const page = await visit('/chat', { size: 'phone' })
    await send(page, 'Tell me everything')
    await page.getByText('word5').waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.locator('.tag', { hasText: 'Stopped' }).waitFor()
    await expect.poll(() => api.stopped.length).toBe(1)
    expect(await page.locator('.answer').last().textContent()).toContain('word5')
    await page.getByRole('button', { name: 'Send' }).waitFor()
  })

  it('goes on answering while somebody looks at another place', async () => {
    api.answer = slowly(40)
    const page = await visit('/chat', { size: 'laptop' })
    await send(page, 'Count')
    await page.getByText('word2').waitFor()
    await page.getByRole('link', { name: 'Models' }).click()
    await page.getByRole('heading', { name: 'Models' }).waitFor()
    await page.goBack()
    await page.locator('.answer').getByText('word39').waitFor()
    expect(api.stopped).toEqual([])
  })

  it('draws a failure with what to do, and tries again', async () => {
    expected = /Failed to load resource/
    api.failNext = { code: 'queue_full', parameters: { waiting: 8, retryAfter: 4 } }
    const page = await visit('/chat', { size: 'tablet' })
    await send(page, 'Hello')
    const card = page.getByRole('alert')
    await card.getByText('8 requests are waiting').waitFor()
    await card.getByText('Try again in 4 s.').waitFor()
    await card.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('A heat pump moves warmth from outside to inside.').first().waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    expect(await page.locator('.bubble').count()).toBe(1)
  })

  it('keeps what came before a crash in the middle, in Chinese too', async () => {
    api.answer = slowly(30)
    api.failNext = { code: 'engine_crashed', afterWords: 6 }
    const page = await visit('/chat', { size: 'phone', language: 'zh', theme: 'dark' })
    await page.getByLabel('消息', { exact: true }).fill('你好')
    await page.getByRole('button', { name: '发送' }).click()
    await page.getByText('模型中途停止工作，正在重新启动。').waitFor()
    expect(await page.locator('.answer').last().textContent()).toContain('word4')
  })

  it('says quietly that the link is gone, keeps what it has, and catches up', async () => {
    expected = /WebSocket connection|Failed to load resource/
    const page = await visit('/chat/heat', { size: 'tablet' })
    await page.getByText('Think of a fridge turned inside out.').waitFor()
    await expect.poll(() => api.liveQueries.length).toBeGreaterThan(0)
    // One event first: what is resumed must have begun.
    api.publish('load', { cpu: 0.9, memoryTotalBytes: 16e9, memoryAvailableBytes: 8e9 })
    await page.waitForFunction(() => document.querySelector('.nav-hearth .hearth-ready') !== null)
    api.away = true
    api.cutLive()
    await page.getByText('No connection to the box.').waitFor()
    expect(await page.getByText('Think of a fridge turned inside out.').isVisible()).toBe(true)
    const stored = api.conversations.find(({ conversation }) => conversation.id === 'heat')
    const last = stored?.turns.at(-1)
    if (last !== undefined) last.content = 'Written elsewhere meanwhile.'
    api.publish('conversation', { id: 'heat', change: 'updated' })
    api.away = false
    await page.getByText('Written elsewhere meanwhile.').waitFor()
    await expect.poll(() => page.getByText('No connection to the box.').count()).toBe(0)
    expect(api.liveQueries.at(-1)).toBe('epoch=fake-1&seq=1')
  })

  it('edits a question after naming what it replaces, and answers again', async () => {
    const page = await visit('/chat/heat', { size: 'laptop' })
    await page.locator('.turn-user').hover()
    await page.getByRole('button', { name: 'Edit' }).click()
    await page.getByText('This replaces the question and 1 message after it.').waitFor()
    await page.getByLabel('Edit your question').fill('And how does a fridge work?')
    await page.locator('.edit').getByRole('button', { name: 'Send' }).click()
    await page.getByText('A heat pump moves warmth').first().waitFor()
    expect(api.asked.at(-1)).toEqual({ content: 'And how does a fridge work?', replaces: 'h1' })
    await page.getByRole('button', { name: 'Answer again' }).click()
    await expect.poll(() => api.asked.length).toBe(2)
    expect(api.asked[1]?.content).toBe('And how does a fridge work?')
    expect(api.asked[1]?.replaces).toMatch(/^q-/)
    await page.getByRole('button', { name: 'Answer again' }).waitFor()
    expect(await page.locator('.bubble').count()).toBe(1)
  })

  it('finds, renames and deletes conversations', async () => {
    const page = await visit('/chat', { size: 'laptop' })
    const list = page.getByRole('navigation', { name: 'Conversations' })
    await list.getByRole('searchbox').fill('fridge')
    await list.locator('mark', { hasText: 'fridge' }).waitFor()
    await list.getByRole('searchbox').fill('')
    const row = list.locator('li', { hasText: 'How a heat pump works' })
    await row.hover()
    await row.getByRole('button').click()
    await page.getByRole('menuitem', { name: 'Rename' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Pumps')
    await page.getByRole('button', { name: 'Save' }).click()
    const renamed = list.locator('li', { hasText: 'Pumps' })
    await renamed.hover()
    await renamed.getByRole('button').click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await page.getByText('“Pumps” with 2 messages will be deleted').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await expect.poll(() => renamed.count()).toBe(0)
    expect(api.conversations.map(({ conversation }) => conversation.id)).not.toContain('heat')
  })

  it('does not pull a reader down who went up, and offers a way back', async () => {
    api.answer = { words: Array.from({ length: 300 }, (_, index) => `line${index}\n\n`), intervalMs: 10 }
    const page = await visit('/chat', { size: 'phone' })
    await send(page, 'Long')
    await page.getByText('line40', { exact: true }).waitFor()
    const thread = page.locator('.thread')
    const fromEnd = () => thread.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight)
    expect(await fromEnd()).toBeLessThan(60)
    await thread.evaluate((box) => {
      box.scrollTop = 0
    })
    await page.getByText('line120', { exact: true }).waitFor({ state: 'attached' })
    expect(await thread.evaluate((box) => box.scrollTop)).toBe(0)
    await page.getByRole('button', { name: 'Jump to the newest' }).click()
    await expect.poll(fromEnd).toBeLessThan(60)
    await page.getByRole('button', { name: 'Stop' }).click()
  })

  it('keeps a draft for each conversation', async () => {
    const page = await visit('/chat/heat', { size: 'laptop' })
    const box = page.getByLabel('Message', { exact: true })
    await box.fill('half a thought')
    await page.getByRole('link', { name: 'Rename photos by date' }).click()
    await expect.poll(() => box.inputValue()).toBe('')
    await page.goBack()
    await expect.poll(() => box.inputValue()).toBe('half a thought')
    await page.reload()
    await expect.poll(() => box.inputValue()).toBe('half a thought')
  })

  it('can be used with the keyboard alone', async () => {
    const page = await visit('/chat', { size: 'laptop' })
    await page.keyboard.type('Hello')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('there')
    await page.keyboard.press('Enter')
    await page.getByText('A heat pump moves warmth').first().waitFor()
    expect(api.asked.at(-1)?.content).toBe('Hello\nthere')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('Models')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Models' }).waitFor()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('中文')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: '模型', exact: true }).waitFor()
    // A walk through the whole place by Tab: each stop is visible and shows that it has the focus.
    const stops = new Set<string>()
    for (let step = 0; step < 40; step += 1) {
      await page.keyboard.press('Tab')
      const stop = await page.evaluate(() => {
        const element = document.activeElement
        if (element === null || element === document.body) return null
        const style = getComputedStyle(element)
        const seen =
          style.outlineStyle !== 'none' || element.closest('.skip, .segment, .search-field') !== null
        return { name: element.getAttribute('aria-label') ?? element.textContent ?? '', seen }
      })
      if (stop === null) break
      expect(stop.seen, stop.name).toBe(true)
      stops.add(stop.name)
    }
    expect([...stops].join('|')).toContain('移除')
    expect(stops.size).toBeGreaterThan(10)
  })
})
