// Models come and go on a real box: a file put into the folder, one added by path and by URL, hostile files refused.
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Download, InstalledModel } from '#appliance/contracts/models.ts'
import { writeSelfTestAs } from '#test/fakes/selftest/write.ts'
import { type Box, startBox } from './box.ts'

let box: Box
let workshop: string
let good: string
beforeAll(async () => {
  workshop = mkdtempSync(join(tmpdir(), 'hob-models-'))
  good = join(workshop, 'good.gguf')
  await writeSelfTestAs(good, { layers: 1 })
  box = await startBox()
})
afterAll(async () => {
  await box.stop()
  rmSync(workshop, { recursive: true, force: true })
})

interface Here {
  models: InstalledModel[]
  rejected: { file: string; reason: string }[]
}
const here = async (): Promise<Here> => (await (await box.fetch(`/hob/v1/models/installed`)).json()) as Here
const ids = async (): Promise<string[]> => (await here()).models.map(({ id }) => id)

const add = async (
  body: object,
): Promise<{ status: number; body: Download & { error: { code: string; remedy: string } | null } }> => {
  const answer = await box.fetch(`/hob/v1/models`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return {
    status: answer.status,
    body: (await answer.json()) as Download & { error: { code: string; remedy: string } | null },
  }
}

async function finished(id: string): Promise<Download> {
  const read = async (): Promise<Download | undefined> => {
    const { downloads } = (await (await box.fetch(`/hob/v1/downloads`)).json()) as {
      downloads: Download[]
    }
    return downloads.find((download) => download.id === id)
  }
  await expect.poll(async () => (await read())?.state, { timeout: 20_000 }).not.toMatch(/running|verifying/)
  const download = await read()
  if (download === undefined) throw new Error('the download is gone')
  return download
}

const answers = async (model: string): Promise<number> => {
  const answer = await box.fetch(`/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }], max_tokens: 4 }),
  })
  await answer.arrayBuffer()
  return answer.status
}

/** Serves the good file and breaks the connection after `cutAfter` bytes as often as told. */
async function serveFile({ cuts }: { cuts: number }): Promise<{ server: Server; url: string }> {
  const bytes = readFileSync(good)
  let left = cuts
  const server = createServer((request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    const headers = { etag: '"1"', 'accept-ranges': 'bytes', 'content-length': bytes.length - from }
    response.writeHead(from > 0 ? 206 : 200, {
      ...headers,
      ...(from > 0 ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
    })
    if (left > 0) {
      left--
      response.write(bytes.subarray(from, from + Math.ceil((bytes.length - from) / 3)), () =>
        response.destroy(),
      )
    } else response.end(bytes.subarray(from))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    server,
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/served.gguf?token=secret`,
  }
}

describe('a model', () => {
  test('that is put into the folder is found without a restart, answers, and can be removed', async () => {
    const folder = join(box.dataDir, 'models', 'files')
    copyFileSync(good, join(folder, 'dropped.gguf'))
    await expect.poll(ids, { timeout: 20_000 }).toContain('dropped')
    expect(await answers('dropped')).toBe(200)
    const removed = await box.fetch(`/hob/v1/models/dropped`, { method: 'DELETE' })
    expect(removed.status).toBe(204)
    expect(await ids()).not.toContain('dropped')
    expect(() => statSync(join(folder, 'dropped.gguf'))).toThrow(/ENOENT/)
  })

  test('is added from a path, and a second time refused', async () => {
    const { status, body } = await add({ source: good, name: 'by-path' })
    expect(status).toBe(202)
    expect(await finished(body.id)).toMatchObject({ state: 'done', model: 'by-path' })
    expect(await answers('by-path')).toBe(200)
    expect((await add({ source: good, name: 'by-path' })).status).toBe(409)
  })

  test('is added from a URL whose connection breaks, its hash checked and its token logged nowhere', async () => {
    const { server, url } = await serveFile({ cuts: 2 })
    const sha256 = createHash('sha256').update(readFileSync(good)).digest('hex')
    const { body } = await add({ source: url, sha256, allowPrivate: true })
    expect(await finished(body.id)).toMatchObject({ state: 'done', model: 'served' })
    server.close()
    expect((await here()).models.find(({ id }) => id === 'served')?.sha256).toBe(sha256)
    expect(JSON.stringify(box.lines)).not.toContain('secret')
  })

  test('with another hash than was told is refused and leaves nothing', async () => {
    const { server, url } = await serveFile({ cuts: 0 })
    const { body } = await add({
      source: url,
      name: 'wrong-hash',
      sha256: 'a'.repeat(64),
      allowPrivate: true,
    })
    expect(await finished(body.id)).toMatchObject({ state: 'failed', error: { code: 'hash_mismatch' } })
    server.close()
    expect(await ids()).not.toContain('wrong-hash')
  })
})

/** What makes a file hostile: the bytes of a good one, changed. */
const hostile: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
  ['not a GGUF file', () => Buffer.from('<html>not found</html>')],
  ['an empty file', () => Buffer.alloc(0)],
  ['an unknown version', (bytes) => (bytes.writeUInt32LE(99, 4), bytes)],
  ['2⁶³ tensors', (bytes) => (bytes.writeBigUInt64LE(2n ** 63n, 8), bytes)],
  ['a billion keys', (bytes) => (bytes.writeBigUInt64LE(1_000_000_000n, 16), bytes)],
  ['a first key as long as memory', (bytes) => (bytes.writeBigUInt64LE(2n ** 40n, 24), bytes)],
  ['a header that ends early', (bytes) => bytes.subarray(0, 200)],
  ['tensors that end early', (bytes) => bytes.subarray(0, Math.floor(bytes.length / 2))],
]

describe('a hostile model file', () => {
  test.each(hostile)('with %s is refused with a reason, by path and in the folder', async (name, change) => {
    const file = `${name.replaceAll(/\W+/g, '-')}.gguf`
    const path = join(workshop, file)
    writeFileSync(path, change(Buffer.from(readFileSync(good))))
    const { status, body } = await add({ source: path })
    expect(status, JSON.stringify(body)).toBe(422)
    expect(body.error?.code).toBe('model_file_invalid')
    expect(body.error?.remedy.length).toBeGreaterThan(5)
    copyFileSync(path, join(box.dataDir, 'models', 'files', file))
    await expect
      .poll(async () => (await here()).rejected.map((one) => one.file), { timeout: 20_000 })
      .toContain(file)
  })

  test('that shrinks while its model is loaded costs a request at most', async () => {
    const file = join(box.dataDir, 'models', 'files', 'shrinks.gguf')
    copyFileSync(good, file)
    await expect.poll(ids, { timeout: 20_000 }).toContain('shrinks')
    expect(await answers('shrinks')).toBe(200)
    truncateSync(file, 1_000)
    expect(await answers('starter')).toBe(200)
    expect((await box.fetch(`/readyz`)).status).toBe(200)
  })
})
