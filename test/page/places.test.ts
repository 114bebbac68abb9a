// Every place at every size, day and night, in both languages: nothing that axe, the console or the policy objects to,
// nothing wider than the screen, nothing that leaves the box.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFakeApi, type FakeApi } from '#test/fakes/api.ts'
import { buildPage, launch, noBrowser, open, sizes, type View, violations } from './browser.ts'

const views: View[] = [
  { size: 'phone', theme: 'light', language: 'en' },
  { size: 'phone', theme: 'dark', language: 'zh' },
  { size: 'tablet', theme: 'dark', language: 'en' },
  { size: 'tablet', theme: 'light', language: 'zh' },
  { size: 'laptop', theme: 'light', language: 'zh' },
  { size: 'laptop', theme: 'dark', language: 'en' },
]
const places = ['/chat', '/chat/photos', '/chats', '/models', '/box', '/nowhere']

describe.skipIf(noBrowser !== null)(`the places${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  let browser: Browser
  let built: Awaited<ReturnType<typeof buildPage>>
  let api: FakeApi
  beforeAll(async () => {
    built = await buildPage()
    browser = await launch()
    api = await createFakeApi(built.folder)
  })
  afterAll(async () => {
    await browser.close()
    await api.close()
    await built.remove()
  })

  const settled = async (page: Page): Promise<void> => {
    await page.waitForLoadState('networkidle')
    await page.evaluate(() => document.fonts.ready.then(() => undefined))
  }

  for (const view of views)
    it(`are sound on a ${view.size}, ${view.theme}, ${view.language}`, async () => {
      api.scenario = 'real'
      for (const path of places) {
        const { page, context, faults } = await open(browser, api.url, path, view)
        await settled(page)
        expect(await violations(page), path).toEqual([])
        const width = await page.evaluate(() => document.documentElement.scrollWidth)
        expect(width, path).toBeLessThanOrEqual(sizes[view.size].width)
        expect(faults, path).toEqual([])
        await context.close()
      }
    })

  for (const scenario of ['starter', 'none', 'loading', 'failed'] as const)
    it(`are sound and honest when the model is: ${scenario}`, async () => {
      api.scenario = scenario
      for (const path of ['/chat', '/models', '/box']) {
        const { page, context, faults } = await open(browser, api.url, path, { size: 'phone' })
        await settled(page)
        expect(await violations(page), path).toEqual([])
        expect(faults, path).toEqual([])
        const text = await page.locator('main').innerText()
        if (path === '/chat' && scenario === 'starter') {
          expect(text).toContain('The starter is answering')
          expect(text).toContain('qwen3-8b')
        }
        if (path === '/chat' && scenario === 'none') expect(text).toContain('No model yet')
        if (path === '/box' && scenario === 'loading') expect(text).toContain('42%')
        if (path === '/models' && scenario === 'failed') expect(text).toContain('not enough memory')
        await context.close()
      }
    })

  it('are sound with the search, a question and a menu open', async () => {
    api.scenario = 'real'
    const { page, context, faults } = await open(browser, api.url, '/chats', { size: 'phone' })
    await page.getByRole('button', { name: 'Search', exact: true }).click()
    await page.getByRole('combobox').fill('heat')
    await page.getByRole('option').first().waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.locator('.conversation .menu button').first().click()
    expect(await violations(page)).toEqual([])
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(faults).toEqual([])
    await context.close()
  })

  it('keep targets for fingers at 44 px', async () => {
    api.scenario = 'real'
    for (const path of ['/chat/photos', '/chats', '/models', '/box']) {
      const { page, context } = await open(browser, api.url, path, { size: 'phone' })
      await settled(page)
      const small = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('button, a[href], summary, input:not([type=radio])')]
          .filter((element) => element.closest('.markdown p, .markdown li, .skip, label') === null)
          .map((element) => ({ box: element.getBoundingClientRect(), html: element.outerHTML.slice(0, 90) }))
          .filter(({ box }) => box.width > 0 && (box.height < 44 || box.width < 44))
          .map(({ html }) => html),
      )
      expect(small, path).toEqual([])
      await context.close()
    }
  })

  it('adds a model, shows how far it is, and cancels; removes one after naming what is lost', async () => {
    api.scenario = 'real'
    const { page, context, faults } = await open(browser, api.url, '/models', { size: 'phone' })
    await page.getByLabel('Address or path').fill('https://hub.example/qwen3-8b.gguf')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByText('812 MB of 5 GB').waitFor()
    const [download] = await page.evaluate(async () => {
      const answer: { downloads: unknown[] } = await (await fetch('/hob/v1/downloads')).json()
      return answer.downloads
    })
    api.publish('download', { ...Object(download), receivedBytes: 2_500_000_000 })
    await page.getByText('2.5 GB of 5 GB').waitFor()
    await page.getByRole('button', { name: 'Cancel: qwen3-8b.gguf' }).click()
    await page.getByText('cancelled; what arrived is kept').waitFor()
    await page.getByRole('button', { name: 'Remove: qwen3-1.7b-q8_0' }).click()
    await page.getByText('The file qwen3-1.7b-q8_0.gguf (1.8 GB) will be deleted.').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByText('qwen3-1.7b-q8_0 removed').waitFor()
    expect(faults).toEqual([])
    await context.close()
  })

  it('keeps language and theme for this browser', async () => {
    api.scenario = 'real'
    const { page, context } = await open(browser, api.url, '/box', { size: 'tablet' })
    await page.getByRole('radio', { name: '中文' }).check()
    await page.getByRole('radio', { name: '夜间' }).check()
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    await expect.poll(ground).toBe('rgb(23, 20, 18)')
    await page.reload()
    await page.getByRole('heading', { name: '盒子', exact: true }).waitFor()
    expect(await ground()).toBe('rgb(23, 20, 18)')
    expect(await page.evaluate(() => Object.keys(localStorage))).toEqual(['hob.settings'])
    await context.close()
  })
})
