// The log on its page: as it is written, older lines as one reads on, narrowed down, searched, copied, kept as a file, by
// the keyboard alone. In a real browser against the fake box.
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { noBrowser } from './browser.ts'
import { button, patient, refusals, sound, useScene } from './machine-scene.ts'

describe.skipIf(noBrowser !== null)(`the log’s page${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  const scene = useScene()
  const lines = (page: Page) => page.locator('.line')
  const first = (page: Page) => lines(page).first()
  const followed = async (): Promise<void> => {
    await expect.poll(() => scene.api.machine.followers.size, patient).toBe(1)
  }

  it('shows each line as it is written, once, and stands still when told to', async () => {
    const page = await scene.visit('/box/logs')
    await followed()
    await first(page).waitFor()
    scene.api.machine.write({ level: 'warn', service: 'models', message: 'the fire is low' })
    await first(page).getByText('the fire is low').waitFor()
    expect(await page.getByText('the fire is low').count()).toBe(1)
    await page.getByRole('switch', { name: 'Live' }).uncheck()
    await expect.poll(() => scene.api.machine.followers.size, patient).toBe(0)
    scene.api.machine.write({ message: 'nobody looks' })
    // what was missed is there when it is live again, and nothing twice
    await page.getByRole('switch', { name: 'Live' }).check()
    await first(page).getByText('nobody looks').waitFor()
    expect(await page.getByText('the fire is low').count()).toBe(1)
    await sound(page, 'log live')
  })

  it('catches up when the live log broke off', async () => {
    scene.expected = refusals
    const { api } = scene
    const page = await scene.visit('/box/logs')
    await followed()
    await first(page).waitFor()
    api.away = true
    api.machine.cutLogs()
    await page.getByText('The live log broke off').waitFor()
    await sound(page, 'log broken')
    api.machine.write({ message: 'written while away' })
    api.away = false
    await first(page).getByText('written while away').waitFor()
    await followed()
    expect(await lines(page).filter({ hasText: 'written while away' }).count()).toBe(1)
  })

  it('reads older lines as one scrolls, to the first, and keeps new ones waiting above meanwhile', async () => {
    const page = await scene.visit('/box/logs')
    await followed()
    await expect.poll(() => lines(page).count(), patient).toBe(200)
    await page.locator('.page').evaluate((element) => element.scrollTo(0, element.scrollHeight))
    await expect.poll(() => lines(page).count(), patient).toBeGreaterThan(200)
    const top = await page.locator('.page').evaluate((element) => element.scrollTop)
    scene.api.machine.write({ message: 'one more' })
    scene.api.machine.write({ message: 'and another' })
    await button(page, '2 new lines').waitFor()
    expect(await page.getByText('and another').count()).toBe(0)
    expect(await page.locator('.page').evaluate((element) => element.scrollTop)).toBe(top)
    await sound(page, 'log held')
    await button(page, '2 new lines').click()
    await first(page).getByText('and another').waitFor()
    await page.locator('.page').evaluate((element) => element.scrollTo(0, element.scrollHeight))
    await page.getByText('This is where the log begins.').waitFor()
    const seen = await page.locator('.line-message').allInnerTexts()
    const numbers = seen.flatMap((text) => /\bn=(\d+)/.exec(text)?.[1] ?? []).map(Number)
    // every line but the details, newest first, none twice and none left out
    expect(numbers).toEqual(Array.from({ length: 500 }, (_, n) => 499 - n).filter((n) => n % 6 !== 1))
  })

  it('is narrowed down by service and level on the box, searched here, and kept as a file', async () => {
    const page = await scene.visit('/box/logs', { size: 'laptop' })
    await first(page).waitFor()
    await page.getByLabel('Service').selectOption('models')
    await page.getByLabel('At least').selectOption('warn')
    await expect.poll(() => page.locator('.line-facts').first().innerText(), patient).toContain('warning')
    expect(await page.locator('.line:not(.line-warn):not(.line-error)').count()).toBe(0)
    await page.getByLabel('Search in what is loaded').fill('contexttokens 4096 n=99')
    await page.getByText('1 of 83 lines').waitFor()
    expect(await page.locator('mark').first().innerText()).toBe('contextTokens')
    await sound(page, 'log found')
    await page.getByLabel('Search in what is loaded').fill('no such thing')
    await page.getByText('No line that is loaded has these words.').waitFor()
    const file = page.waitForEvent('download')
    await button(page, 'Download').click()
    const path = await (await file).path()
    const kept = (await readFile(path, 'utf8')).trim().split('\n')
    expect(kept).toHaveLength(83)
    expect(JSON.parse(kept[0] ?? '')).toMatchObject({ level: 'warn', service: 'models' })
  })

  it('is walked by the keyboard: one stop, arrows, particulars, a line copied', async () => {
    const page = await scene.visit('/box/logs', { size: 'laptop', theme: 'dark' })
    await first(page).waitFor()
    await page.getByRole('switch', { name: 'Live' }).focus()
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('SUMMARY')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await lines(page).nth(1).getByText('sandbox_missing').waitFor()
    await sound(page, 'log open')
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.keyboard.press('c')
    await page.getByText('Copied').waitFor()
    const text = await page.evaluate(() => navigator.clipboard.readText())
    expect(text).toContain('error executor the sandbox did not start code=sandbox_missing')
    await page.keyboard.press('End')
    await expect.poll(() => lines(page).count(), patient).toBeGreaterThan(200)
    expect(await page.locator('.lines summary[tabindex="0"]').count()).toBe(1)
  })

  it('says that nothing was written, and what failed', async () => {
    scene.expected = refusals
    scene.api.machine.log.length = 0
    let page = await scene.visit('/box/logs')
    await page.getByText('Nothing was written down, with these filters.').waitFor()
    await sound(page, 'log empty')
    scene.api.machine.failing = {
      code: 'service_unavailable',
      part: 'GET logs',
      parameters: { service: 'steward' },
    }
    page = await scene.visit('/box/logs')
    await page.locator('.problem').waitFor()
    await sound(page, 'log failed')
    scene.api.machine.failing = null
    await button(page, 'Try again').click()
    await page.getByText('Nothing was written down, with these filters.').waitFor()
    expect(await page.locator('.problem').count()).toBe(0)
  })
})
