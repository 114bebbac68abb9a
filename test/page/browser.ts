// A real browser for the page's tests. Finds Debian's chromium (or HOB_CHROMIUM); where there is none, `noBrowser` says
// why the tests are skipped and what to type.
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AxeResults } from 'axe-core'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { build } from 'vite'

const places = [
  process.env['HOB_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]
const found = places.find((path) => path !== undefined && existsSync(path))

/** Null: there is a browser. Else the reason, with the command that mends it. */
export const noBrowser: string | null =
  found === undefined ? 'no chromium here; install it: sudo apt-get install chromium' : null

export const sizes = {
  phone: { width: 390, height: 844 },
  tablet: { width: 820, height: 1180 },
  laptop: { width: 1440, height: 900 },
} as const

export interface View {
  size: keyof typeof sizes
  theme?: 'light' | 'dark'
  language?: 'en' | 'zh'
  /** A finger instead of a mouse; the phone has one. */
  touch?: boolean
  /** How long to wait for what must come; a real box takes longer than a stand-in. */
  patientMs?: number
  /** Of somebody who is signed in. */
  cookie?: { name: string; value: string }
}

export interface OpenPage {
  readonly page: Page
  readonly context: BrowserContext
  /** Console errors, failed scripts, broken policies and requests that leave the origin; stays empty on a good page. */
  readonly faults: string[]
}

interface LaunchOptions {
  args?: readonly string[]
  /** Whose certificates it trusts besides its own; see trust.ts. */
  home?: string
  /** Another program that starts it, somewhere else. */
  executablePath?: string
}

export async function launch({
  args = [],
  home,
  executablePath = found,
}: LaunchOptions = {}): Promise<Browser> {
  if (executablePath === undefined) throw new Error(noBrowser ?? '')
  return chromium.launch({
    executablePath,
    headless: true,
    ...(home === undefined ? {} : { env: { ...process.env, HOME: home } }),
    args: [
      ...args,
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

export async function open(browser: Browser, origin: string, path: string, view: View): Promise<OpenPage> {
  const {
    size,
    theme = 'light',
    language = 'en',
    touch = size === 'phone',
    patientMs = 30_000,
    cookie,
  } = view
  const context = await browser.newContext({
    viewport: sizes[size],
    colorScheme: theme,
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
    timezoneId: 'Europe/Vienna',
    hasTouch: touch,
    isMobile: touch,
  })
  context.setDefaultTimeout(patientMs)
  if (cookie !== undefined) await context.addCookies([{ ...cookie, url: origin, httpOnly: true }])
  const page = await context.newPage()
  const faults: string[] = []
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (url.protocol !== 'data:' && url.origin !== new URL(origin).origin)
      faults.push(`left the box: ${url.href}`)
  })
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`))
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.goto(`${origin}${path}`)
  await page.locator('nav.nav, .door-step, .door .problem').first().waitFor()
  return { page, context, faults }
}

/** Keeps what is seen as a PNG in the folder of HOB_PICTURES, for the eye; without that, does nothing. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['HOB_PICTURES']
  if (folder === undefined || folder === '') return
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' })
}

/** What axe finds, shortly told, once colours have come to their ends. The debugger's way in is not held by the page's policy. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
    await Promise.allSettled(ending.map(({ finished }) => finished))
  })
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))
  const results: AxeResults = await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')
  return results.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}`,
  )
}

/** Builds the page anew, apart from the folder that a running box may be serving. */
export async function buildPage(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'hob-page-'))
  await build({
    configFile: fileURLToPath(new URL('../../services/api/web/vite.config.ts', import.meta.url)),
    build: { outDir: folder, emptyOutDir: true },
  })
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
