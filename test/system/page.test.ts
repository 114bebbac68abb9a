// The page as a person on a phone uses it, on a real box: every byte comes from the supervisor, the services and the
// self-test, which writes long enough to be watched.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { signIn } from '#benchmarks/owner.ts'
import { writeSelfTest } from '#test/fakes/selftest/write.ts'
import { launch, noBrowser, type OpenPage, open, violations } from '../page/browser.ts'
import { type Box, root, startBox } from './box.ts'

/** As wide as the fixed text needs to take a second or two: words are seen arriving, and can be stopped. */
const slow = { layers: 6, embedding: 512, feedForward: 2048 }
const lastWords = '说明理由。'
const patientMs = 30_000

describe.skipIf(noBrowser !== null)(
  `the page of a real box${noBrowser === null ? '' : ` (${noBrowser})`}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'hob-page-box-'))
    const models = join(folder, 'data/models/files')
    let box: Box
    let cookie: { name: string; value: string }
    let browser: Browser
    let opened: OpenPage
    /** What the browser writes by itself about a failure that the test made. */
    let expected: RegExp | null = null

    beforeAll(async () => {
      if (!existsSync(join(root, 'services/api/web/dist/index.html')))
        throw new Error('the page is not built; `npm test` builds it')
      box = await startBox({ dataDir: join(folder, 'data'), selfTest: slow })
      cookie = await signIn(box.url)
      browser = await launch()
    })
    afterAll(async () => {
      await browser?.close()
      await box?.stop()
      rmSync(folder, { recursive: true, force: true })
    })
    beforeEach(() => {
      expected = null
    })
    afterEach(async () => {
      const allowed = expected
      expect(opened.faults.filter((fault) => allowed === null || !allowed.test(fault))).toEqual([])
      await opened.context.close()
    })

    const visit = async (path: string): Promise<Page> => {
      opened = await open(browser, box.url, path, { size: 'phone', cookie })
      opened.page.setDefaultTimeout(patientMs)
      return opened.page
    }
    const send = async (page: Page, text: string): Promise<void> => {
      await page.getByLabel('Message', { exact: true }).fill(text)
      await page.getByRole('button', { name: 'Send' }).click()
    }
    /** The last answer, once it has ended. */
    const ended = (page: Page) => page.locator('.turn:has(.answer) .answer[aria-busy=false]').last()

    test('answers word by word, and keeps the answer', async () => {
      const page = await visit('/')
      await page.evaluate(() => {
        const lengths = new Set<number>()
        Object.assign(window, { lengths })
        new MutationObserver(() => {
          const answer = document.querySelector('.answer[aria-busy=true] .markdown')
          if (answer !== null) lengths.add(answer.textContent.length)
        }).observe(document.body, { childList: true, subtree: true, characterData: true })
      })
      await send(page, 'Who are you?')
      await ended(page).getByText(lastWords).waitFor()
      const seen: number[] = await page.evaluate('[...window.lengths]')
      const whole = (await ended(page).locator('.markdown').innerText()).length
      expect(seen.filter((length) => length > 0 && length < whole).length).toBeGreaterThanOrEqual(2)
      // Markdown's signs are text until it is clear what they are: `**` of a pair, `- ` of a list; more than those never goes again
      const back = seen.map((length, index) => (seen[index - 1] ?? 0) - length)
      expect(Math.max(...back)).toBeLessThanOrEqual(4)

      await page.reload()
      await ended(page).getByText(lastWords).waitFor()
      await page.getByRole('heading', { name: 'Who are you?' }).waitFor()
      expect(await violations(page)).toEqual([])
    })

    test.each(['repeat', '自检'])('finds a conversation by a word of its answer: %s', async (word) => {
      const page = await visit('/chats')
      await page.getByRole('searchbox').fill(word)
      await page.locator('mark', { hasText: word }).first().waitFor()
      await page.locator('.conversation a').first().click()
      await page.getByRole('heading', { name: 'Who are you?' }).waitFor()
      expect(await ended(page).innerText()).toContain(word)
    })

    test('stops when told to, and keeps the part', async () => {
      const page = await visit('/chat')
      await page.evaluate(() => {
        new MutationObserver((_, observer) => {
          const answer = document.querySelector('.answer[aria-busy=true] .markdown')
          if (answer === null || answer.textContent.length < 20) return
          observer.disconnect()
          document.querySelector<HTMLButtonElement>('button.stop')?.click()
        }).observe(document.body, { childList: true, subtree: true, characterData: true })
      })
      await send(page, 'Tell me more')
      await page.locator('.tag', { hasText: 'Stopped' }).waitFor()
      await page.reload()
      await page.locator('.tag', { hasText: 'Stopped' }).waitFor()
      const kept = await ended(page).locator('.markdown').innerText()
      expect(kept).toMatch(/^I am the self-test/)
      expect(kept).not.toContain(lastWords)
    })

    test('tells why the model was chosen, and shows a file that is put into the folder', async () => {
      const page = await visit('/models')
      await page.getByText('hob-selftest gives the best answers').waitFor()
      await page.getByText('Every candidate and its reason').waitFor()
      await page.locator('.candidate', { hasText: 'hob-selftest' }).getByText('Chosen.').waitFor()
      expect(await violations(page)).toEqual([])
      const made = join(folder, 'made')
      mkdirSync(made)
      copyFileSync(await writeSelfTest(made, { kind: 'embedding' }), join(models, 'meaning.gguf'))
      const row = page.locator('.row', { hasText: 'meaning' })
      await row.getByText('embeddings').waitFor()
    })

    test('shows how the box is and what the machine is', async () => {
      const page = await visit('/box')
      await page.locator('.now-model', { hasText: 'hob-selftest' }).waitFor()
      await page.getByText('The models').waitFor()
      await page.locator('.facts dt', { hasText: 'Instruction set' }).waitFor()
      expect(await page.locator('section[aria-labelledby=hardware] .profile-name').innerText()).not.toBe('')
      expect(await page.locator('.figures').innerText()).toMatch(/[\d,.]+ tok\/s/)
      expect(await violations(page)).toEqual([])
    })

    const processOf = (service: string): number => {
      const pid = box.processes().get(service)
      if (pid === undefined) throw new Error(`no ${service} process`)
      return pid
    }

    test('says that an answer broke off when the models service dies, and answers again', async () => {
      expected = /Failed to load resource/
      const page = await visit('/chat')
      const pid = processOf('models')
      await send(page, 'Go on')
      await page.locator('.answer[aria-busy=true] .markdown').waitFor()
      process.kill(pid, 'SIGKILL')
      await page.getByRole('alert').waitFor()
      expect(await violations(page)).toEqual([])
      await expect
        .poll(() => box.fetch(`/readyz`).then(({ status }) => status), { timeout: patientMs })
        .toBe(200)
      await page.getByRole('button', { name: 'Try again' }).click()
      await ended(page).getByText(lastWords).waitFor()
      expect(await page.getByRole('alert').count()).toBe(0)
    })

    test('says quietly that the link is gone when the api dies, keeps what it shows, and catches up', async () => {
      expected = /Failed to load resource|WebSocket connection/
      const page = await visit('/models')
      await page.getByText('Every candidate and its reason').waitFor()
      process.kill(processOf('api'), 'SIGKILL')
      const banner = page.getByText('No connection to the box.')
      await banner.waitFor()
      expect(await page.getByText('Every candidate and its reason').isVisible()).toBe(true)
      await banner.waitFor({ state: 'detached' })
    })
  },
)
