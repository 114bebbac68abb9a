// Personal data and secrets that a real box meets, and where they must not turn up: in its log as it is written, and in what leaves it
// of that log: the page's log, the live log, the download, the support bundle.
import { execFile } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Box, launch, root } from './box.ts'
import { type Ask, asker, invited, madeToken, signIn, withSession, withToken } from './household.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'hob-privacy-'))
const patienceMs = 300_000
const json = { 'content-type': 'application/json' }
const api = '/hob/v1'

/** Twenty names of people, things and places, as households have them. */
const names = {
  owner: 'Mechthild',
  adult: 'Jean-Luc',
  child: '李小雷',
  guest: 'Oğuzhan Yılmaz',
  stranger: 'Theodolinde',
  box: 'Familie Wintergerst',
  label: 'wintergerst-keller',
  device: 'Mechthilds Telefon',
  agent: 'Wintergerstbrowser',
  host: 'oguzhans-laptop.fritz.box',
  origin: 'wintergerst-praxis.example',
  conversation: 'Scheidungsanwalt',
  message: 'Blasenentzündung seit Dienstag',
  search: 'Kündigungsschreiben',
  mail: 'm.wintergerst@praxis.example',
  phone: '+49 170 5559912',
  ssid: 'WLAN Wintergerst Gartenhaus',
  model: 'wintergerst-geheim',
  path: 'Erbstreitigkeiten',
  program: 'Steuererklaerung',
} as const

const secrets: Record<string, string> = {
  ownerPassword: 'achtzehn rote Kacheln',
  adultPassword: 'une tasse de vent',
  childPassword: 'blauer drache fliegt',
  guestPassword: 'kiraz agaci altinda',
  newPassword: 'neunzehn rote Kacheln',
  wrongPassword: 'ist es vielleicht dieses',
  wifiPassword: 'gartenzwerg-im-regen',
  wrongClaim: '7F7KQ-ZX90A',
  wrongRecovery: '4F7KQ-ZX90A-8M2JH',
  wrongToken: 'hob_QWJjRGVmR2hpSmtsTW5vUHFyU3R1VnduYmNkZWZnaGlqazAB',
  queryToken: 'hob_ZnJhZ2VXb3J0aW5kZXJBZHJlc3NlaW1tZXJub2NoOGFi',
  wrongCookie: 'c2Vzc2lvbkluRWluZW1Lb29raWVEYXNOaWNodEdpbHQ3Nzc',
  basicAuth: 'bWVjaHRoaWxkOnNlc2FtIG9lZmZuZQ',
  downloadToken: 'hf_KlMnOpQrStUvWxYzAbCdEf',
  urlPassword: 'sesam-im-namen',
  jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZWNodGhpbGQifQ.c2lnbmF0dXJ',
}

let box: Box
let ask: Ask
let close: () => void
let owner: Record<string, string>

beforeAll(async () => {
  const environment = { HOB_REQUESTS_PER_MINUTE: '1000000', HOB_LOG_LEVEL: 'debug' }
  box = await launch({ dataDir, environment })
  ;({ ask, close } = asker(box.port))
  await box.waitFor(({ message }) => message === 'the box is ready', patienceMs)
  await live()
}, patienceMs)
afterAll(async () => {
  close()
  await box.stop()
  rmSync(dataDir, { recursive: true })
})

const post = (path: string, body: unknown, headers: Record<string, string> = owner, method = 'POST') =>
  ask({ method, path: `${api}${path}`, headers: { ...headers, ...json }, body: JSON.stringify(body) })

/** A household's first day: the claim, people, mistakes, chats, programs, and requests of all kinds that are wrong. */
async function live(): Promise<void> {
  const account = { name: names.owner, password: secrets['ownerPassword'] ?? '' }
  const page = { origin: `http://127.0.0.1:${box.port}` }
  await post('/claim', { ...account, code: secrets['wrongClaim'] }, page)
  // who was wrong waits a second
  await sleep(1_000)
  const told = (await run('appliance/cli/main.ts', 'claim', '--code', '--json')).stdout
  secrets['claimCode'] = code(told)
  const claimed = await post('/claim', { ...account, code: secrets['claimCode'] }, page)
  expect(claimed.status, claimed.text).toBe(201)
  for (const [index, one] of codes(claimed.text).entries()) secrets[`recovery${index}`] = one
  secrets['claimCookie'] = claimed.cookie.split('=')[1] ?? ''
  owner = withSession(box.port, await signIn(ask, account))
  secrets['cookie'] = owner['cookie']?.split('=')[1] ?? ''

  for (const role of ['adult', 'child', 'guest'] as const) {
    const { cookie } = await invited(ask, owner, {
      role,
      name: names[role],
      password: secrets[`${role}Password`] ?? '',
    })
    secrets[`${role}Cookie`] = cookie.split('=')[1] ?? ''
  }
  secrets['token'] = await madeToken(ask, owner, ['chat', 'status'])
  secrets['programToken'] = JSON.parse(
    (await post('/tokens', { name: names.program, scopes: [] })).text,
  ).token

  await post('/session', { name: names.stranger, password: secrets['wrongPassword'] }, page)
  await post('/session', { name: names.owner, password: secrets['wrongPassword'] }, page)
  await post(
    '/recovery',
    { name: names.owner, code: secrets['wrongRecovery'], password: secrets['newPassword'] },
    page,
  )
  await post('/recovery', { name: names.adult, code: secrets['recovery0'], password: 'x' }, page)

  const conversation = JSON.parse((await post('/conversations', { title: names.conversation })).text).id
  await post(`/conversations/${conversation}/messages`, {
    content: `${names.message} ${names.mail} ${names.phone}`,
  })
  await post('/conversations/none/messages', { content: names.message })
  await ask({ path: `${api}/search?q=${encodeURIComponent(names.search)}`, headers: owner })
  const chat = { model: names.model, messages: [{ role: 'user', content: names.message }] }
  await ask({
    method: 'POST',
    path: '/v1/chat/completions',
    headers: { ...owner, ...json },
    body: JSON.stringify(chat),
  })
  await ask({
    method: 'POST',
    path: '/v1/chat/completions',
    headers: { ...owner, ...json },
    body: `${names.message}{`,
  })
  await ask({
    method: 'POST',
    path: '/v1/embeddings',
    headers: { ...owner, ...json },
    body: JSON.stringify({ model: 7, input: names.message }),
  })

  await post('/models', {
    source: `http://mechthild:${secrets['urlPassword']}@127.0.0.1:9/model.gguf`,
    token: secrets['downloadToken'],
  })
  await post('/name', { name: names.box, label: names.label }, owner, 'PATCH')
  await post('/system/wifi', { ssid: names.ssid, password: secrets['wifiPassword'] }, owner, 'PUT')
  await ask({ path: `${api}/system/wifi?ssid=${encodeURIComponent(names.ssid)}`, headers: owner })

  await ask({ path: `/${encodeURIComponent(names.path)}`, headers: owner })
  await ask({
    path: `${api}/status?token=${secrets['queryToken']}`,
    headers: { ...owner, host: `${names.host}:1` },
  })
  await ask({ path: `${api}/status`, headers: { ...owner, origin: `https://${names.origin}` } })
  await ask({
    path: `${api}/status`,
    headers: { ...owner, 'user-agent': names.agent, 'x-device': encodeURIComponent(names.device) },
  })
  for (const headers of [
    withToken(secrets['wrongToken'] ?? ''),
    withToken(secrets['jwt'] ?? ''),
    { authorization: `Basic ${secrets['basicAuth']}` },
    { cookie: `hob=${secrets['wrongCookie']}; session=${secrets['wrongCookie']}` },
  ])
    await ask({ path: `${api}/people`, headers })
  await post('/password', { password: secrets['newPassword'] })
}

const run = (...args: string[]) =>
  promisify(execFile)(process.execPath, args, { env: box.environment, cwd: root })
const code = (text: string): string => (JSON.parse(text) as { code: string }).code
const codes = (text: string): string[] => (JSON.parse(text) as { recoveryCodes: string[] }).recoveryCodes

/** As it was planted, and as it looks in a URL or in JSON. */
const formsOf = (plant: string): string[] => [
  plant,
  encodeURIComponent(plant),
  JSON.stringify(plant).slice(1, -1),
]
const found = (text: string): string[] =>
  Object.entries({ ...names, ...secrets })
    .filter(([, plant]) => formsOf(plant).some((form) => text.toLowerCase().includes(form.toLowerCase())))
    .map(([name]) => name)

const written = (): string => readFileSync(join(dataDir, 'logs', 'hob.log'), 'utf8')

test('none of it is written to the log, however much that tells', () => {
  expect(Object.keys(names)).toHaveLength(20)
  expect(Object.keys(secrets).length).toBeGreaterThanOrEqual(30)
  expect(written().split('\n').length).toBeGreaterThan(20)
  // the box's own names are what it is found by: they are in its log and its certificates, and leave neither
  expect(found(written()).filter((name) => !['box', 'label'].includes(name))).toEqual([])
})

/** What a library might write in spite of everything: known names, and forms. */
const stray = (): string => {
  const { owner: one, adult, child, guest, box: ownName, label, host, mail, phone, ssid } = names
  const known = [one, adult, child, guest, ownName, label, host, mail, phone]
  const { token, programToken, claimCode, recovery1, cookie, downloadToken, jwt, urlPassword, wifiPassword } =
    secrets
  return JSON.stringify({
    time: new Date().toISOString(),
    level: 'error',
    service: 'api',
    message: `${known.join(', ')} ssid="${ssid}" ${[token, programToken, claimCode, recovery1, cookie, downloadToken, jwt].join(' ')}`,
    error: `GET http://anna:${urlPassword}@example.org failed from 192.168.178.23 and 3c:52:82:a1:b2:c3`,
    password: wifiPassword,
  })
}

test(
  'what was written all the same does not leave the box',
  async () => {
    const followed = await follow()
    appendFileSync(join(dataDir, 'logs', 'hob.log'), `${stray()}\n`)
    const wasWritten = found(written())
    expect(wasWritten.length).toBeGreaterThan(15)

    const page = await ask({ path: `${api}/system/logs?limit=1000`, headers: owner })
    const download = await ask({ path: `${api}/system/logs/download`, headers: owner })
    const bundle = await readBundle()
    const shown = { page: page.text, download: download.text, bundle, live: await followed.text }
    for (const [where, text] of Object.entries(shown)) {
      expect(text, where).toMatch(/person-1, person-2, person-3, person-4, this-box, this-box/)
      expect(text, where).toMatch(/192\.168\.\[host-[0-9a-f]{6}\] and 3c:52:82:\[card-/)
      expect(text, where).not.toMatch(/178\.23|a1:b2:c3/)
      expect(found(text), where).toEqual([])
    }
    // the same word for the same thing wherever it stands
    const word = (text: string) => /\[host-[0-9a-f]{6}\] and/.exec(text)?.[0]
    expect(new Set(Object.values(shown).map(word)).size).toBe(1)
  },
  patienceMs,
)

/** The live log, once it is followed, until the stray line has come. */
async function follow(): Promise<{ text: Promise<string> }> {
  const answer = await fetch(`${box.url}${api}/system/logs/live`, { headers: owner })
  const pieces = (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader()
  const { value: begin } = await pieces.read()
  expect(begin).toContain('event: begin')
  const rest = async (): Promise<string> => {
    let text = ''
    while (!text.includes('192.168.')) {
      const { done, value } = await pieces.read()
      if (done) throw new Error(`the live log ended: ${text}`)
      text += value
    }
    await pieces.cancel()
    return text
  }
  return { text: rest() }
}

async function readBundle(): Promise<string> {
  const answer = await fetch(`${box.url}${api}/system/support-bundle`, { headers: owner })
  expect(answer.status).toBe(200)
  return gunzipSync(Buffer.from(await answer.arrayBuffer())).toString('utf8')
}

test('the bundle says what is in it, and has it', async () => {
  const text = await readBundle()
  for (const name of [
    'box',
    'machine',
    'health',
    'checks',
    'disks',
    'hardware',
    'models',
    'settings',
    'network',
  ])
    expect(text).toContain(`${name}.json`)
  expect(text).toContain('What was masked')
  expect(text).toMatch(/"version": "\d+\.\d+\.\d+"/)
  expect(text).toMatch(/"contextTokens": \d+/)
  expect(text).toMatch(/"usableCpus"/)
  // this box is a program on somebody's computer, whose disks it cannot ask
  expect(text).toContain('"notKnown"')
})

test('`hob bundle` writes it to a file that nobody else on the machine may read', async () => {
  const file = join(dataDir, 'bundle.tar.gz')
  const { stdout } = await run('appliance/cli/main.ts', 'bundle', file)
  expect(stdout).toContain(file)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const text = gunzipSync(readFileSync(file)).toString('utf8')
  expect(text).toContain('What was masked')
  expect(found(text)).toEqual([])
})
