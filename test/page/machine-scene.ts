// What the tests of the machine's pages share: a browser, a fake box for each test, and a look at each state of a page:
// axe, width, sizes of what is pressed, and its picture for the eye.
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { createFakeApi, type FakeApi } from '#test/fakes/api.ts'
import { buildPage, launch, type OpenPage, open, picture, sizes, type View, violations } from './browser.ts'

export const phone: View = { size: 'phone' }
/** Console lines that the browser writes by itself about a refusal or a silence that the test made. */
export const refusals = /Failed to load resource|WebSocket connection/

/** For expect.poll: a browser on a busy machine takes its time. */
export const patient = { timeout: 30_000 } as const

export function useScene() {
  let browser: Browser
  let built: Awaited<ReturnType<typeof buildPage>>
  let opened: OpenPage | null = null
  const scene = {
    api: undefined as unknown as FakeApi,
    expected: null as RegExp | null,
    visit: async (path: string, view: View = phone): Promise<Page> => {
      await opened?.context.close()
      opened = await open(browser, scene.api.url, path, view)
      return opened.page
    },
    faults: (): readonly string[] => {
      const { expected } = scene
      return (opened?.faults ?? []).filter((fault) => expected === null || !expected.test(fault))
    },
    asked: (what: string) => scene.api.machine.asked.filter((one) => one.what === what),
  }
  beforeAll(async () => {
    built = await buildPage()
    browser = await launch()
  }, 240_000)
  afterAll(async () => {
    await browser?.close()
    await built?.remove()
  })
  beforeEach(async () => {
    scene.expected = null
    scene.api = await createFakeApi(built.folder)
  })
  afterEach(async () => {
    const faults = scene.faults()
    await opened?.context.close()
    opened = null
    await scene.api.close()
    expect(faults).toEqual([])
  })
  return scene
}

export const card = (page: Page, title: string) => page.getByRole('region', { name: title, exact: true })
export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

export async function sound(page: Page, what: string): Promise<void> {
  expect(await violations(page), what).toEqual([])
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  expect(width, what).toBeLessThanOrEqual(page.viewportSize()?.width ?? sizes.phone.width)
  const small = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, a[href], summary, select, input')]
      .filter((element) => element.closest('.skip, label, .offscreen') === null)
      .map((element) => ({ box: element.getBoundingClientRect(), html: element.outerHTML.slice(0, 90) }))
      // a hair less: fractions of a pixel are the layout's
      .filter(({ box }) => box.width > 1 && (box.height < 43.9 || box.width < 43.9))
      .map(({ html }) => html),
  )
  expect(small, what).toEqual([])
  await picture(page, what.replaceAll(/\W+/g, '-'))
}
