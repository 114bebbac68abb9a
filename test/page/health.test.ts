// The box's health on its page: asked for by a person, told check by check, mended after one question. In a real browser against
// the fake box, whose checks are the real ones.
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createFakeApi, type FakeApi } from '#test/fakes/api.ts'
import {
  buildPage,
  launch,
  noBrowser,
  type OpenPage,
  open,
  picture,
  sizes,
  type View,
  violations,
} from './browser.ts'

const phone: View = { size: 'phone' }

describe.skipIf(noBrowser !== null)(`the box’s health${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  let browser: Browser
  let built: Awaited<ReturnType<typeof buildPage>>
  let api: FakeApi
  let opened: OpenPage
  let expected: RegExp | null = null

  beforeAll(async () => {
    built = await buildPage()
    browser = await launch()
  }, 240_000)
  afterAll(async () => {
    await browser?.close()
    await built?.remove()
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
  const visit = async (view: View): Promise<Page> => {
    opened = await open(browser, api.url, '/box', view)
    return opened.page
  }
  const card = (page: Page, title = 'Health') => page.getByRole('region', { name: title, exact: true })
  const row = (page: Page, name: string) => card(page).getByRole('listitem').filter({ hasText: name })
  const sound = async (page: Page, what: string): Promise<void> => {
    expect(await violations(page), what).toEqual([])
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(width, what).toBeLessThanOrEqual(page.viewportSize()?.width ?? sizes.phone.width)
    await card(page, what.includes('zh') ? '健康' : 'Health').scrollIntoViewIfNeeded()
    await picture(page, `health-${what}`)
  }

  it('is checked when somebody asks and not before, each check told as it ends', async () => {
    const { promise: token, resolve } = Promise.withResolvers<number>()
    api.health.token = () => token
    const page = await visit(phone)
    await card(page).getByText('Not checked since the box started').waitFor()
    expect(await row(page, 'not yet').count()).toBe(9)
    expect(api.health.asked).toEqual([])
    await sound(page, 'before')
    await card(page).getByRole('button', { name: 'Check now' }).click()
    await card(page).getByText('Checking: 8 of 9 done').waitFor()
    await row(page, 'A model answers').getByText('checking…').waitFor()
    await row(page, 'Clock').getByText('fine').waitFor()
    expect(await card(page).getByRole('progressbar').getAttribute('value')).toBe('8')
    await sound(page, 'running')
    resolve(1)
    await card(page).getByText('All is well').waitFor()
    await row(page, 'Disks').getByText('not measured').waitFor()
    await row(page, 'Disks').getByText('which looks after its disks itself').waitFor()
    expect(api.health.asked.toSorted()).toEqual([
      'clock',
      'data',
      'disks',
      'lan',
      'model',
      'name',
      'page',
      'space',
      'temperature',
    ])
    await sound(page, 'well')
  })

  const trouble = (): void => {
    Object.assign(api.health, { freeBytes: 5e8, unfinishedBytes: 3.2e9, celsius: 93, named: [] })
  }

  it('says what is wrong, how much, and what to do', async () => {
    trouble()
    const page = await visit(phone)
    await card(page).getByRole('button', { name: 'Check now' }).click()
    await card(page).getByText('3 things need a look').waitFor()
    await row(page, 'Space on the disk').getByText('needs a hand').waitFor()
    await card(page).getByText('the largest is Qwen3-8B-Q4_K_M with 4.7 GiB').waitFor()
    expect(await row(page, 'Found by its name').textContent()).toContain('client isolation')
    await card(page).getByText('k10temp is 93 °C hot, near its limit of 95 °C.').waitFor()
    await sound(page, 'issues')
    await opened.context.close()
    const dark = await visit({ size: 'laptop', theme: 'dark' })
    await card(dark).getByText('3 things need a look').waitFor()
    await sound(dark, 'issues-dark-laptop')
  })

  it('does in Chinese what it does in English', async () => {
    trouble()
    const page = await visit({ ...phone, language: 'zh' })
    await card(page, '健康').getByRole('button', { name: '立即检查' }).click()
    await card(page, '健康').getByText('有 3 项需要留意').waitFor()
    await card(page, '健康').getByText('最大的是 Qwen3-8B-Q4_K_M，占 4.7 GiB').waitFor()
    await card(page, '健康').getByText('网络中没有谁回应 hob-1a2b.local。').waitFor()
    expect(await card(page, '健康').textContent()).not.toMatch(/[a-z]{4,} [a-z]{2,} [a-z]{2,}/)
    await sound(page, 'issues-zh')
  })

  it('mends what it can after one question that names what is lost', async () => {
    trouble()
    const page = await visit(phone)
    await card(page).getByRole('button', { name: 'Check now' }).click()
    await card(page).getByText('3 things need a look').waitFor()
    const mend = card(page).getByRole('button', { name: 'Remove unfinished downloads (3.2 GB)' })
    await mend.click()
    const dialog = page.getByRole('dialog', { name: 'Remove unfinished downloads?' })
    await dialog.getByText('3.2 GB of downloads that stopped are deleted.').waitFor()
    await picture(page, 'health-question')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    expect(api.health.unfinishedBytes).toBe(3.2e9)
    await mend.click()
    await dialog.getByRole('button', { name: 'Remove' }).click()
    await page.getByText('Unfinished downloads are removed').waitFor()
    expect(api.health.unfinishedBytes).toBe(0)
    await mend.waitFor({ state: 'detached' })
    await row(page, 'Space on the disk').getByText('needs a hand').waitFor()
  })

  it('lets go of a check that takes long, and keeps what the others found', async () => {
    api.health.token = () => new Promise(() => undefined)
    const page = await visit(phone)
    await card(page).getByRole('button', { name: 'Check now' }).click()
    await card(page).getByText('Checking: 8 of 9 done').waitFor()
    await card(page).getByRole('button', { name: 'Stop waiting' }).click()
    await card(page).getByText('Not everything could be checked').waitFor()
    await row(page, 'Clock').getByText('fine').waitFor()
    await row(page, 'A model answers').getByText('not yet').waitFor()
    expect(await card(page).getByRole('progressbar').count()).toBe(0)
  })

  it('is the owner’s alone', async () => {
    const page = await visit(phone)
    await card(page).waitFor()
    await opened.context.close()
    const anna = api.door.people.find(({ id }) => id === api.door.signedIn)
    Object.assign(anna ?? {}, { role: 'adult' })
    const theirs = await visit(phone)
    await theirs.getByRole('heading', { name: 'Box', exact: true }).waitFor()
    expect(await card(theirs).count()).toBe(0)
  })

  it('tells when the box cannot be asked', async () => {
    expected = /Failed to load resource/
    const page = await visit(phone)
    await card(page).getByRole('button', { name: 'Check now' }).waitFor()
    await page.route('**/system/health/run', (route) => route.abort())
    await card(page).getByRole('button', { name: 'Check now' }).click()
    await card(page).getByRole('alert').getByText('The box cannot be reached.').waitFor()
    expect(api.health.asked).toEqual([])
    await card(page).getByRole('button', { name: 'Check now' }).waitFor()
  })
})
