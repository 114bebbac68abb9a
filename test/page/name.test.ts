// What the box is called and with what it proves itself, changed on its page: in a real browser against the fake box.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createFakeApi, type FakeApi } from '#test/fakes/api.ts'
import { buildPage, launch, noBrowser, type OpenPage, open, sizes, type View, violations } from './browser.ts'

const phone: View = { size: 'phone' }
const fingerprint = Array.from({ length: 32 }, (_, index) => (index * 7 + 16).toString(16)).join(':')
/** Where pictures of every state are put for somebody to look at; nowhere when it is not set. */
const pictures = process.env['HOB_PICTURES']

describe.skipIf(noBrowser !== null)(
  `the box’s name and certificate${noBrowser === null ? '' : ` (${noBrowser})`}`,
  () => {
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
      api.door.fingerprint = fingerprint
    })
    afterEach(async () => {
      const allowed = expected
      expect(opened.faults.filter((fault) => allowed === null || !allowed.test(fault))).toEqual([])
      await opened.context.close()
      await api.close()
    })
    const visit = async (view: View, origin = api.url): Promise<Page> => {
      opened = await open(browser, origin, '/box', view)
      return opened.page
    }
    const card = (page: Page, title: string) => page.getByRole('region', { name: title, exact: true })
    const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
    const sound = async (page: Page, what: string): Promise<void> => {
      expect(await violations(page), what).toEqual([])
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      expect(width, what).toBeLessThanOrEqual(page.viewportSize()?.width ?? sizes.phone.width)
      if (pictures === undefined) return
      await mkdir(pictures, { recursive: true })
      await page.screenshot({ path: join(pictures, `${what}.png`), fullPage: true })
    }

    it('are shown: address, QR code, who issued it, how long still, the root to compare, and the guide', async () => {
      const page = await visit(phone)
      const name = card(page, 'Name')
      await name.getByText('The quiet box').waitFor()
      await name.getByText('https://hob-1a2b.local:4620', { exact: true }).waitFor()
      await name.getByText('Also at https://192.168.1.20:4620').waitFor()
      await button(page, 'Show to another phone').click()
      await page.getByRole('img', { name: 'QR code of the address' }).waitFor()
      const certificate = card(page, 'Certificate')
      await certificate.getByText('Hob The quiet box 3f7a').waitFor()
      await certificate.getByText('396 days left').waitFor()
      await certificate.getByText('10:17:1E').waitFor()
      const guide = certificate.getByRole('link', { name: 'Make this device trust it' })
      expect(await guide.getAttribute('href')).toBe('http://127.0.0.1:4621/')
      await sound(page, 'shown')
    })

    it('move to a new address after one question that says it, and tell every page', async () => {
      const page = await visit(phone)
      await button(page, 'Rename').click()
      await page.getByLabel('Name of the box').fill('Kitchen')
      await page.getByLabel('Name in the address').fill('Kitchen-Hob')
      const { port } = new URL(api.url)
      await page.getByText(`The page: http://kitchen-hob.local:${port}`).waitFor()
      await sound(page, 'rename')
      await card(page, 'Name').getByRole('button', { name: 'Rename' }).click()
      const dialog = page.getByRole('dialog', { name: `Move the page to http://kitchen-hob.local:${port}?` })
      await dialog.getByText('You sign in there once more.').waitFor()
      await sound(page, 'move')
      await dialog.getByRole('button', { name: 'Cancel' }).click()
      expect(api.place.names.label).toBe('hob-1a2b')
      await card(page, 'Name').getByRole('button', { name: 'Rename' }).click()
      await dialog.getByRole('button', { name: 'Move' }).click()
      await page.getByText('The box has its new name').waitFor()
      await page.getByText('https://kitchen-hob.local:4620', { exact: true }).waitFor()
      expect(api.place.names).toMatchObject({ name: 'Kitchen', label: 'kitchen-hob' })
      // came by its address: it can stay
      expect(new URL(page.url()).hostname).toBe('127.0.0.1')
      expect(await page.getByText('The box has a new address.').count()).toBe(0)
    })

    it('lead to the new address whoever came by the old one', async () => {
      expected = /left the box|Failed to load resource|WebSocket/
      // two names of this machine stand for the two of the box
      Object.assign(api.place.names, { host: '127.0.0.1', label: '127.0.0.1' })
      api.place.hostOf = () => 'localhost'
      const page = await visit(phone)
      await page.route('**/localhost.local/**', (route) => route.abort())
      await button(page, 'Rename').click()
      await page.getByLabel('Name in the address').fill('localhost')
      await card(page, 'Name').getByRole('button', { name: 'Rename' }).click()
      await button(page, 'Move').click()
      await page.waitForURL(`http://localhost:${new URL(api.url).port}/box`)
      expect(api.place.names.label).toBe('localhost')
    })

    it('are told to another page that came by the old address, with the way to the new one', async () => {
      const page = await visit(phone)
      await card(page, 'Name').getByText('The quiet box').waitFor()
      api.place.names = { ...api.place.names, name: 'Kitchen' }
      await expect.poll(() => api.liveQueries.length).toBe(1)
      api.publish('box', { name: 'Kitchen', host: 'kitchen-hob.local', was: '127.0.0.1' })
      await page.getByText('The box has a new address.').waitFor()
      await card(page, 'Name').getByText('Kitchen', { exact: true }).waitFor()
      const { port } = new URL(api.url)
      expect(await page.getByRole('link', { name: 'kitchen-hob.local' }).getAttribute('href')).toBe(
        `http://kitchen-hob.local:${port}/`,
      )
      // it stands above the place, and nothing of the place under it
      const banner = await page.locator('.banner').boundingBox()
      const place = await page.locator('main > :last-child').boundingBox()
      expect(banner?.y).toBe(0)
      expect(place?.y).toBeGreaterThanOrEqual(banner?.height ?? Number.NaN)
      await sound(page, 'moved')
    })

    it('say what is wrong with a name, and which one the network gave', async () => {
      expected = /Failed to load resource/
      const page = await visit(phone)
      await button(page, 'Rename').click()
      await page.getByLabel('Name in the address').fill('küche')
      await card(page, 'Name').getByRole('button', { name: 'Rename' }).click()
      await button(page, 'Move').click()
      await page.getByText('A host name has letters a to z, digits and hyphens only.').first().waitFor()
      expect(api.place.names.label).toBe('hob-1a2b')
      await sound(page, 'wrong name')
      api.place.hostOf = (label) => `${label}-2.local`
      await page.getByLabel('Name in the address').fill('kitchen')
      await card(page, 'Name').getByRole('button', { name: 'Rename' }).click()
      await button(page, 'Move').click()
      await page.getByText('The network knows it as kitchen-2.local').waitFor()
    })

    it('take the owner’s certificate as files or pasted, refuse a wrong one, and go back', async () => {
      expected = /Failed to load resource/
      api.door.fresh = false
      const page = await visit(phone)
      await button(page, 'Use my own certificate').click()
      await page.getByLabel('Certificate and chain', { exact: true }).fill('nothing')
      await page.getByLabel('File: Private key').setInputFiles({
        name: 'key.pem',
        mimeType: 'application/x-pem-file',
        buffer: Buffer.from('-----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY-----\n'),
      })
      await sound(page, 'bring')
      await button(page, 'Use it').click()
      const confirm = page.getByRole('dialog', { name: 'Is it you?' })
      await confirm.getByLabel('Password', { exact: true }).fill('three small owls')
      await page.keyboard.press('Enter')
      await page.getByText('This certificate cannot be used').first().waitFor()
      expect(await page.getByLabel('Private key', { exact: true }).inputValue()).toContain('PRIVATE KEY')
      await sound(page, 'refused')
      const chain = '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n'
      await page.getByLabel('Certificate and chain', { exact: true }).fill(chain)
      await button(page, 'Use it').click()
      await card(page, 'Certificate').getByText('Home CA').waitFor()
      await card(page, 'Certificate').getByText('12 days left').waitFor()
      await sound(page, 'owner')
      expect(api.place.pairs.at(-1)?.chain).toBe(chain)
      // the key is nowhere in the page any more
      expect(await page.content()).not.toContain('PRIVATE KEY')
      await button(page, 'Back to the box’s own').click()
      const dialog = page.getByRole('dialog', { name: 'Go back to the box’s own certificate?' })
      await dialog.getByText('Your certificate and its key are deleted').waitFor()
      await dialog.getByRole('button', { name: 'Back to the box’s own' }).click()
      await card(page, 'Certificate').getByText('396 days left').waitFor()
      expect(await button(page, 'Back to the box’s own').count()).toBe(0)
    })

    it('are an owner’s alone to see', async () => {
      api.door.signedIn = 'p-ben'
      const page = await visit(phone)
      await page.getByRole('heading', { name: 'This machine' }).waitFor()
      expect(await card(page, 'Name').count()).toBe(0)
      expect(await card(page, 'Certificate').count()).toBe(0)
    })

    it('are sound in Chinese by night, with every touch target large enough', async () => {
      const page = await visit({ size: 'phone', theme: 'dark', language: 'zh' })
      await card(page, '名称').getByText('The quiet box').waitFor()
      await button(page, '给另一部手机扫码').click()
      await button(page, '使用自己的证书').click()
      await page.getByRole('img', { name: '地址的二维码' }).waitFor()
      await sound(page, 'zh dark')
      const small = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('button, a[href], summary, select, input, textarea')]
          .filter((element) => element.closest('.skip, label, .offscreen') === null)
          .map((element) => ({ box: element.getBoundingClientRect(), html: element.outerHTML.slice(0, 90) }))
          .filter(({ box }) => box.width > 1 && (box.height < 44 || box.width < 44))
          .map(({ html }) => html),
      )
      expect(small).toEqual([])
      await button(page, '改名').click()
      await page.getByLabel('地址中的名称').waitFor()
      await sound(page, 'zh dark rename')
    })
  },
)
