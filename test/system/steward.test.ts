// The machine under the box, over HTTP: a box under `npm start` leaves the computer alone and reads its own log files; beside a
// steward, whose programs are stand-ins, it passes on, records, and bounds who follows the log.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { auditPageSchema } from '#appliance/contracts/audit.ts'
import {
  disksSchema,
  encryptionSchema,
  type LogEntry,
  logEntrySchema,
  logPageSchema,
  systemSchema,
} from '#appliance/contracts/system.ts'
import { signIn } from '#benchmarks/owner.ts'
import { createFakeHost, type FakeHost } from '../fakes/host/make.ts'
import { type Box, root, startBox } from './box.ts'

const patienceMs = 300_000
const failureSchema = z.object({ error: z.object({ code: z.string() }) })

let box: Box
let session: Record<string, string>
const dataDir = mkdtempSync(join(tmpdir(), 'hob-steward-'))
beforeAll(async () => {
  box = await startBox({ dataDir })
  const { name, value } = await signIn(box.url)
  session = { cookie: `${name}=${value}`, origin: box.url }
}, patienceMs)
afterAll(async () => {
  await box.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const ask = (path: string, { method = 'GET', body, signal }: RequestInit = {}): Promise<Response> =>
  fetch(`${box.url}/hob/v1/system${path}`, {
    method,
    headers: { ...session, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  })
const codeOf = async (answer: Promise<Response>): Promise<string> => {
  const { status, body } = await answer.then(async (got) => ({ status: got.status, body: await got.json() }))
  return `${status} ${failureSchema.parse(body).error.code}`
}
const zone = (timeZone: string): RequestInit => ({ method: 'PUT', body: JSON.stringify({ timeZone }) })

/** The entries of the live log, as they come. */
async function* follow(query: string, signal: AbortSignal): AsyncGenerator<LogEntry | 'begin'> {
  const { body } = await ask(`/logs/live${query}`, { signal })
  let text = ''
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    const events = text.split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) {
      const [, kind, data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? []
      if (kind === 'begin') yield 'begin'
      if (kind === 'entry') yield logEntrySchema.parse(JSON.parse(data))
    }
  }
}

/** Passes over what it says before. */
async function until(live: AsyncGenerator<LogEntry | 'begin'>, message: string): Promise<void> {
  for (let said = ''; said !== message; ) {
    const { value } = await live.next()
    said = logEntrySchema.parse(value).message
  }
}

describe('under npm start', () => {
  test('it tells what it sees of the computer, and leaves its settings alone', async () => {
    const { managed, services } = systemSchema.parse(await (await ask('')).json())
    expect(managed).toBe(false)
    expect(services.map(({ name, state }) => `${name} ${state}`)).toEqual(['api running', 'models running'])
    for (const [path, init] of [
      ['/reboot', { method: 'POST' }],
      ['/power-off', { method: 'POST' }],
      ['/time-zones', {}],
      ['/time-zone', zone('Europe/Berlin')],
      ['/disks', {}],
      ['/encryption', {}],
      ['/recovery-key', { method: 'POST' }],
    ] as const)
      expect(await codeOf(ask(path, init)), path).toBe('409 not_managed')
  })

  test('its log comes from its files: a page, the older one, and all of it', async () => {
    const page = logPageSchema.parse(await (await ask('/logs?limit=2')).json())
    expect(page.entries).toHaveLength(2)
    const older = logPageSchema.parse(
      await (await ask(`/logs?before=${encodeURIComponent(page.before ?? '')}`)).json(),
    )
    expect(older.entries.map(({ message }) => message)).toContain('starting')
    const models = logPageSchema.parse(await (await ask('/logs?service=models')).json())
    expect(new Set(models.entries.map(({ service }) => service))).toEqual(new Set(['models']))
    const file = await ask('/logs/download')
    expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename="hob-log-[\d-]+\.jsonl"$/)
    const lines = (await file.text()).trim().split('\n')
    expect(logEntrySchema.parse(JSON.parse(lines[0] ?? ''))).toMatchObject({ message: 'starting' })
  })

  test('who follows it sees what is written; more than eight may not', async () => {
    const leave = new AbortController()
    const all = Array.from({ length: 8 }, () => follow('', leave.signal))
    for (const one of all) expect((await one.next()).value).toBe('begin')
    expect(await codeOf(ask('/logs/live'))).toBe('503 too_many_followers')
    expect(await codeOf(ask('/logs/download'))).toBe('503 too_many_followers')
    const models = box.processes().get('models') ?? 0
    process.kill(models, 'SIGKILL')
    for (const one of all.slice(0, 2)) await until(one, 'a service ended and is started again')
    leave.abort()
    await expect.poll(async () => (await ask('/logs/download')).status, { timeout: 10_000 }).toBe(200)
  })
})

describe('beside a steward', () => {
  let host: FakeHost
  let steward: ChildProcess
  beforeAll(async () => {
    host = createFakeHost({ hostName: 'hob-1234', timeZone: 'Europe/Berlin' })
    host.say({ unit: 'hob-api.service', text: 'words of nobody', priority: 4 })
    steward = spawn(process.execPath, [join(root, 'services/steward/main.ts')], {
      env: { ...process.env, ...host.environment, HOB_RUN_DIR: join(dataDir, 'run'), HOB_DATA_DIR: tmpdir() },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    for await (const line of createInterface({ input: steward.stdout ?? expect.unreachable() }))
      if (line.includes('"ready"')) break
  }, patienceMs)
  afterAll(async () => {
    const ended = once(steward, 'exit')
    steward.kill()
    await ended
    host.remove()
  })

  test('the machine is as the host’s programs say', async () => {
    const system = systemSchema.parse(await (await ask('')).json())
    expect(system).toMatchObject({
      managed: true,
      hostName: 'hob-1234',
      timeZone: 'Europe/Berlin',
      clockSynchronized: true,
      bootedAt: '2025-11-26T18:00:00.000Z',
    })
    expect(Object.fromEntries(system.services.map(({ name, state }) => [name, state]))).toEqual({
      api: 'running',
      models: 'running',
      steward: 'on_demand',
      'console@tty1': 'failed',
    })
    const { disks } = disksSchema.parse(await (await ask('/disks')).json())
    for (const disk of disks) expect(disk).toMatchObject({ health: 'unknown', wearPercent: null })
  })

  test('what is changed is done once, and recorded with who did it; what is refused, too', async () => {
    expect((await ask('/time-zone', zone('Asia/Shanghai'))).status).toBe(204)
    expect(await codeOf(ask('/time-zone', zone('Mars/Base')))).toBe('400 time_zone_unknown')
    expect(await codeOf(ask('/time-zone', zone('--help')))).toBe('400 invalid_request')
    expect((await ask('/reboot', { method: 'POST' })).status).toBe(202)
    expect((await ask('/power-off', { method: 'POST' })).status).toBe(202)
    const did = host.calls().map((call) => call.join(' '))
    expect(did.filter((call) => /set-timezone|reboot|poweroff/.test(call))).toEqual([
      'timedatectl --no-ask-password set-timezone -- Asia/Shanghai',
      'systemctl --no-wall reboot',
      'systemctl --no-wall poweroff',
    ])
    const { entries } = auditPageSchema.parse(
      await (await box.fetch('/hob/v1/audit?action=system.*&limit=4')).json(),
    )
    expect(entries.map(({ action, outcome, target, who }) => [action, outcome, target, who.by])).toEqual([
      ['system.powered_off', 'done', null, 'session'],
      ['system.rebooted', 'done', null, 'session'],
      ['system.time_zone_set', 'refused', 'Mars/Base', 'session'],
      ['system.time_zone_set', 'done', 'Asia/Shanghai', 'session'],
    ])
  })

  test('a disk that Hob did not set up is left alone, and has no recovery key', async () => {
    expect(encryptionSchema.parse(await (await ask('/encryption')).json())).toEqual({ state: 'not_ours' })
    expect(await codeOf(ask('/recovery-key', { method: 'POST' }))).toBe('409 data_not_sealed')
    expect(host.calls().flat()).not.toContain('systemd-cryptenroll')
    const { entries } = auditPageSchema.parse(
      await (await box.fetch('/hob/v1/audit?action=system.*&limit=1')).json(),
    )
    expect(entries).toMatchObject([{ action: 'system.recovery_key_made', outcome: 'refused' }])
  })

  test('its log comes from the journal: a page, live, and all of it', async () => {
    const { entries } = logPageSchema.parse(await (await ask('/logs?level=warn&service=api')).json())
    expect(entries.at(-1)).toMatchObject({ service: 'api', level: 'warn', message: 'words of nobody' })
    const leave = new AbortController()
    const live = follow('?service=models', leave.signal)
    expect((await live.next()).value).toBe('begin')
    // the follower's program takes its time to begin
    const saying = setInterval(() => host.say({ unit: 'hob-models.service', text: 'hello' }), 200)
    expect((await live.next()).value).toMatchObject({ service: 'models', message: 'hello' })
    clearInterval(saying)
    leave.abort()
    expect(await (await ask('/logs/download?service=api')).text()).toContain('words of nobody')
  })
})
