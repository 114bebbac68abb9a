// A new box from its first page to the first answer, on a phone, for real: the supervisor and its services with TLS, and a
// Chromium that came by the box's name and trusts the root certificate that the box gave it. Nothing is a stand-in. The
// tests follow one another: closed by guessing, restarted, claimed, and then somebody comes too late.
import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '#benchmarks/box.ts'
import { aMinuteLater, movedClock } from '../system/attacks/box.ts'
import { type Box, launch as launchBox, root } from '../system/box.ts'
import { launch, noBrowser, type OpenPage, open, picture, sizes, violations } from './browser.ts'
import { drawTerminal, noQrReader, readQr } from './qr-reader.ts'
import { noTrust, trust } from './trust.ts'

const patientMs = 60_000
const run = promisify(execFile)
const missing = noBrowser ?? noTrust
const account = { name: 'Anna', password: 'three small owls' } as const

describe.skipIf(missing !== null)(`a new box${missing === null ? '' : ` (${missing})`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'hob-claim-'))
  let box: Box
  let browser: Browser
  let rootPem = ''
  /** `https://hob-xxxx.local:PORT` */
  let origin = ''
  let opened: OpenPage[] = []
  /** What the browser writes by itself about a refusal that the test made. */
  let expected: RegExp | null = null
  const refusals = /Failed to load resource/

  beforeAll(async () => {
    const plainPort = await freePort()
    box = await launchBox({
      environment: { HOB_TLS: 'on', HOB_PLAIN_PORT: String(plainPort), ...movedClock },
    })
    await box.waitFor(({ message }) => message === 'the box is ready', 3 * patientMs)
    rootPem = await (await fetch(`http://127.0.0.1:${plainPort}/ca.pem`)).text()
    trust(folder, rootPem)
    const { host }: { host: string } = JSON.parse(readFileSync(join(box.dataDir, 'api/box.json'), 'utf8'))
    origin = `https://${host}.local:${box.port}`
    browser = await launch({ home: folder, args: [`--host-resolver-rules=MAP ${host}.local 127.0.0.1`] })
  }, 5 * patientMs)
  afterAll(async () => {
    await browser?.close()
    await box?.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  afterEach(async () => {
    const faults = opened.flatMap((one) => one.faults)
    expect(faults.filter((fault) => expected === null || !expected.test(fault))).toEqual([])
    await Promise.all(opened.map(({ context }) => context.close()))
    opened = []
    expected = null
  })

  const visit = async (path: string): Promise<Page> => {
    const one = await open(browser, origin, path, { size: 'phone', patientMs })
    opened.push(one)
    return one.page
  }
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
  const heading = async (page: Page, name: string): Promise<void> =>
    await page.getByRole('heading', { name, exact: true }).waitFor()
  const hobClaimCode = async (): Promise<string> => {
    const { stdout } = await run(process.execPath, ['appliance/cli/hob.mjs', 'claim', '--code'], {
      cwd: root,
      env: box.environment,
    })
    return stdout
  }
  const codeIn = (text: string): string => /[0-9A-Z]{5}-[0-9A-Z]{5}/.exec(text)?.[0] ?? ''

  /** What stands there now, by day and in English, and by night and in Chinese; with pictures, all four. */
  const look = async (page: Page, step: string): Promise<void> => {
    const toChinese = button(page, '中文')
    const inChinese = (await toChinese.count()) > 0
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme })
      await picture(page, `${step}-en-${theme}`)
      if (theme === 'light' || !inChinese) await sound(page, `${step} ${theme}`)
    }
    if (inChinese) {
      await toChinese.click()
      await sound(page, `${step} zh dark`)
      await picture(page, `${step}-zh-dark`)
      await page.emulateMedia({ colorScheme: 'light' })
      await picture(page, `${step}-zh-light`)
      await button(page, 'English').click()
    }
    await page.emulateMedia({ colorScheme: 'light' })
  }
  const sound = async (page: Page, what: string): Promise<void> => {
    expect(await violations(page), what).toEqual([])
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(width, what).toBeLessThanOrEqual(sizes.phone.width)
  }
  /** From within the page, as its own script would. */
  const ask = async (page: Page, path: string, body: object): Promise<{ status: number; code: string }> =>
    await page.evaluate(
      async ([to, text]) => {
        const answer = await fetch(to, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: text,
        })
        const said: { error?: { code: string } } = answer.status === 204 ? {} : await answer.json()
        return { status: answer.status, code: said.error?.code ?? '' }
      },
      [`/hob/v1${path}`, JSON.stringify(body)] as const,
    )

  /** One more wrong code from within the page; what the box said of the tries that are left, or of the wait. */
  const guess = (page: Page): Promise<{ code: string; left: number | null; waitSeconds: number }> =>
    page.evaluate(async () => {
      const answer = await fetch('/hob/v1/claim/check', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"code":"AAAAA-AAAAA"}',
      })
      const { error }: { error: { code: string; values?: { left?: number } } } = await answer.json()
      const waitSeconds = Number(answer.headers.get('retry-after') ?? 0)
      return { code: error.code, left: error.values?.left ?? null, waitSeconds }
    })

  test(
    'tells a wrong code at once, takes each further one later, and after ten none until it is restarted',
    async () => {
      expected = refusals
      const page = await visit('/claim#AAAAA-AAAAA')
      await heading(page, 'This box is new')
      expect(await page.getByLabel('Code on the screen').inputValue()).toBe('AAAAA-AAAAA')
      await page.getByText('hob claim --code').waitFor()
      await look(page, '1-code')
      await page.getByLabel('Code on the screen').press('Enter')
      await page.getByText('9 tries left.').waitFor()
      await look(page, '1-code-wrong')

      // guessed elsewhere meanwhile, on a clock that stands: each wait is asked for before it is over
      const elsewhere = await visit('/claim')
      await aMinuteLater(box)
      for (let wrong = 2; wrong <= 10; wrong += 1) {
        expect(await guess(elsewhere)).toMatchObject({ code: 'claim_code_wrong', left: 10 - wrong })
        if (wrong === 10) break
        expect(await guess(elsewhere)).toMatchObject({ code: 'too_many_tries', waitSeconds: wrong })
        await aMinuteLater(box)
      }
      expect(await guess(elsewhere)).toMatchObject({ code: 'claim_closed' })

      await page.getByLabel('Code on the screen').press('Enter')
      await heading(page, 'Closed for now')
      await look(page, '1-closed')
      await page.getByText('hob claim --code').waitFor()
      await button(page, 'I have restarted it').click()
      await page.getByText('It is still closed').waitFor()
      await expect(hobClaimCode()).rejects.toThrow(/Too many wrong codes/)

      const api = box.processes().get('api')
      if (api === undefined) expect.fail('no api process')
      process.kill(api, 'SIGTERM')
      await box.waitFor(({ message }) => message === 'a service ended and is started again')
      await expect
        .poll(async () => codeIn(await hobClaimCode().catch(() => '')), { timeout: patientMs })
        .not.toBe('')
      await button(page, 'I have restarted it').click()
      await heading(page, 'This box is new')
    },
    6 * patientMs,
  )

  test.skipIf(noQrReader !== null)(
    'shows its code to who sits at it, and as a QR code for a phone',
    async () => {
      const shown = await hobClaimCode()
      const file = join(folder, 'terminal.pgm')
      drawTerminal(shown, file)
      expect(readQr(file)).toBe(/https:\S+/.exec(shown)?.[0])
      expect(readQr(file)).toContain(`/claim#${codeIn(shown)}`)
    },
  )

  test(
    'leads from the code to the first answer; the code stays in no address, and nobody claims it again',
    async () => {
      const code = codeIn(await hobClaimCode())
      const page = await visit(`/claim#${code}`)
      await heading(page, 'This box is new')
      expect(page.url()).toBe(`${origin}/claim`)
      expect(await page.evaluate(() => window.isSecureContext)).toBe(true)
      await button(page, 'Continue').click()

      await heading(page, 'Who are you?')
      await look(page, '2-account')
      await page.getByLabel('Your name').fill(account.name)
      await page.getByLabel('Password', { exact: true }).fill(account.password)
      await page.keyboard.press('Enter')

      await heading(page, 'What is it called?')
      await look(page, '3-name')
      await page.getByLabel('Name of the box').fill('Cupboard')
      const late = await visit('/claim')
      await button(page, 'Make it mine').click()

      await heading(page, 'Recovery codes')
      expect(await page.locator('.codes li').count()).toBe(10)
      await look(page, '4-recovery')
      await page.getByLabel('I have put them away').check()
      await button(page, 'Continue').click()

      await heading(page, 'Is it really your box?')
      const { fingerprint256 } = new X509Certificate(rootPem)
      const shown = await page.locator('.fingerprint .mono').innerText()
      expect(shown.trim().split(/\s+/).join(':')).toBe(fingerprint256)
      await look(page, '5-trust')
      const guide = page.waitForEvent('popup')
      await page.getByRole('link', { name: 'Make this device trust it' }).click()
      const plain = await guide
      await plain.getByRole('heading', { level: 1 }).waitFor()
      await picture(plain, '5-trust-guide')
      expect(await plain.locator('body').innerText()).toContain(fingerprint256.slice(0, 23))
      await plain.close()
      await button(page, 'They are the same').click()

      await heading(page, 'It is yours')
      await page.getByText('The starter is answering').waitFor()
      await look(page, '6-model')
      await button(page, 'Go to the chat').click()
      await heading(page, 'What can I help you with?')
      await look(page, '7-chat')
      await page.getByLabel('Message', { exact: true }).fill('Who are you?')
      await button(page, 'Send').click()
      const answer = page.locator('.answer[aria-busy=false] .markdown').last()
      await answer.waitFor()
      expect((await answer.innerText()).length).toBeGreaterThan(10)
      await look(page, '8-answer')
      // the place fills what the banners leave: its head is at the top, and what is longer scrolls within it
      expect((await page.locator('.chat-head').boundingBox())?.y).toBe(0)

      const history = await opened[0]?.context.newCDPSession(page)
      const { entries = [] } = (await history?.send('Page.getNavigationHistory')) ?? {}
      expect(entries.map(({ url }) => new URL(url).hash).join('')).toBe('')
      expect(entries.map(({ url }) => url).join(' ')).not.toContain(code)

      // Somebody with the same code, at the same door, too late.
      expected = refusals
      await late.getByLabel('Code on the screen').fill(code)
      await late.keyboard.press('Enter')
      await heading(late, 'Sign in')
      await late.getByText('This box has an owner already.').waitFor()
      await look(late, '9-taken')
      const again = { name: 'Mars', password: 'a stove behind the lamp' }
      expect(await ask(late, '/claim', { ...again, code })).toEqual({ status: 409, code: 'already_claimed' })
      expect(await ask(late, '/claim/check', { code })).toEqual({ status: 409, code: 'already_claimed' })
    },
    6 * patientMs,
  )

  test(
    'signs in with a passkey under its own name, and takes it as the word of who is signed in',
    async () => {
      const page = await visit('/box/me')
      await page.getByLabel('Name', { exact: true }).fill(account.name)
      await page.getByLabel('Password', { exact: true }).fill(account.password)
      await page.keyboard.press('Enter')
      const devtools = await opened[0]?.context.newCDPSession(page)
      await devtools?.send('WebAuthn.enable')
      await devtools?.send('WebAuthn.addVirtualAuthenticator', {
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
      await button(page, 'Remove: Phone').waitFor()
      await picture(page, '10-passkey')
      await page.locator('.who').getByRole('button', { name: 'Sign out' }).click()
      await heading(page, 'Sign in')
      await look(page, '11-sign-in')
      await button(page, 'Use a passkey').click()
      // who signed out begins anew
      await heading(page, 'What can I help you with?')
      await page.goto(`${origin}/box/me`)

      // As if five minutes had passed: once, the box wants to know who it is. What is answered then is its own business.
      expected = refusals
      await page.route(
        '**/hob/v1/passkeys/*',
        (route) => route.fulfill({ status: 403, json: { error: { code: 'confirm_required' } } }),
        { times: 1 },
      )
      await button(page, 'Remove: Phone').click()
      await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
      const dialog = page.getByRole('dialog', { name: 'Is it you?' })
      await dialog.waitFor()
      await picture(page, '12-confirm')
      const confirmed = page.waitForResponse('**/session/confirm/passkey')
      await dialog.getByRole('button', { name: 'Use a passkey' }).click()
      expect((await confirmed).status()).toBe(200)
      await button(page, 'Remove: Phone').waitFor({ state: 'hidden' })
    },
    4 * patientMs,
  )

  test.skipIf(noQrReader !== null)(
    'invites by a QR code that a phone can read',
    async () => {
      const page = await visit('/box/people')
      await page.getByLabel('Name', { exact: true }).fill(account.name)
      await page.getByLabel('Password', { exact: true }).fill(account.password)
      await page.keyboard.press('Enter')
      await button(page, 'Make an invitation').click()
      const qr = page.getByRole('img', { name: 'QR code of the invitation' })
      const file = join(folder, 'invitation.png')
      await qr.screenshot({ path: file })
      await picture(page, '13-invitation')
      const link = readQr(file)
      expect(link).toBe(await page.locator('.secret-line code').innerText())
      expect(link).toMatch(new RegExp(`^${origin}/join#`))
    },
    3 * patientMs,
  )
})
