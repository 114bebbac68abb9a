// The box as somebody else's hand: a model's address that leads to loopback, into the home's network or to a cloud's
// metadata, however it is written, through redirects and through a name whose address changes. A whole internet of one
// namespace stands around the box, and sees who knocks; no packet leaves it.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AuditEntry } from '#appliance/contracts/audit.ts'
import type { Download } from '#appliance/contracts/models.ts'
import { type Box, root, startBox } from '../box.ts'
import { createLan, type Lan, lanUnavailable, type Machine } from '../lan.ts'
import type { Line } from './outgoing-world.ts'

const why = lanUnavailable()
const patientMs = 90_000
const publicAddress = '93.184.216.34'

let lan: Lan
let machine: Machine
let box: Box
let world: ChildProcess
let folder: string
const heard: Line[] = []

describe.skipIf(why !== null)(`a model’s address${why === null ? '' : ` (${why})`}`, () => {
  beforeAll(async () => {
    lan = createLan()
    machine = lan.machine('box', '10.77.0.1')
    const inside = (...args: string[]): string => execFileSync('ip', ['-n', machine.name, ...args]).toString()
    for (const address of [`${publicAddress}/32`, '169.254.169.254/32'])
      inside('address', 'add', address, 'dev', 'lo')
    inside('-6', 'address', 'add', 'fd00:ec2::254/128', 'dev', 'lo')

    folder = mkdtempSync(join(tmpdir(), 'hob-outgoing-'))
    const resolver = join(folder, 'resolv.conf')
    writeFileSync(resolver, 'nameserver 127.0.0.1\noptions timeout:1 attempts:2\n')
    world = machine.start(
      join(root, 'node_modules/.bin/node'),
      [join(root, 'test/system/attacks/outgoing-world.ts'), publicAddress],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    )
    if (world.stdout === null) throw new TypeError('no output')
    const lines = createInterface({ input: world.stdout })
    lines.on('line', (line) => heard.push(JSON.parse(line) as Line))
    await once(lines, 'line')

    const ownResolver = [
      'unshare',
      '--mount',
      'sh',
      '-c',
      'mount --bind "$0" /etc/resolv.conf && exec "$@"',
      resolver,
    ]
    box = await startBox({
      enter: ['nsenter', `--net=/run/netns/${machine.name}`, ...ownResolver],
      // an engine's child would only cost the time of its start
      environment: { HOB_REQUESTS_PER_MINUTE: '100000' },
    })
  })
  afterAll(async () => {
    await box?.stop()
    world?.stdin?.end()
    lan?.close()
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  })

  test.each([
    'http://127.0.0.1/x.gguf',
    'http://127.1/x.gguf',
    'http://2130706433/x.gguf',
    'http://0x7f000001/x.gguf',
    'http://0x7f.0.0.1/x.gguf',
    'http://0177.0.0.1/x.gguf',
    'http://017700000001/x.gguf',
    'http://0/x.gguf',
    'http://0.0.0.0/x.gguf',
    'http://①②⑦.⓪.⓪.①/x.gguf',
    'http://127。0。0。1/x.gguf',
    'http://%31%32%37.0.0.1/x.gguf',
    'http:\\\\127.0.0.1\\x.gguf',
    'http:127.0.0.1/x.gguf',
    'http://[::1]/x.gguf',
    'http://[::]/x.gguf',
    'http://[::ffff:127.0.0.1]/x.gguf',
    'http://[::ffff:7f00:1]/x.gguf',
    'http://[::127.0.0.1]/x.gguf',
    'http://[64:ff9b::7f00:1]/x.gguf',
    'http://[2002:7f00:1::]/x.gguf',
    'http://[fe80::1]/x.gguf',
    'http://[fd00::1]/x.gguf',
    'http://[fd00:ec2::254]/x.gguf',
    'http://[ff02::1]/x.gguf',
    'http://169.254.169.254/latest/meta-data/x.gguf',
    'http://2852039166/x.gguf',
    'http://[::ffff:a9fe:a9fe]/x.gguf',
    'http://100.100.100.200/x.gguf',
    'http://192.168.1.1/x.gguf',
    'http://10.77.0.1/x.gguf',
    'http://172.31.0.1/x.gguf',
    'http://255.255.255.255/x.gguf',
    'http://224.0.0.251/x.gguf',
    'http://127.0.0.1:22/x.gguf',
    'http://someone:else@127.0.0.1/x.gguf',
    `http://${publicAddress}:80@127.0.0.1/x.gguf`,
    `http://someone:else@${publicAddress}/x.gguf`,
    'http://someone@models.example/x.gguf',
    'https://127.0.0.1/x.gguf',
    'file:///etc/passwd.gguf',
    'ftp://127.0.0.1/x.gguf',
    'gopher://127.0.0.1:25/x.gguf',
    'unix:///run/api.sock.gguf',
    'data://text/x.gguf',
  ])('%s is refused at once', async (source) => {
    const before = visits().length
    const { status, code } = await add(source)
    // what is no http(s) address at all is no address of a model
    expect([status, code]).toEqual(
      /^http:(?!\/\/)/.test(source) ? [400, 'invalid_request'] : [403, 'url_not_allowed'],
    )
    expect(visits().length).toBe(before)
  })

  test('that is refused at once is in the record, with who asked', async () => {
    const rows = (await record()).filter(({ code }) => code === 'url_not_allowed')
    expect(rows.length).toBeGreaterThanOrEqual(10)
    for (const { action, target, who, from } of rows)
      expect([action, target, who.by, from.address]).toEqual([
        'request.refused',
        '/hob/v1/models',
        'token',
        '127.0.0.1',
      ])
  })

  test.each([
    ['a name of loopback', 'http://localhost/one.gguf'],
    ['a name that means loopback', 'http://loopback.example/two.gguf'],
    ['a name inside the home', 'http://inside.example/three.gguf'],
    ['a cloud’s metadata by its name', 'http://metadata.google.internal/four.gguf'],
    ['a name with a good and a bad address', 'http://mixed.example/five.gguf'],
  ])('that is %s is refused when it is resolved', async (_, source) => {
    await expectRefusedLater(source)
  })

  test.each([
    ['loopback', 'http://127.0.0.1/a.gguf'],
    ['loopback as a number', 'http://2130706433/b.gguf'],
    ['loopback in IPv6', 'http://[::ffff:127.0.0.1]/c.gguf'],
    ['the metadata address', 'http://169.254.169.254/d.gguf'],
    ['the metadata address in IPv6', 'http://[fd00:ec2::254]/e.gguf'],
    ['a name inside', 'http://inside.example/f.gguf'],
    ['a file', 'file:///etc/passwd'],
    ['a redirect to loopback', `http://models.example/to/${encodeURIComponent('http://127.0.0.1/g.gguf')}`],
  ])('that redirects to %s is refused there', async (name, where) => {
    const file = `redirects-${name.replaceAll(/\W+/g, '-')}`
    await expectRefusedLater(`http://models.example/to/${encodeURIComponent(where)}`, file)
    expect(visits().map(({ visited }) => visited)).toContain(publicAddress)
  })

  test('whose name means another address a moment later is fetched from the one that was checked', async () => {
    const download = await added('http://rebinds.example/rebinds.gguf', 'rebinds')
    await expect.poll(() => stateOf(download.id), { timeout: patientMs }).toBe('failed')
    expect(visits().filter(({ host }) => host === 'rebinds.example')).toEqual([
      { visited: publicAddress, path: '/rebinds.gguf', host: 'rebinds.example' },
    ])
  })

  test('whose name means another address at the next try is checked again', async () => {
    await expectRefusedLater('http://rebinds-later.example/cut.gguf')
    const seen = visits().filter(({ host }) => host === 'rebinds-later.example')
    expect(seen.map(({ visited }) => visited)).toEqual([publicAddress])
    const questions = heard.filter((line) => 'asked' in line && line.asked === 'rebinds-later.example')
    expect(questions.length).toBeGreaterThanOrEqual(2)
  })

  test('has led nowhere but to the internet', () => {
    expect([...new Set(visits().map(({ visited }) => visited))]).toEqual([publicAddress])
  })
})

const visits = () => heard.filter((line) => 'visited' in line)

/** Fails after it was accepted, is told so, and recorded with who asked. */
async function expectRefusedLater(source: string, name?: string): Promise<void> {
  const { id, file } = await added(source, name)
  await expect.poll(() => stateOf(id), { timeout: patientMs }).toBe('failed')
  expect((await downloadOf(id))?.error?.code).toBe('url_not_allowed')
  const find = async (): Promise<AuditEntry | undefined> =>
    (await record()).find(({ action, target }) => action === 'model.added' && target === file)
  await expect.poll(find, { timeout: patientMs }).toMatchObject({
    outcome: 'refused',
    code: 'url_not_allowed',
    who: { by: 'token' },
    from: { address: '127.0.0.1' },
  })
}

async function added(source: string, name?: string): Promise<Download> {
  const { status, text } = await add(source, name)
  expect(status, text).toBe(202)
  return JSON.parse(text) as Download
}

const add = (source: string, name?: string) =>
  curl('POST', '/hob/v1/models', { source, ...(name === undefined ? {} : { name }) })

async function downloadOf(id: string): Promise<Download | undefined> {
  const { text } = await curl('GET', '/hob/v1/downloads')
  return (JSON.parse(text) as { downloads: Download[] }).downloads.find((one) => one.id === id)
}
const stateOf = async (id: string): Promise<string | undefined> => (await downloadOf(id))?.state

async function record(): Promise<AuditEntry[]> {
  const { text } = await curl('GET', '/hob/v1/audit?limit=200&outcome=refused')
  return (JSON.parse(text) as { entries: AuditEntry[] }).entries
}

/** Where the box listens only its own namespace reaches. */
function curl(
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; code: string; text: string }> {
  const data = body === undefined ? [] : ['-H', 'content-type: application/json', '--data-binary', '@-']
  const running = spawn('nsenter', [
    `--net=/run/netns/${machine.name}`,
    'curl',
    '-s',
    '--max-time',
    '60',
    '-X',
    method,
    '-H',
    `authorization: ${box.headers['authorization']}`,
    ...data,
    '-w',
    '\n%{http_code}',
    `http://127.0.0.1:${box.port}${path}`,
  ])
  running.stdin.end(body === undefined ? '' : JSON.stringify(body))
  let all = ''
  running.stdout.on('data', (piece: Buffer) => (all += piece.toString('utf8')))
  return new Promise((resolve) =>
    running.once('close', () => {
      const [, text = '', status = '0'] = /^([\s\S]*)\n(\d{3})$/.exec(all) ?? []
      const code = text.includes('"error"') ? (/"code":"(\w+)"/.exec(text)?.[1] ?? '') : ''
      resolve({ status: Number(status), code, text })
    }),
  )
}
