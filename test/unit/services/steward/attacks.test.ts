// What somebody could try who has taken the api over: every verb of the steward with arguments that mean to be something else. All are
// refused before any program runs; the verbs that take none run what they always run.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { stewardRoutes } from '#appliance/contracts/steward.ts'
import { createHost } from '#appliance/hardware/host.ts'
import { createLog } from '#appliance/log.ts'
import { createJournalReader } from '#appliance/logs/journal.ts'
import { createRoutes } from '#services/steward/routes.ts'
import { createFakeHost, type FakeHost } from '#test/fakes/host/make.ts'
import { createManualClock } from '#test/fakes/manual-clock.ts'
import { createFakeNetworkManager } from '#test/fakes/network-manager.ts'

const hostile = [
  '--help',
  '--root=/tmp',
  '-H attacker',
  '; reboot',
  '$(reboot)',
  '`reboot`',
  '&& reboot',
  'a\nreboot',
  'a\0b',
  '../../etc/passwd',
  'Europe/../../etc/passwd',
  '/etc/passwd',
  'hob.service --force',
  '*',
  '',
  ' ',
  'ａｐｉ',
  '\u202Eipa',
  'x'.repeat(1_000_000),
]

describe('the steward under attack', () => {
  let host: FakeHost
  beforeAll(() => {
    host = createFakeHost()
    for (const [name, value] of Object.entries(host.environment)) vi.stubEnv(name, value)
  })
  afterAll(() => {
    vi.unstubAllEnvs()
    host.remove()
  })

  const clock = createManualClock()
  const log = createLog({ service: 'steward', level: 'error', write: () => undefined })
  const app = createRoutes({
    health: () => expect.unreachable(),
    host: createHost(),
    reader: createJournalReader(),
    network: createFakeNetworkManager({ clock, interfaces: [] }),
    clock,
    log,
    draining: new AbortController().signal,
  })
  const ask = async (method: string, path: string, body?: string): Promise<number> => {
    const headers = { 'content-type': 'application/json' }
    const { status } = await app.request(path, { method, headers, ...(body === undefined ? {} : { body }) })
    return status
  }

  test.each(['time-zone', 'host-name'])(
    'PUT /%s takes no such value, and nothing beside it',
    async (verb) => {
      const field = verb === 'time-zone' ? 'timeZone' : 'hostName'
      const good = verb === 'time-zone' ? 'Europe/Berlin' : 'attic'
      for (const value of hostile) {
        const told = `${verb} ${JSON.stringify(value).slice(0, 40)}`
        expect(await ask('PUT', `/${verb}`, JSON.stringify({ [field]: value })), told).toBeOneOf([400, 413])
      }
      for (const odd of [[good], { [good]: good }, null, 1, true])
        expect(await ask('PUT', `/${verb}`, JSON.stringify({ [field]: odd }))).toBe(400)
      expect(await ask('PUT', `/${verb}`, JSON.stringify({ [field]: good, also: '--force' }))).toBe(400)
      expect(await ask('PUT', `/${verb}`, `{"${field}":"${good}","__proto__":{"x":1},"y":2}`)).toBe(400)
      for (const broken of ['', '[]', '"x"', `{"${field}":`, '{'.repeat(100)])
        expect(await ask('PUT', `/${verb}`, broken)).toBe(400)
      expect(host.calls()).toEqual([])
    },
  )

  test.each(['/journal', '/journal/live', '/journal/whole'])('GET %s takes no such filter', async (path) => {
    for (const value of hostile.filter((one) => one.length < 10_000))
      for (const name of ['service', 'level', 'also', ...(path === '/journal' ? ['before', 'limit'] : [])]) {
        const told = `${name}=${JSON.stringify(value)}`
        expect(await ask('GET', `${path}?${new URLSearchParams({ [name]: value })}`), told).toBe(400)
      }
    expect(host.calls()).toEqual([])
  })

  test('a page of the log has a largest size', async () => {
    for (const limit of ['0', '-1', '1001', '1e9', 'NaN'])
      expect(await ask('GET', `/journal?limit=${limit}`)).toBe(400)
    expect(host.calls()).toEqual([])
  })

  test('what is no verb is none, by whatever path or method', async () => {
    for (const path of ['/', '/exec', '/../machine', '/reboot/now', '/time-zones/x', '//machine'])
      for (const method of ['GET', 'POST', 'PUT', 'DELETE'])
        expect(await ask(method, path, method === 'GET' ? undefined : '{}')).toBe(
          path === '/../machine' && method === 'GET' ? 200 : 404,
        )
    for (const path of ['/reboot', '/power-off']) expect(await ask('GET', path)).toBe(404)
    expect(host.calls().flat()).not.toContain('reboot')
  })

  test('verbs without arguments run what they always run', async () => {
    const before = host.calls().length
    const query = new URLSearchParams(hostile.slice(0, -1).map((value, index) => [`arg${index}`, value]))
    expect(await ask('POST', `/reboot?${query}`, JSON.stringify({ args: hostile.slice(0, -1) }))).toBe(202)
    expect(await ask('GET', `/time-zones?${query}`)).toBe(200)
    expect(host.calls().slice(before)).toEqual([
      ['systemctl', '--no-wall', 'reboot'],
      ['timedatectl', '--no-pager', 'list-timezones'],
    ])
  })

  test('what passes reaches its program as one argument, after the end of options', async () => {
    const before = host.calls().length
    expect(await ask('PUT', '/time-zone', '{"timeZone":"Europe/Berlin"}')).toBe(204)
    expect(await ask('PUT', '/time-zone', '{"timeZone":"Mars/Base"}')).toBe(400)
    expect(await ask('PUT', '/host-name', '{"hostName":"attic"}')).toBe(204)
    expect(
      host
        .calls()
        .slice(before)
        .filter(([program]) => program !== undefined),
    ).toEqual([
      ['timedatectl', '--no-pager', 'list-timezones'],
      ['timedatectl', '--no-ask-password', 'set-timezone', '--', 'Europe/Berlin'],
      ['timedatectl', '--no-pager', 'list-timezones'],
      ['hostnamectl', '--no-ask-password', 'hostname', '--', 'attic'],
    ])
  })

  test('every verb is tried here', () => {
    expect(
      Object.values(stewardRoutes)
        .map(({ path }) => path)
        .toSorted(),
    ).toEqual([
      '/disks',
      '/encryption',
      '/host-name',
      '/journal',
      '/journal/live',
      '/journal/whole',
      '/machine',
      '/power-off',
      '/reboot',
      '/recovery-key',
      '/time-zone',
      '/time-zones',
    ])
  })
})
