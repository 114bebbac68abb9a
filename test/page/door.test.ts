// Who stands at the door: a new box is claimed, an invitation accepted, a person signs in and comes back to where they
// were. In a real browser against the fake box, mostly on a phone.
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createFakeApi, type FakeApi } from '#test/fakes/api.ts'
import { buildPage, launch, noBrowser, type OpenPage, open, sizes, type View, violations } from './browser.ts'

const phone: View = { size: 'phone' }
const fingerprint = Array.from({ length: 32 }, (_, index) => (index * 7 + 16).toString(16)).join(':')

describe.skipIf(noBrowser !== null)(`the door${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  let browser: Browser
  let built: Awaited<ReturnType<typeof buildPage>>
  let api: FakeApi
  let opened: OpenPage
  /** Console lines that the browser writes by itself about a refusal that the test made. */
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
  const refusals = /Failed to load resource|WebSocket connection/
  const visit = async (path: string, view: View, origin = api.url): Promise<Page> => {
    opened = await open(browser, origin, path, view)
    return opened.page
  }
  const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })
  const sound = async (page: Page, what: string): Promise<void> => {
    expect(await violations(page), what).toEqual([])
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(width, what).toBeLessThanOrEqual(page.viewportSize()?.width ?? sizes.phone.width)
  }
  const unclaimed = (): void => {
    Object.assign(api.door, { claimed: false, signedIn: null, people: [], fingerprint })
  }
  const bodies = (what: string): unknown[] =>
    api.door.asked.filter((one) => one.what === what).map(({ body }) => body)

  const words = {
    en: {
      view: { size: 'phone', language: 'en' },
      next: 'Continue',
      steps: [
        'This box is new',
        'Who are you?',
        'What is it called?',
        'Recovery codes',
        'Is it really your box?',
      ],
      code: 'Code on the screen',
      name: 'Your name',
      password: 'Password',
      enough: 'Long enough. A few words in a row are better still.',
      boxName: 'Name of the box',
      claim: 'Make it mine',
      kept: 'I have put them away',
      same: 'They are the same',
      yours: 'It is yours',
      chat: 'Go to the chat',
      welcome: 'What can I help you with?',
    },
    zh: {
      view: { size: 'phone', language: 'zh', theme: 'dark' },
      next: '继续',
      steps: ['这台盒子是新的', '您是谁？', '它叫什么名字？', '恢复码', '这真是您的盒子吗？'],
      code: '屏幕上的代码',
      name: '您的名字',
      password: '密码',
      enough: '够长了。连用几个词会更好。',
      boxName: '盒子的名字',
      claim: '归我所有',
      kept: '我已妥善保存',
      same: '两者相同',
      yours: '它是您的了',
      chat: '前往聊天',
      welcome: '有什么可以帮您？',
    },
  } as const

  for (const language of ['en', 'zh'] as const)
    it(`leads from a new box to the first chat on a phone, in ${language}`, async () => {
      unclaimed()
      api.scenario = 'starter'
      const w = words[language]
      const page = await visit('/claim#4f7kq-zx90a', w.view)
      const heading = async (step: number): Promise<void> => {
        await page.getByRole('heading', { name: w.steps[step] ?? '', exact: true }).waitFor()
        await sound(page, w.steps[step] ?? '')
        expect(await page.locator('.path [aria-current=step]').count()).toBe(1)
      }
      await heading(0)
      expect(new URL(page.url()).hash).toBe('')
      expect(await page.getByLabel(w.code).inputValue()).toBe('4f7kq-zx90a')
      await page.keyboard.press('Enter')

      await heading(1)
      await page.getByLabel(w.name).fill('Anna')
      await page.getByLabel(w.password, { exact: true }).fill('owls')
      expect(await button(page, w.next).isDisabled()).toBe(true)
      await page.getByLabel(w.password, { exact: true }).fill('three owls')
      await page.getByText(w.enough).waitFor()
      await page.keyboard.press('Enter')

      await heading(2)
      expect(await page.getByLabel(w.boxName).inputValue()).toBe('The quiet box')
      await page.getByLabel(w.boxName).fill('Cupboard')
      await button(page, w.claim).click()

      await heading(3)
      expect(await page.locator('.codes li').count()).toBe(10)
      expect(await button(page, w.next).isDisabled()).toBe(true)
      const file = page.waitForEvent('download')
      await button(page, language === 'en' ? 'Download' : '下载').click()
      expect((await file).suggestedFilename()).toMatch(/^hob-.*\.txt$/)
      await page.getByLabel(w.kept).check()
      await button(page, w.next).click()

      await heading(4)
      expect(await page.locator('.fingerprint').innerText()).toContain('10:17:1E')
      await button(page, w.same).click()

      await page.getByRole('heading', { name: w.yours }).waitFor()
      await page.getByText('qwen3-8b').waitFor()
      await sound(page, w.yours)
      await button(page, w.chat).click()
      await page.getByRole('heading', { name: w.welcome }).waitFor()
      expect(new URL(page.url()).pathname).toBe('/chat')
      expect(bodies('POST claim')).toEqual([
        { code: '4F7KQZX90A', name: 'Anna', password: 'three owls', boxName: 'Cupboard' },
      ])
      await expect.poll(() => api.liveQueries.length).toBe(1)
      // Nothing that was typed or shown is kept by the browser.
      const kept = await page.evaluate(() =>
        JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)]),
      )
      expect(kept).not.toMatch(/owls|4f7kq|4F7KQ/)
    })

  const account = async (page: Page): Promise<void> => {
    await page.getByLabel('Your name').fill('Anna')
    await page.getByLabel('Password', { exact: true }).fill('three small owls')
    await page.keyboard.press('Enter')
    await button(page, 'Make it mine').click()
  }

  it('tells a wrong code at once, with the tries that are left, and counts the wait down', async () => {
    expected = refusals
    unclaimed()
    api.door.waitSeconds = 5
    const page = await visit('/', phone)
    await page.getByLabel('Code on the screen').fill('AAAAA AAAAA')
    await page.keyboard.press('Enter')
    await page.getByText('This is not the code of this box.').waitFor()
    await page.getByText('9 tries left.').waitFor()
    await page.keyboard.press('Enter')
    await page.getByText(/You can try again in [1-5] seconds?\./).waitFor()
    expect(await button(page, 'Continue').isDisabled()).toBe(true)
    await sound(page, 'wrong code')
    await page.getByLabel('Code on the screen').fill('4F7KQ-ZX90A')
    await expect.poll(() => button(page, 'Continue').isEnabled(), { timeout: 10_000 }).toBe(true)
    await page.getByLabel('Code on the screen').press('Enter')
    await page.getByRole('heading', { name: 'Who are you?' }).waitFor()
    expect(bodies('POST claim')).toEqual([])
    await account(page)
    await page.getByRole('heading', { name: 'Recovery codes' }).waitFor()
    expect(bodies('POST claim')).toHaveLength(1)
  })

  it('asks for the code again, and for nothing twice, when it is another one since', async () => {
    expected = refusals
    unclaimed()
    const page = await visit('/claim#4F7KQ-ZX90A', phone)
    await page.keyboard.press('Enter')
    await page.getByLabel('Your name').waitFor()
    api.door.claimCode = '11111ZZZZZ'
    await account(page)
    await page.getByText('This is not the code of this box.').waitFor()
    await page.getByLabel('Code on the screen').fill('11111-ZZZZZ')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Recovery codes' }).waitFor()
    expect(api.door.claimed).toBe(true)
  })

  it('stays where it is when the box cannot be reached, and leads to the field that the box objects to', async () => {
    expected = refusals
    unclaimed()
    const page = await visit('/claim#4F7KQ-ZX90A', phone)
    await page.route('**/claim/check', (route) => route.abort())
    await button(page, 'Continue').click()
    await page.getByText('The box cannot be reached.').waitFor()
    await page.getByRole('heading', { name: 'This box is new' }).waitFor()
    await page.unroute('**/claim/check')
    await button(page, 'Continue').click()
    const objection = {
      code: 'invalid_request',
      param: 'name',
      message: 'name: letters, digits, space, dot, dash, underscore',
      remedy: '',
    }
    await page.route('**/hob/v1/claim', (route) => route.fulfill({ status: 400, json: { error: objection } }))
    await account(page)
    await page.getByRole('alert').waitFor()
    await page.getByRole('heading', { name: 'Who are you?' }).waitFor()
    expect(await page.getByLabel('Your name').inputValue()).toBe('Anna')
  })

  it('says to who came to claim it that the box has an owner already', async () => {
    expected = refusals
    unclaimed()
    const page = await visit('/', phone)
    await page.getByLabel('Code on the screen').fill('4F7KQ-ZX90A')
    Object.assign(api.door, { claimed: true })
    await page.keyboard.press('Enter')
    await page.getByText('This box has an owner already.').waitFor()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await sound(page, 'taken')
    expect(bodies('POST claim')).toEqual([])
  })

  it('asks for another password when everybody knows it, and keeps the rest', async () => {
    expected = refusals
    unclaimed()
    const page = await visit('/', phone)
    await page.getByLabel('Code on the screen').fill('4F7KQZX90A')
    await page.keyboard.press('Enter')
    await page.getByLabel('Your name').fill('Anna')
    await page.getByLabel('Password', { exact: true }).fill('password')
    await page.keyboard.press('Enter')
    await button(page, 'Make it mine').click()
    await page.getByText('This password is one of those that are guessed first.').waitFor()
    expect(await page.getByLabel('Your name').inputValue()).toBe('Anna')
    await page.getByLabel('Password', { exact: true }).fill('three small owls')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Recovery codes' }).waitFor()
  })

  it('closes after too many wrong codes, and opens again when the box was restarted', async () => {
    expected = refusals
    unclaimed()
    api.door.claimTries = 1
    const page = await visit('/models', phone)
    await page.getByLabel('Code on the screen').fill('AAAAAAAAAA')
    await page.keyboard.press('Enter')
    await page.getByText('The new code is on its screen').waitFor()
    await sound(page, 'closed')
    await button(page, 'I have restarted it').click()
    await page.getByText('It is still closed').waitFor()
    await page.route('**/hob/v1/door', (route) => route.abort())
    await button(page, 'I have restarted it').click()
    await page.getByText('The box cannot be reached.').waitFor()
    await page.unroute('**/hob/v1/door')
    Object.assign(api.door, { claim: 'open', claimTries: 10 })
    await button(page, 'I have restarted it').click()
    await page.getByRole('heading', { name: 'This box is new' }).waitFor()
    expect(bodies('POST claim/check')).toHaveLength(1)
  })

  it('signs in, and counts down after too many tries', async () => {
    expected = refusals
    Object.assign(api.door, { signedIn: null, waitSeconds: 5 })
    const page = await visit('/models', phone)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await page.locator('nav.nav').count()).toBe(0)
    await sound(page, 'sign in')
    const password = page.getByLabel('Password', { exact: true })
    await page.getByLabel('Name', { exact: true }).fill('Anna')
    await password.fill('guess')
    expect(await password.getAttribute('type')).toBe('password')
    await button(page, 'Show password').click()
    expect(await password.getAttribute('type')).toBe('text')
    for (let tries = 0; tries < 2; tries += 1) {
      await button(page, 'Sign in').click()
      await page.getByText('This name and password do not belong together.').waitFor()
    }
    await button(page, 'Sign in').click()
    await page.getByText(/You can try again in [1-5] seconds?\./).waitFor()
    expect(await button(page, 'Sign in').isDisabled()).toBe(true)
    await password.fill('three small owls')
    await expect.poll(() => button(page, 'Sign in').isEnabled(), { timeout: 10_000 }).toBe(true)
    await password.press('Enter')
    await page.getByRole('heading', { name: 'Models' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/models')
  })

  it('sets a new password with a recovery code', async () => {
    api.door.signedIn = null
    const page = await visit('/', phone)
    await page.getByLabel('Name', { exact: true }).fill('Anna')
    await button(page, 'Lost your password?').click()
    await page.getByText('Ask another owner of the box').waitFor()
    await sound(page, 'lost password')
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Anna')
    await page.getByLabel('Recovery code').fill('4F7KQ-ZX90A-11MPR')
    await page.getByLabel('New password').fill('four small owls')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'What can I help you with?' }).waitFor()
    expect(api.door.passwords.get('p-anna')).toBe('four small owls')
  })

  it('asks to sign in again over what was there, and goes back to it', async () => {
    expected = refusals
    const page = await visit('/chat/heat', phone)
    await page.getByText('Think of a fridge turned inside out.').waitFor()
    await page.getByLabel('Message', { exact: true }).fill('half a thought')
    api.door.signedIn = null
    api.cutLive(4401)
    await page.getByText('Your session has ended. What you had open is still here.').waitFor()
    expect(await page.getByText('Think of a fridge').isVisible()).toBe(false)
    expect(await page.getByText('No connection to the box.').count()).toBe(0)
    await sound(page, 'session ended')
    const before = api.liveQueries.length
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Anna')
    await page.getByLabel('Password', { exact: true }).fill('three small owls')
    await page.keyboard.press('Enter')
    await page.getByText('Think of a fridge turned inside out.').waitFor()
    expect(await page.getByLabel('Message', { exact: true }).inputValue()).toBe('half a thought')
    await expect.poll(() => api.liveQueries.length).toBe(before + 1)
  })

  it('notices by a refused call that the session is over', async () => {
    expected = refusals
    const page = await visit('/chat', phone)
    await page.getByRole('heading', { name: 'What can I help you with?' }).waitFor()
    api.door.signedIn = null
    await page.getByLabel('Message', { exact: true }).fill('Hello')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    // Somebody else sees nothing of it.
    api.door.passwords.set('p-ben', 'seven blue chairs')
    await page.getByLabel('Name', { exact: true }).fill('Ben')
    await page.getByLabel('Password', { exact: true }).fill('seven blue chairs')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'What can I help you with?' }).waitFor()
    expect(await page.getByLabel('Message', { exact: true }).inputValue()).toBe('')
    expect(await page.evaluate(() => Object.keys(sessionStorage).filter((key) => /draft/.test(key)))).toEqual(
      [],
    )
  })

  it('asks who one is before something dangerous, and does it then', async () => {
    expected = refusals
    api.door.fresh = false
    const page = await visit('/box/people', phone)
    const row = page.locator('.row', { hasText: 'Ben' })
    await row.getByRole('button', { name: 'Change: Ben' }).click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    await page.getByText('All conversations, passkeys and tokens of Ben are deleted').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    const dialog = page.getByRole('dialog', { name: 'Is it you?' })
    await dialog.waitFor()
    await sound(page, 'confirm')
    // Called off, nothing happens, and nothing is said.
    await page.keyboard.press('Escape')
    expect(api.door.people).toHaveLength(4)
    expect(await page.locator('.note').count()).toBe(0)

    await row.getByRole('button', { name: 'Change: Ben' }).click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await dialog.getByLabel('Password', { exact: true }).fill('wrong')
    await page.keyboard.press('Enter')
    await dialog.getByText('This name and password do not belong together.').waitFor()
    await dialog.getByLabel('Password', { exact: true }).fill('three small owls')
    await page.keyboard.press('Enter')
    await page.getByText('Ben was removed').waitFor()
    expect(api.door.people.map(({ name }) => name)).not.toContain('Ben')
    expect(bodies('DELETE people')).toHaveLength(3)
  })

  it('looks for other boxes when asked, and says what to do when there are none or it cannot look', async () => {
    expected = refusals
    api.others = null
    const page = await visit('/box', phone)
    const card = page.getByRole('region', { name: 'Other boxes' })
    await button(page, 'Look around').click()
    await card.getByText('The box could not look around the network').waitFor()
    await sound(page, 'cannot look')
    const box = {
      id: '0123456789abcdef',
      name: 'Attic',
      host: 'hob-9z8y.local',
      addresses: { v4: ['192.168.1.31'], v6: [] },
      port: 4620,
      version: '0.1.0',
      claimed: false,
      fingerprint: 'ab12cd34ef56ab78',
      own: false,
    }
    api.others = [{ ...box, id: 'fedcba9876543210', name: 'This one', own: true }]
    let answer = (): void => undefined
    const asked = new Promise<void>((resolve) => {
      answer = resolve
    })
    await page.route('**/discover?*', async (route) => {
      await asked
      await route.continue()
    })
    await button(page, 'Try again').click()
    await card.getByText('Listening to the network for 3 seconds…').waitFor()
    answer()
    await card.getByText('No other box answered.').waitFor()
    await card.getByText('Check that it is switched on').waitFor()
    await sound(page, 'no other box')
    api.others.push(box)
    await button(page, 'Look again').click()
    const link = card.getByRole('link', { name: 'Attic' })
    expect(await link.getAttribute('href')).toBe('https://hob-9z8y.local:4620/')
    await card.getByText('new, has no owner yet').waitFor()
    expect(await card.getByRole('link').count()).toBe(1)
    await sound(page, 'other boxes')
  })

  it('makes an invitation to scan, and lets in who accepts it', async () => {
    const page = await visit('/box/people', phone)
    await page.getByRole('radio', { name: /^Child/ }).check()
    await button(page, 'Make an invitation').click()
    await page.getByRole('img', { name: 'QR code of the invitation' }).waitFor()
    const link = `http://hob-1a2b.local:${new URL(api.url).port}/join#HEY0U-C0ME1`
    await page.getByText(link).waitFor()
    await sound(page, 'invitation')
    expect(bodies('POST invitations')).toEqual([{ role: 'child', personExpiresAt: null }])
    await opened.context.close()

    api.door.signedIn = null
    const other = await visit('/join#HEY0U-C0ME1', phone)
    await other.getByRole('heading', { name: 'You are invited' }).waitFor()
    expect(new URL(other.url()).hash).toBe('')
    await sound(other, 'join')
    await other.getByLabel('Your name').fill('Lea')
    await other.getByLabel('Password', { exact: true }).fill('green bicycle bell')
    await other.keyboard.press('Enter')
    await other.getByRole('heading', { name: 'Recovery codes' }).waitFor()
    await other.getByLabel('I have put them away').check()
    await button(other, 'Continue').click()
    await other.getByRole('heading', { name: 'What can I help you with?' }).waitFor()
    expect(api.door.people.at(-1)).toMatchObject({ name: 'Lea', role: 'child' })
    expect(new URL(other.url()).pathname).toBe('/chat')
  })

  it('makes a token, shows it once, with lines to copy', async () => {
    const page = await visit('/box/programs', phone)
    await button(page, 'Make a token').click()
    await page.getByLabel('What is it for?').fill('Script')
    await page.getByLabel('see how the box is').check()
    await page.getByRole('radio', { name: '30 days' }).check()
    await sound(page, 'make a token')
    await button(page, 'Make a token').click()
    const token = 'hob_7Qx2mWc9Zr4Tn8Lk1Vb6Yd3Hs5Jf0Pg2Ru7Ea9Xi4Oq'
    await page.getByText('The token is shown this one time.').waitFor()
    expect(await page.locator('pre').innerText()).toContain(`authorization: Bearer ${token}`)
    for (const program of ['Python', 'JS', 'VS Code']) {
      await page.getByRole('radio', { name: program }).check()
      const lines = await page.locator('pre').innerText()
      expect(lines, program).toContain(`${api.url}/v1`)
      expect(lines, program).toContain(token)
    }
    await sound(page, 'token')
    expect(bodies('POST tokens')).toMatchObject([
      { name: 'Script', scopes: ['chat', 'models:read', 'status'] },
    ])
    await page.getByRole('link', { name: 'Box' }).first().click()
    await page.goBack()
    await page.getByText('hob_7Qx2…').waitFor()
    expect(await page.locator('main').innerText()).not.toContain(token)
    await button(page, 'End: Script').click()
    await page.getByRole('dialog').getByRole('button', { name: 'End' }).click()
    await page.getByText('Token ended').waitFor()
  })

  it('tells the record in sentences, narrows it down, keeps and checks it', async () => {
    const page = await visit('/box/audit', phone)
    await page.getByText('Anna made the token Editor on the laptop').waitFor()
    await sound(page, 'record')
    const refused = page.locator('.audit-row', { hasText: 'Ben could not remove the model qwen3-8b' })
    await refused.getByText('Refused').waitFor()
    await refused.getByText('192.168.1.23').waitFor()
    await button(page, 'Show older').click()
    await page.getByText('The box was started').waitFor()
    await page.getByLabel('Outcome').selectOption('refused')
    await expect.poll(() => page.locator('.audit-row').count()).toBe(4)
    await page.getByLabel('Who').selectOption({ label: 'Ben' })
    await expect.poll(() => page.locator('.audit-row').count()).toBe(1)
    await page.getByLabel('Search the record').fill('nowhere to be found')
    await page.getByText('Nothing here fits.').waitFor()
    await page.getByLabel('Search the record').fill('')
    await page.getByLabel('Who').selectOption('')
    await page.getByLabel('Outcome').selectOption('')
    await page.getByLabel('What').selectOption({ label: 'Tokens' })
    await expect.poll(() => page.locator('.audit-row').count()).toBe(1)
    const file = page.waitForEvent('download')
    await button(page, 'Save as CSV').click()
    expect((await file).suggestedFilename()).toBe('hob-audit.csv')
    await button(page, 'Check the record').click()
    await page.getByText('12 entries are as they were written.').waitFor()
    api.door.auditBrokenAt = 7
    await button(page, 'Check the record').click()
    await page.getByText('From number 7 on, the record is not as it was written.').waitFor()
    await sound(page, 'broken record')
  })

  it('shows nobody what their role may not do', async () => {
    const shown = {
      'p-ben': ['/box/me', '/box/programs'],
      'p-mia': ['/box/me'],
      'p-tom': ['/box/me'],
      'p-anna': ['/box/me', '/box/people', '/box/programs', '/box/audit'],
    }
    for (const [id, parts] of Object.entries(shown)) {
      api.door.signedIn = id
      const page = await visit('/box', phone)
      await page.locator('.part').first().waitFor()
      const links = await page
        .locator('.part')
        .evaluateAll((all) => all.map((one) => one.getAttribute('href')))
      expect(links, id).toEqual(parts)
      await page.getByRole('link', { name: 'Models' }).click()
      await page.getByText('qwen3-1.7b-q8_0').first().waitFor()
      expect(await page.getByRole('heading', { name: 'Add a model' }).count(), id).toBe(
        id === 'p-anna' ? 1 : 0,
      )
      expect(await button(page, 'Remove: qwen3-1.7b-q8_0').count(), id).toBe(id === 'p-anna' ? 1 : 0)
      await page.goto(`${api.url}/box/people`)
      await page
        .getByRole('heading', { name: id === 'p-anna' ? 'People' : 'There is nothing here' })
        .waitFor()
      if (id !== 'p-anna') await opened.context.close()
    }
  })

  it('follows a changed role without being asked', async () => {
    const page = await visit('/box', phone)
    await page.getByRole('link', { name: /^Record/ }).waitFor()
    const anna = api.door.people.find(({ id }) => id === 'p-anna')
    Object.assign(anna ?? {}, { role: 'child' })
    api.cutLive(4401)
    await expect.poll(() => page.locator('.part').count()).toBe(1)
    expect(await page.getByText('Your session has ended').count()).toBe(0)
    await expect.poll(() => api.liveQueries.length, { timeout: 10_000 }).toBe(2)
  })

  it('signs in with a passkey that was made here, where the name and the certificate allow it', async () => {
    const origin = api.url.replace('127.0.0.1', 'localhost')
    const page = await visit('/box/me', phone, origin)
    const devtools = await opened.context.newCDPSession(page)
    await devtools.send('WebAuthn.enable')
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    await page.getByLabel('Name of this passkey').fill('Phone')
    await button(page, 'Add a passkey').click()
    await page.getByText('Passkey added').waitFor()
    await button(page, 'Remove: Phone').waitFor()
    await page.locator('.who').getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await button(page, 'Use a passkey').click()
    await page.getByRole('heading', { name: 'What can I help you with?' }).waitFor()
    expect(bodies('POST session/passkey')).toMatchObject([{ id: 'ceremony-2' }])

    // that it wants to know who it is, it says as a refusal
    expected = refusals
    api.door.fresh = false
    await page.goto(`${origin}/box/me`)
    await button(page, 'Remove: Phone').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    const dialog = page.getByRole('dialog', { name: 'Is it you?' })
    await dialog.getByRole('button', { name: 'Use a passkey' }).click()
    await expect.poll(() => api.door.passkeys.length).toBe(0)
    expect(bodies('POST session/confirm/passkey')).toMatchObject([{ id: 'ceremony-of-p-anna' }])
    expect(bodies('POST session/passkey')).toHaveLength(1)
  })

  it('offers no passkey where there is none to be had', async () => {
    api.door.signedIn = null
    const page = await visit('/', phone)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await button(page, 'Use a passkey').count()).toBe(0)
  })

  it('says that the box cannot be asked, and asks again', async () => {
    expected = refusals
    const page = await visit('/', phone)
    await page.route('**/hob/v1/door', (route) => route.abort())
    await page.reload()
    await page.getByText('The box cannot be reached.').waitFor()
    await sound(page, 'away')
    await page.unroute('**/hob/v1/door')
    await button(page, 'Try again').click()
    await page.getByRole('heading', { name: 'What can I help you with?' }).waitFor()
    expect(await page.locator('.door').count()).toBe(0)
  })

  for (const view of [
    { size: 'phone', theme: 'light', language: 'zh' },
    { size: 'tablet', theme: 'dark', language: 'en' },
    { size: 'laptop', theme: 'light', language: 'en' },
  ] satisfies View[])
    it(`is sound at every address on a ${view.size}, ${view.theme}, ${view.language}`, async () => {
      for (const path of ['/box', '/box/me', '/box/people', '/box/programs', '/box/audit']) {
        const page = await visit(path, view)
        await page.waitForLoadState('networkidle')
        await page.locator('h2, .part').first().waitFor()
        await sound(page, path)
        const small = await page.evaluate(() =>
          [...document.querySelectorAll<HTMLElement>('button, a[href], summary, select, input')]
            .filter((element) => element.closest('.skip, label, .offscreen') === null)
            .map((element) => ({
              box: element.getBoundingClientRect(),
              html: element.outerHTML.slice(0, 90),
            }))
            .filter(({ box }) => box.width > 1 && (box.height < 44 || box.width < 44))
            .map(({ html }) => html),
        )
        expect(small, path).toEqual([])
        if (path !== '/box/audit') await opened.context.close()
      }
    })

  it('can be gone through with the keyboard alone', async () => {
    unclaimed()
    const page = await visit('/', { size: 'laptop' })
    await page.getByRole('heading', { name: 'This box is new' }).waitFor()
    const type = async (text: string): Promise<void> => {
      await page.keyboard.type(text)
      await page.keyboard.press('Enter')
    }
    const tabTo = async (name: string): Promise<void> => {
      for (let step = 0; step < 20; step += 1) {
        const found = await page.evaluate((wanted) => {
          const element = document.activeElement
          const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : null
          return (label ?? element?.textContent ?? '').trim() === wanted
        }, name)
        if (found) return
        await page.keyboard.press('Tab')
      }
      expect.fail(`${name} is not reached`)
    }
    // the titles of steps that were there before the focus was in them: what is typed at once would be lost
    await page.evaluate(() => {
      const late: (string | null)[] = []
      Object.assign(window, { late })
      new MutationObserver((records) => {
        for (const node of records.flatMap(({ addedNodes }) => [...addedNodes]))
          if (node instanceof Element && node.matches('.door-step') && !node.contains(document.activeElement))
            late.push(node.querySelector('h1')?.textContent ?? null)
      }).observe(document.body, { childList: true, subtree: true })
    })
    await type('4f7kqzx90a')
    await page.getByRole('heading', { name: 'Who are you?' }).waitFor()
    await page.keyboard.type('Anna')
    await tabTo('Password')
    await type('three small owls')
    await page.getByRole('heading', { name: 'What is it called?' }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Recovery codes' }).waitFor()
    await tabTo('I have put them away')
    await page.keyboard.press('Space')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Is it really your box?' }).waitFor()
    await tabTo('They are the same')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'It is yours' }).waitFor()
    await tabTo('Go to the chat')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'What can I help you with?' }).waitFor()
    expect(await page.evaluate(() => Reflect.get(window, 'late'))).toEqual([])
  })
})
