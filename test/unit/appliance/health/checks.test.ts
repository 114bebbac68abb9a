// What the checks of name, clock, page, disks, temperature and model make of what they see, well and not well.
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { localOwner } from '#appliance/contracts/principal.ts'
import type { DiskHealth } from '#appliance/contracts/system.ts'
import { HobError } from '#appliance/errors.ts'
import { clockCheck } from '#appliance/health/clock.ts'
import { disksCheck } from '#appliance/health/disks.ts'
import { modelCheck } from '#appliance/health/model.ts'
import { nameCheck } from '#appliance/health/name.ts'
import { pageCheck } from '#appliance/health/page.ts'
import { temperatureCheck } from '#appliance/health/temperature.ts'
import { createClient } from '#appliance/ipc/client.ts'
import { hostOf } from '#test/fakes/recorded-machine.ts'

const signal = new AbortController().signal
const well = { state: 'ok' }

describe('name', () => {
  const check = (answers: (readonly string[] | null)[], host: string | null = 'hob-1a2b.local') => {
    const asked: string[] = []
    const ask = async (label: string) => answers[asked.push(label) - 1] ?? null
    const found = nameCheck({ host: () => host, ask, own: () => new Set(['192.168.1.5', 'fd00::5']) })
    return { asked, detect: () => found.detect(signal) }
  }

  test('its own addresses are well, also at the second time of asking', async () => {
    expect(await check([['192.168.1.5', 'fd00::5']]).detect()).toEqual(well)
    const slow = check([[], ['192.168.1.5']])
    expect(await slow.detect()).toEqual(well)
    expect(slow.asked).toEqual(['hob-1a2b', 'hob-1a2b'])
  })

  test('silence twice is an issue', async () => {
    expect(await check([[], []]).detect()).toMatchObject({ code: 'name_unanswered' })
  })

  test('an address of somebody else’s is named', async () => {
    expect(await check([['192.168.1.5', '192.168.1.77']]).detect()).toMatchObject({
      code: 'name_taken',
      values: { host: 'hob-1a2b.local', address: '192.168.1.77' },
    })
  })

  test('without a network, or on this machine alone, there is nothing to ask', async () => {
    expect(await check([null]).detect()).toMatchObject({ state: 'not_measured', code: 'no_network' })
    const alone = check([], null)
    expect(await alone.detect()).toMatchObject({ state: 'not_measured', code: 'loopback_only' })
    expect(alone.asked).toEqual([])
  })
})

describe('clock', () => {
  const at = (now: string, built: string | null = '2026-11-01T00:00:00Z') =>
    clockCheck({
      now: () => new Date(now),
      builtAt: async () => (built === null ? null : new Date(built)),
    }).detect(signal)

  test.each(['2026-10-31T12:00:00Z', '2026-11-02T00:00:00Z', '2036-01-01T00:00:00Z'])(
    '%s is plausible',
    async (now) => {
      expect(await at(now)).toEqual(well)
    },
  )

  test('2020 is before this software was made', async () => {
    expect(await at('2020-01-01T00:00:00Z')).toEqual({
      state: 'issue',
      code: 'clock_behind',
      values: { now: '2020-01-01', built: '2026-11-01' },
      fixable: false,
    })
  })

  test('2099 is long after it', async () => {
    expect(await at('2099-01-01T00:00:00Z')).toMatchObject({ code: 'clock_ahead' })
  })

  test('without a date to compare nothing is said', async () => {
    expect(await at('2020-01-01T00:00:00Z', null)).toMatchObject({ state: 'not_measured' })
  })
})

describe('page', () => {
  const index = '<html><script type="module" crossorigin src="/assets/index-x.js"></script>'
  const script = { status: 200, type: 'text/javascript; charset=utf-8', text: 'x' }
  const check = (files: Record<string, { status: number; type: string; text: string }>) =>
    pageCheck({
      origin: () => 'https://192.168.1.5',
      ask: async (url) => {
        const file = files[new URL(url).pathname]
        if (file === undefined) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
        return file
      },
    }).detect(signal)
  const document = { status: 200, type: 'text/html', text: index }

  test('its document and the script that this names are enough', async () => {
    expect(await check({ '/': document, '/assets/index-x.js': script })).toEqual(well)
  })

  test.each([
    ['a document that names no script', { '/': { ...document, text: '<html>' } }, '/'],
    ['a document that is refused', { '/': { ...document, status: 404 } }, '/'],
    [
      'a script that is not there',
      { '/': document, '/assets/index-x.js': { ...script, status: 404 } },
      '/assets/index-x.js',
    ],
    [
      'a script that is empty',
      { '/': document, '/assets/index-x.js': { ...script, text: '' } },
      '/assets/index-x.js',
    ],
    [
      'a script that is the document',
      { '/': document, '/assets/index-x.js': document },
      '/assets/index-x.js',
    ],
  ])('%s is named', async (_, files, path) => {
    expect(await check(files)).toMatchObject({ code: 'page_missing', values: { path } })
  })

  test('where nothing answers that is said', async () => {
    expect(await check({})).toMatchObject({ code: 'page_silent', values: { reason: 'ECONNREFUSED' } })
  })
})

describe('disks', () => {
  const disk = (more: Partial<DiskHealth>): DiskHealth => ({
    device: '/dev/nvme0n1',
    model: 'Fast 980',
    sizeBytes: 1e12,
    health: 'ok',
    reason: null,
    temperatureC: 40,
    wearPercent: null,
    ...more,
  })
  const check = (disks: readonly DiskHealth[] | null) =>
    disksCheck({ disks: async () => disks }).detect(signal)

  test('one that is well is enough, beside a stick that says nothing', async () => {
    expect(await check([disk({ health: 'unknown' }), disk({ wearPercent: 12 })])).toEqual(well)
  })

  test('a failing disk comes before a worn one', async () => {
    const worn = disk({ wearPercent: 97 })
    const failing = disk({ device: '/dev/sda', model: null, health: 'failing', reason: 'data_lost' })
    expect(await check([worn, failing])).toMatchObject({
      code: 'disk_failing',
      values: { disk: '/dev/sda', reason: 'data_lost' },
    })
    expect(await check([worn])).toMatchObject({
      code: 'disk_worn',
      values: { disk: 'Fast 980 (/dev/nvme0n1)', wearPercent: 97 },
    })
  })

  test('without a steward, or without a word from any disk, nothing was measured', async () => {
    expect(await check(null)).toMatchObject({ state: 'not_measured', code: 'not_managed' })
    expect(await check([disk({ health: 'unknown' })])).toMatchObject({ code: 'disks_silent' })
  })
})

describe('temperature', () => {
  const check = (files: Record<string, string>) =>
    temperatureCheck({
      host: hostOf(new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]))),
    }).detect(signal)
  const chip = '/sys/class/hwmon/hwmon1'
  const processor = (celsius: number) => ({
    [`${chip}/name`]: 'coretemp\n',
    [`${chip}/temp1_input`]: `${celsius * 1_000}\n`,
    [`${chip}/temp1_label`]: 'Package id 0\n',
    [`${chip}/temp1_crit`]: '100000\n',
    [`${chip}/temp1_max`]: '80000\n',
  })

  test('a warm machine is well; a sensor that is not connected says nothing', async () => {
    expect(await check({ ...processor(70), [`${chip}/temp9_input`]: '-128000\n' })).toEqual(well)
  })

  test.each([
    [96, 'hot'],
    [100, 'too_hot'],
  ])('at %i of 100 °C it is %s', async (celsius, code) => {
    expect(await check(processor(celsius))).toMatchObject({
      code,
      values: { sensor: 'coretemp Package id 0', celsius, limitCelsius: 100 },
    })
  })

  test('the one that is nearest to its own limit counts', async () => {
    const disk = {
      '/sys/class/hwmon/hwmon0/name': 'nvme\n',
      '/sys/class/hwmon/hwmon0/temp1_input': '84850\n',
      '/sys/class/hwmon/hwmon0/temp1_crit': '84850\n',
    }
    expect(await check({ ...processor(90), ...disk })).toMatchObject({
      code: 'too_hot',
      values: { sensor: 'nvme' },
    })
  })

  test('a board with zones alone is measured by these', async () => {
    const zone = '/sys/class/thermal/thermal_zone0'
    expect(await check({ [`${zone}/temp`]: '97000\n', [`${zone}/type`]: 'soc-thermal\n' })).toMatchObject({
      code: 'too_hot',
      values: { sensor: 'soc-thermal', limitCelsius: 95 },
    })
  })

  test('a processor that heat slows for long is told, for a moment is not', async () => {
    const slowed = (ms: number) => ({
      ...processor(60),
      '/sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_total_time_ms': `${ms}\n`,
      '/proc/uptime': '1000.50 7000.00\n',
    })
    expect(await check(slowed(4_000))).toEqual(well)
    expect(await check(slowed(150_000))).toMatchObject({
      code: 'slowed_by_heat',
      values: { slowedPercent: 15 },
    })
  })

  test('without any sensor nothing was measured', async () => {
    expect(await check({})).toMatchObject({ state: 'not_measured', code: 'no_sensor' })
  })
})

describe('model', () => {
  const check = (oneToken: (model: string, signal: AbortSignal) => Promise<number>, withinMs = 5_000) =>
    modelCheck({ starter: async () => 'starter', oneToken, withinMs }).detect(signal)

  test('one token is enough, none is not', async () => {
    expect(await check(async () => 1)).toEqual(well)
    expect(await check(async () => 0)).toMatchObject({ code: 'model_failed' })
  })

  test('a service that takes the question and never answers is an issue at the limit', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hob-health-'))
    const socketPath = join(folder, 's')
    let cut = 0
    const silent = createServer((request) => void request.socket.once('close', () => cut++))
    silent.listen(socketPath)
    await once(silent, 'listening')
    const client = createClient({ service: 'models', socketPath })
    onTestFinished(() => {
      client.close()
      silent.close()
      rmSync(folder, { recursive: true })
    })
    const ask = async (_: string, until: AbortSignal): Promise<number> => {
      await client.open('POST', '/v1/chat/completions', '{}', {
        principal: localOwner('service'),
        signal: until,
      })
      return 1
    }
    expect(await check(ask, 50)).toMatchObject({ code: 'model_silent', values: { withinSeconds: 0.05 } })
    // what it asked for is taken back: a model that wakes up does not work for nobody
    await expect.poll(() => cut).toBe(1)
  })

  test('the reason of a failure is told; that others are being answered is none', async () => {
    const failing = new HobError('model_load_failed', { model: 'starter', detail: 'no memory' })
    expect(await check(() => Promise.reject(failing))).toMatchObject({
      code: 'model_failed',
      values: { reason: expect.stringContaining('no memory') },
    })
    const busy = new HobError('queue_full', { waiting: 8, retryAfter: 1 })
    expect(await check(() => Promise.reject(busy))).toMatchObject({
      state: 'not_measured',
      code: 'model_busy',
    })
  })

  test('a box without its starter is told', async () => {
    const found = modelCheck({ starter: async () => null, oneToken: async () => 1 })
    expect(await found.detect(signal)).toMatchObject({ code: 'model_missing' })
  })
})
