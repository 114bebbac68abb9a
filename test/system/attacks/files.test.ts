// Leaving the place where a name belongs: every {parameter} of the contracts, the page's files and the models' names, with
// every spelling of `..` that servers have fallen for, and links planted in the folders that the box reads and writes.
import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Download } from '#appliance/contracts/models.ts'
import { type Box, root, startBox } from '../box.ts'
import { pathsAsNames as names } from './paths-as-names.ts'
import { type Answer, ask, exchange, originOf, type Person, record, recorded, signInOwner } from './second.ts'

/** Stands in every file that must never be answered. */
const marker = 'the ashes keep a secret'
const foreign = [marker, 'root:x:', 'SQLite format 3', 'PRIVATE KEY', '"private": true', 'HOB_DATA_DIR=']

const dist = join(root, 'services/api/web/dist')
const planted = {
  file: `planted-${process.pid}.svg`,
  folder: `planted-${process.pid}`,
}
/** With a file of a type that the page's server knows. */
const elsewhere = mkdtempSync(join(tmpdir(), 'hob-elsewhere-'))
const hadPage = existsSync(dist)

const stranger = '127.2.0.2'

let box: Box
let owner: Person
let models: string
beforeAll(async () => {
  // the page's files are read when the api starts
  mkdirSync(dist, { recursive: true })
  writeFileSync(join(elsewhere, 'own.svg'), marker)
  symlinkSync(join(elsewhere, 'own.svg'), join(dist, planted.file))
  symlinkSync(elsewhere, join(dist, planted.folder))
  box = await startBox({ environment: { HOB_REQUESTS_PER_MINUTE: '100000' } })
  owner = await signInOwner(box)
  models = join(box.dataDir, 'models', 'files')
  for (const folder of [box.dataDir, join(box.dataDir, 'api'), join(box.dataDir, 'models'), models])
    writeFileSync(join(folder, 'secret.txt'), marker)
})
afterAll(async () => {
  await box?.stop()
  rmSync(join(dist, planted.file), { force: true })
  rmSync(join(dist, planted.folder), { force: true })
  rmSync(elsewhere, { recursive: true })
  if (!hadPage) rmdirSync(dist)
})

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}
const document = JSON.parse(readFileSync(join(root, 'appliance/contracts/openapi.json'), 'utf8')) as Document
const withParameter = Object.entries(document.paths).flatMap(([path, methods]) =>
  path.includes('{') ? Object.keys(methods).map((method) => ({ path, method: method.toUpperCase() })) : [],
)

function expectHarmless({ status, text }: Answer, what: string): void {
  expect(status, `${what}: ${text.slice(0, 200)}`).toBeGreaterThanOrEqual(200)
  expect(status, `${what}: ${text.slice(0, 200)}`).toBeLessThan(500)
  for (const words of foreign) expect(text, what).not.toContain(words)
}

/** A few at once: a connection each. */
async function each<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items]
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: 8 }, worker))
}

test('no parameter of any route leads to another file, for an owner either', async () => {
  expect(withParameter.length).toBeGreaterThan(10)
  const attacks = withParameter.flatMap(({ path, method }) =>
    names.map((name) => ({ method, target: path.replace(/\{\w+\}/, () => name) })),
  )
  await each(attacks, async ({ method, target }) => {
    const body = ['POST', 'PATCH', 'PUT'].includes(method) ? { body: {} } : {}
    const answer = await ask(box, target, { method, headers: owner.headers, ...body })
    expectHarmless(answer, `${method} ${target}`)
    // a Wi-Fi network may be called anything; who could forget one is not here
    if (answer.status === 409 && answer.text.includes('"not_managed"')) return
    // a plain `..` leads to another route, as in every browser, which asks for its own right
    if (!/(^|\/)(\.|%2e){1,2}(\/|$)/i.test(target))
      expect([400, 404, 405], `${method} ${target}: ${answer.text.slice(0, 200)}`).toContain(answer.status)
  })
  const row = await recorded(
    box,
    ({ action, code, who }) =>
      action === 'request.refused' &&
      (code === 'invalid_request' || code === 'not_found' || code === 'model_not_found') &&
      who.person === owner.id,
  )
  expect(row.from.address).toBe('127.0.0.1')
})

test('no address of the page does, encoded or cut by bytes that are no text', async () => {
  const roots = ['/', '/assets/', '/chat/', '/icon-192.png/', `/${planted.folder}/`]
  const targets = [
    ...roots.flatMap((from) => names.map((name) => `${from}${name.replace(/^\/+/, '')}`)),
    `/${planted.file}`,
    `/${planted.folder}/own.svg`,
    `/${planted.folder}%2fown.svg`,
    `/assets/../${planted.file}`,
  ]
  const expectHarmlessFor = async (target: string, wish: object): Promise<void> => {
    const answer = await ask(box, target, wish)
    expectHarmless(answer, target)
    if (answer.status === 200) expect(answer.headers['content-type'], target).toContain('text/html')
  }
  // a stranger is stopped by the rate before all are tried
  await each(targets, (target) => expectHarmlessFor(target, { headers: owner.headers }))
  await each(targets.slice(0, 100), (target) => expectHarmlessFor(target, { from: stranger }))
  for (const target of [
    '/\0/../../etc/passwd',
    '/..\xc0\xaf..\xc0\xafetc/passwd',
    '/a b/../secret.txt',
    '*',
    '',
  ])
    expectHarmless(
      await exchange(
        box,
        Buffer.from(
          `GET ${target} HTTP/1.1\r\nhost: localhost:${box.port}\r\nconnection: close\r\n\r\n`,
          'latin1',
        ),
      ),
      JSON.stringify(target),
    )
  await recorded(
    box,
    ({ action, code, who, from }) =>
      action === 'request.refused' &&
      code === 'not_found' &&
      who.by === 'nobody' &&
      from.address === stranger,
  )
})

test('a model has a name, not a path, whatever its address ends in', async () => {
  const add = (body: object): Promise<Answer> =>
    ask(box, '/hob/v1/models', { method: 'POST', headers: owner.headers, body })
  for (const name of ['../x', '..', '.hidden', 'a/b', 'a\\b', 'a\0b', '/etc/x', 'a'.repeat(200), 'ａ／ｂ'])
    expect([(await add({ source: '/x.gguf', name })).status, name]).toEqual([400, name])
  for (const source of [
    'https://models.example/..%2f..%2fapi%2fbox.gguf',
    'https://models.example/%2e%2e%5cx.gguf',
    'https://models.example/x%00.gguf',
    'https://models.example/%c0%ae%c0%ae%c0%afx.gguf',
    'https://models.example/.hob',
    'relative/../x.gguf',
    '\0/x.gguf',
  ])
    expect([(await add({ source })).status, source]).toEqual([400, source])
  // a path of the box is for its owner to name, and is no way to read what it holds
  for (const source of [
    '/etc/passwd',
    join(box.dataDir, 'secret.txt'),
    '/dev/zero',
    '/proc/self/environ',
    '/',
  ]) {
    const answer = await add({ source, name: 'x' })
    expectHarmless(answer, source)
    expect([answer.status, source]).toEqual([422, source])
  }
})

test('a link in the models folder is no way to read another file, nor to write or delete one', async () => {
  const victim = join(box.dataDir, 'secret.txt')
  symlinkSync(victim, join(models, 'leak.gguf'))
  symlinkSync('..', join(models, 'up.gguf'))
  const installed = (): Promise<Answer> => ask(box, '/hob/v1/models/installed', { headers: owner.headers })
  await expect.poll(async () => (await installed()).text, { timeout: 60_000 }).toContain('leak.gguf')
  expectHarmless(await installed(), 'the list')
  for (const id of [
    'leak',
    'leak.gguf',
    'up',
    'up.gguf%2fsecret.txt',
    'up%2f..%2fsecret.txt',
    '..%2fsecret.txt',
  ]) {
    for (const [method, path] of [
      ['GET', `/v1/models/${id}`],
      ['DELETE', `/hob/v1/models/${id}`],
      ['POST', `/hob/v1/models/${id}/load`],
    ] as const) {
      const answer = await ask(box, path, { method, headers: owner.headers })
      expectHarmless(answer, `${method} ${path}`)
      expect([answer.status, path]).toEqual([404, path])
    }
  }

  // what is on its way stands under a name that others can foresee
  const served = createServer(({ headers: { range } }, response) => {
    const [, from] = /^bytes=(\d+)-$/.exec(range ?? '') ?? []
    if (from === undefined) return void response.end('GGUF and then not what it promised')
    // the rest of what is said to be here already
    response.writeHead(206, { 'content-range': `bytes ${from}-${Number(from) + 2}/*`, etag: '"trap"' })
    response.end('and')
  })
  await new Promise<void>((resolve) => served.listen(0, '127.0.0.1', resolve))
  const at = served.address()
  const port = typeof at === 'object' ? at?.port : 0
  for (const name of ['trap.gguf.part', 'trap.gguf.part.json.new']) symlinkSync(victim, join(models, name))
  // one that pretends to have begun is gone on with
  const begun = `http://127.0.0.1:${port}/begun.gguf`
  symlinkSync(victim, join(models, 'begun.gguf.part'))
  writeFileSync(
    join(models, 'begun.gguf.part.json'),
    JSON.stringify({
      source: createHash('sha256').update(begun).digest('hex'),
      validator: '"trap"',
      totalBytes: null,
    }),
  )
  for (const source of [`http://127.0.0.1:${port}/trap.gguf`, begun]) {
    const asked = await ask(box, '/hob/v1/models', {
      method: 'POST',
      headers: owner.headers,
      body: { source, allowPrivate: true },
    })
    expect(asked.status, asked.text).toBe(202)
    const { id } = JSON.parse(asked.text) as Download
    const state = async (): Promise<string | undefined> => {
      const { text } = await ask(box, '/hob/v1/downloads', { headers: owner.headers })
      return (JSON.parse(text) as { downloads: Download[] }).downloads.find((one) => one.id === id)?.state
    }
    await expect.poll(state, { timeout: 60_000 }).toBe('failed')
  }
  served.close()
  expect(readFileSync(victim, 'utf8')).toBe(marker)
  expect(lstatSync(victim).isFile()).toBe(true)
})

test('the way up does not lead past a right, and is recorded', async () => {
  const headers = { origin: originOf(box) }
  for (const target of [
    '/hob/v1/door/..%2fpeople',
    '/hob/v1/door/%2e%2e/people',
    '/hob/v1/door/..;/people',
    '/assets/..%2f..%2fhob/v1/people',
    '//hob/v1/people',
    '/hob%2fv1%2fpeople',
    '/HOB/v1/people',
  ]) {
    const answer = await ask(box, target, { headers, from: '127.2.0.1' })
    expect([401, 404], `${target}: ${answer.text}`).toContain(answer.status)
    expect(answer.text).not.toContain('"people"')
  }
  const rows = (await record(box)).filter(({ from }) => from.address === '127.2.0.1')
  expect(rows.length).toBeGreaterThan(3)
})
