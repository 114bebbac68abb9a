// Every address that the page knows can be opened directly on the box: by a bookmark, by reload, by the guide's links.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { createApp } from '#appliance/ipc/app.ts'
import { createLog } from '#appliance/log.ts'
import { registerPage } from '#services/api/page.ts'
import { boxParts, parseRoute } from '#services/api/web/app/router.ts'

describe('the page’s server', () => {
  const around = mkdtempSync(join(tmpdir(), 'hob-page-'))
  const folder = join(around, 'dist')
  afterAll(() => rmSync(around, { recursive: true, force: true }))
  mkdirSync(folder)
  mkdirSync(join(around, 'elsewhere'))
  writeFileSync(join(around, 'elsewhere', 'own.svg'), '<svg/>')
  symlinkSync('../elsewhere', join(folder, 'folder'))
  symlinkSync('../elsewhere/own.svg', join(folder, 'file.svg'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Hob</title>')
  const app = createApp({ log: createLog({ service: 'api', level: 'error' }) })
  registerPage(app, { folder })
  const status = async (path: string): Promise<number> => (await app.request(path)).status

  it('serves every place of the page, and every part of the box’s', async () => {
    const places = ['/', '/chat', '/chat/a_B-9', '/chats', '/models', '/box', '/claim', '/join']
    for (const path of [...places, ...boxParts.map((part) => `/box/${part}`)]) {
      expect(parseRoute(path).place, path).not.toBe('lost')
      expect(await status(path), path).toBe(200)
    }
  })

  it('sends it as small as the browser can read it, the same each time', async () => {
    const plain = await (await app.request('/')).text()
    for (const [encoding, open] of [
      ['br', brotliDecompressSync],
      ['gzip', gunzipSync],
    ] as const)
      for (const time of ['first', 'second']) {
        const answer = await app.request('/', { headers: { 'accept-encoding': encoding } })
        expect(answer.headers.get('content-encoding'), time).toBe(encoding)
        expect(open(await answer.arrayBuffer()).toString(), time).toBe(plain)
      }
  })

  it('follows no link out of its folder', async () => {
    for (const path of ['/folder/own.svg', '/file.svg']) expect(await status(path), path).toBe(404)
  })

  it('serves nothing at an address that the page does not know', async () => {
    for (const path of ['/box/nowhere', '/box/me/more', '/chat/a/b', '/models/x', '/nowhere']) {
      expect(parseRoute(path).place, path).toBe('lost')
      expect(await status(path), path).toBe(404)
    }
  })
})
