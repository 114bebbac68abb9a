// Downloads over links that break, servers that lie and disks that are full: a model arrives whole and checked, or not
// at all.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { AddModel, Download } from '#appliance/contracts/models.ts'
import { createLog } from '#appliance/log.ts'
import { createNet } from '#appliance/net/net.ts'
import {
  createDownloads,
  type Downloads,
  type DownloadsOptions,
} from '#services/models/downloads/downloads.ts'
import { createRandom } from '#services/models/starter/training/random.ts'
import { buildFile, sha256, temporaryFolder } from '../gguf/build.ts'

/** A sound GGUF of some size: what follows the tensors is padding. */
const model = Buffer.concat([buildFile(), Buffer.alloc(400_000, 7)])

interface Bench {
  readonly path: string
  readonly downloads: Downloads
  readonly recorded: string[]
  /** Adds and waits for the end. */
  readonly bring: (request: AddModel) => Promise<Download>
  /** Resolves at the first event that fits. */
  readonly until: (fits: (download: Download) => boolean) => Promise<Download>
}

async function bench(options: Partial<DownloadsOptions> = {}): Promise<Bench> {
  const path = await temporaryFolder()
  const recorded: string[] = []
  const listeners = new Set<(download: Download) => void>()
  let id = 0
  const downloads = createDownloads({
    path,
    folder: {
      scan: () => Promise.resolve(),
      recordHash: (_, hash) => {
        recorded.push(hash)
        return Promise.resolve()
      },
    },
    net: createNet(),
    log: createLog({ service: 'test', level: 'error', write: () => undefined }),
    onChange(download) {
      for (const listener of listeners) listener(download)
    },
    newId: () => `d${++id}`,
    now: () => Date.now(),
    sleep: () => Promise.resolve(),
    ...options,
  })
  onTestFinished(() => downloads.close())
  const until = (fits: (download: Download) => boolean): Promise<Download> =>
    new Promise((resolve) => {
      const listener = (download: Download): void => {
        if (!fits(download)) return
        listeners.delete(listener)
        resolve(download)
      }
      listeners.add(listener)
    })
  return {
    path,
    downloads,
    recorded,
    until,
    async bring(request) {
      const ended = until(({ state }) => state === 'done' || state === 'failed' || state === 'cancelled')
      await downloads.add({ allowPrivate: true, ...request })
      return ended
    },
  }
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void

async function serve(answer: Answer): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/model.gguf`
}

/** Answers ranges as a good server does, and breaks off where it is told to. */
function send(
  request: IncomingMessage,
  response: ServerResponse,
  { bytes = model, etag = '"one"', ranges = true, breakAfter = Number.POSITIVE_INFINITY } = {},
): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
  const partial = ranges && from > 0 && request.headers['if-range'] === etag
  const rest = bytes.subarray(partial ? from : 0)
  response.writeHead(partial ? 206 : 200, {
    etag,
    'content-length': rest.length,
    ...(partial ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
  })
  if (breakAfter >= rest.length) response.end(rest)
  else response.write(rest.subarray(0, breakAfter), () => response.destroy())
}

it('brings a model, checks its hash and gives it its name', async () => {
  const source = await serve((request, response) => send(request, response))
  const { path, bring, recorded } = await bench()
  const done = await bring({ source, sha256: sha256(model).toUpperCase() })
  expect(done).toMatchObject({ state: 'done', model: 'model', receivedBytes: model.length, error: null })
  expect(await readFile(join(path, 'model.gguf'))).toEqual(model)
  expect(await readdir(path)).toEqual(['model.gguf'])
  expect(recorded).toEqual([sha256(model)])
})

const seed = 20261121
it(`arrives whole over a link that breaks twenty times (seed ${seed})`, async () => {
  const random = createRandom(seed)
  let breaks = 0
  let resumed = 0
  const source = await serve((request, response) => {
    if (request.headers.range !== undefined) resumed++
    const breakAfter = ++breaks <= 20 ? Math.ceil(1 + (random() + 1) * 9000) : Number.POSITIVE_INFINITY
    send(request, response, { breakAfter })
  })
  const { path, bring } = await bench()
  const done = await bring({ source, sha256: sha256(model) })
  expect(done.error).toBeNull()
  expect(await readFile(join(path, 'model.gguf'))).toEqual(model)
  expect(breaks).toBe(21)
  expect(resumed).toBeGreaterThan(15)
})

it('keeps what has arrived when it fails, and goes on when it is added again', async () => {
  let works = false
  const asked: (string | undefined)[] = []
  const source = await serve((request, response) => {
    asked.push(request.headers.range)
    if (works) send(request, response)
    else if (asked.length === 1) send(request, response, { breakAfter: 100_000 })
    else response.destroy()
  })
  const { path, bring } = await bench()
  expect(await bring({ source })).toMatchObject({ state: 'failed', error: { code: 'download_failed' } })
  const kept = (await readFile(join(path, 'model.gguf.part'))).length
  expect(kept).toBeGreaterThan(0)
  works = true
  expect(await bring({ source })).toMatchObject({ state: 'done' })
  expect(asked.at(-1)).toBe(`bytes=${kept}-`)
})

it.each([
  ['knows no ranges', { ranges: false }],
  ['has another file by now', { etag: '"two"', bytes: Buffer.concat([buildFile(), Buffer.alloc(9000, 1)]) }],
])('starts over when the server %s', async (_, later) => {
  let asked = 0
  const source = await serve((request, response) => {
    if (++asked === 1) send(request, response, { breakAfter: 50_000 })
    else send(request, response, later)
  })
  const { path, bring } = await bench()
  expect(await bring({ source })).toMatchObject({ state: 'done' })
  expect(await readFile(join(path, 'model.gguf'))).toEqual('bytes' in later ? later.bytes : model)
})

it('does not join a part that the server calls the rest, but is of another size', async () => {
  let asked = 0
  const other = Buffer.concat([buildFile(), Buffer.alloc(400_010, 9)])
  const source = await serve((request, response) => {
    if (++asked === 1) send(request, response, { breakAfter: 50_000 })
    else send(request, response, { bytes: other })
  })
  const { path, bring } = await bench()
  expect(await bring({ source })).toMatchObject({ state: 'done' })
  expect(await readFile(join(path, 'model.gguf'))).toEqual(other)
})

it('does not join a part that begins at another place', async () => {
  let asked = 0
  const source = await serve((request, response) => {
    if (++asked === 1) return send(request, response, { breakAfter: 50_000 })
    if (asked > 2) return send(request, response)
    const range = `bytes 10-${model.length - 1}/${model.length}`
    response.writeHead(206, { etag: '"one"', 'content-range': range, 'content-length': model.length - 10 })
    return response.end(model.subarray(10))
  })
  const { path, bring } = await bench()
  expect(await bring({ source })).toMatchObject({ state: 'done' })
  expect(await readFile(join(path, 'model.gguf'))).toEqual(model)
})

it('refuses a wrong hash and removes what came', async () => {
  const source = await serve((request, response) => send(request, response))
  const { path, bring } = await bench()
  const failed = await bring({ source, sha256: '0'.repeat(64) })
  expect(failed).toMatchObject({ state: 'failed', error: { code: 'hash_mismatch' } })
  expect(await readdir(path)).toEqual([])
})

it('refuses what is no model, at its first bytes or at its header', async () => {
  let asked = 0
  const page = await serve((_, response) => {
    asked++
    response.end('<html>Sign in</html>')
  })
  const { path, bring } = await bench()
  expect((await bring({ source: page })).error?.message).toContain('no GGUF file')
  expect(asked).toBe(1)
  const broken = await serve((request, response) =>
    send(request, response, { bytes: model.subarray(0, 800) }),
  )
  expect((await bring({ source: broken, name: 'broken' })).error?.code).toBe('model_file_invalid')
  expect((await readdir(path)).filter((file) => file.startsWith('broken'))).toEqual([])
})

it('refuses what is too large, by its announcement or by its bytes', async () => {
  const announced = await serve((request, response) => send(request, response))
  const streamed = await serve((_, response) => {
    response.write(model)
    response.end()
  })
  const { bring } = await bench({ maxBytes: 100_000 })
  expect((await bring({ source: announced })).error?.code).toBe('download_too_large')
  expect((await bring({ source: streamed, name: 'streamed' })).error?.code).toBe('download_too_large')
})

it('refuses what the disk does not hold, before it writes', async () => {
  const source = await serve((request, response) => send(request, response))
  const { path, bring } = await bench({ freeBytes: () => Promise.resolve(1000) })
  expect((await bring({ source })).error?.code).toBe('disk_full')
  expect(await readdir(path)).toEqual([])
})

it('reaches a private address only when it was allowed to', async () => {
  const source = await serve((request, response) => send(request, response))
  const { bring } = await bench()
  await expect(bring({ source, allowPrivate: false })).rejects.toMatchObject({ code: 'url_not_allowed' })
})

it('refuses a model that is here, a name that is none, and a relative path', async () => {
  const { path, downloads } = await bench()
  await writeFile(join(path, 'model.gguf'), 'x')
  const add = (source: string) => downloads.add({ source })
  await expect(add('https://example.test/model.gguf')).rejects.toMatchObject({ code: 'model_exists' })
  await expect(add('https://example.test/')).rejects.toMatchObject({ code: 'invalid_request' })
  await expect(add('https://example.test/..%2f..%2fpasswd')).rejects.toMatchObject({
    code: 'invalid_request',
  })
  await expect(add('models/a.gguf')).rejects.toMatchObject({ code: 'invalid_request' })
})

it('copies a local file, and only a sound one', async () => {
  const elsewhere = await temporaryFolder()
  await writeFile(join(elsewhere, 'local.gguf'), model)
  await writeFile(join(elsewhere, 'bad.gguf'), 'no model at all, but long enough')
  const { path, downloads, bring } = await bench()
  await expect(downloads.add({ source: join(elsewhere, 'bad.gguf') })).rejects.toMatchObject({
    code: 'model_file_invalid',
  })
  const done = await bring({ source: join(elsewhere, 'local.gguf'), sha256: sha256(model) })
  expect(done).toMatchObject({ state: 'done', model: 'local', receivedBytes: model.length })
  expect(await readFile(join(path, 'local.gguf'))).toEqual(model)
  expect(await readFile(join(elsewhere, 'local.gguf'))).toEqual(model)
})

it('stops when it is cancelled, keeps the part, and lets the third wait for a place', async () => {
  const silent = await serve((_, response) => {
    response.writeHead(200, { etag: '"one"', 'content-length': model.length })
    response.write(model.subarray(0, 1000))
  })
  let moment = 0
  const { path, downloads, until } = await bench({ now: () => (moment += 1000) })
  const add = (name: string) => downloads.add({ source: silent, name, allowPrivate: true })
  const began = until(({ file, receivedBytes }) => file === 'first.gguf' && receivedBytes > 0)
  const first = await add('first')
  await add('second')
  const third = await add('third')
  await began
  expect(await downloads.cancel(third.id)).toMatchObject({ state: 'cancelled', receivedBytes: 0 })
  expect(await downloads.cancel(first.id)).toMatchObject({ state: 'cancelled', receivedBytes: 1000 })
  expect(await readdir(path)).toContain('first.gguf.part')
  await expect(downloads.cancel('none')).rejects.toMatchObject({ code: 'download_not_found' })
})

it('never lists the query of a URL', async () => {
  const source = await serve((request, response) => send(request, response))
  const { bring, path } = await bench()
  const done = await bring({ source: `${source}?token=SECRET` })
  expect(JSON.stringify(done)).not.toContain('SECRET')
  expect(await readdir(path)).toEqual(['model.gguf'])
})

it('removes what arrived of downloads that stopped, and leaves the one that runs', async () => {
  const source = await serve((_, response) => {
    response.writeHead(200, { 'content-length': model.length })
    response.write(model.subarray(0, 200_000))
  })
  const { path, downloads } = await bench()
  await downloads.add({ source, allowPrivate: true })
  await expect.poll(() => readdir(path)).toContain('model.gguf.part')
  await writeFile(join(path, 'stopped.gguf.part'), Buffer.alloc(1_000))
  await writeFile(join(path, 'stopped.gguf.part.json'), '{}')
  await writeFile(join(path, 'kept.gguf'), 'a model')
  expect(await downloads.unfinishedBytes()).toBe(1_002)
  await downloads.removeUnfinished()
  expect(await downloads.unfinishedBytes()).toBe(0)
  const left = await readdir(path)
  expect(left).toContain('model.gguf.part')
  expect(left).toContain('kept.gguf')
  expect(left.filter((name) => name.startsWith('stopped'))).toEqual([])
})
