// The steward on a real systemd: started by who may knock and by nobody else, gone when nobody asks, and no request is lost between;
// the machine's own programs do what it says; reboot and power off end cleanly. In two boots of one box.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { logPageSchema, systemSchema } from '#appliance/contracts/system.ts'
import { hostPrograms } from '../contract/host-programs.ts'
import { root } from '../system/box.ts'
import { createLan, type Lan, lanUnavailable, type Machine } from '../system/lan.ts'
import { type Booted, bootTree } from './nspawn.ts'
import { copyTree, type Tree, treeUnavailable } from './tree.ts'

const missing = lanUnavailable() ?? treeUnavailable()
const patienceMs = 300_000

describe.skipIf(missing !== null)(`the steward${missing === null ? '' : ` (${missing})`}`, () => {
  let lan: Lan
  let machine: Machine
  let tree: Tree
  let box: Booted
  let isOff = false
  beforeAll(async () => {
    lan = createLan()
    machine = lan.machine('box', '10.77.0.2')
    tree = copyTree()
    execFileSync(process.execPath, [join(root, 'systemd/install.ts'), '--root', tree.path], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    box = await bootTree(tree.path, machine)
  }, patienceMs)
  afterAll(async () => {
    if (!isOff) await box.powerOff()
    tree.remove()
    lan.close()
  }, patienceMs)

  /** Of the box's own socket, whose caller is the owner. */
  const api = (path: string, ...how: string[]): string => curl('api', `/hob/v1/system${path}`, ...how)
  const curl = (service: string, path: string, ...how: string[]): string => {
    const at = ['--unix-socket', `/run/hob/${service}.sock`, `http://localhost${path}`]
    return box.run('curl', '-s', '--max-time', '60', ...how, ...at)
  }
  const status = ['-o', '/dev/null', '-w', '%{http_code}']
  const show = (property: string): string =>
    box.run('systemctl', 'show', `--property=${property}`, '--value', 'hob-steward.service').trim()

  test('is not started with the box, but by the first request of the api', () => {
    expect(show('ActiveState')).toBe('inactive')
    const { managed, bootedAt, services } = systemSchema.parse(JSON.parse(api('')))
    expect(managed).toBe(true)
    expect(Math.abs(Date.parse(bootedAt) - Date.now())).toBeLessThan(600_000)
    const states = Object.fromEntries(services.map(({ name, state }) => [name, state]))
    expect(states).toEqual({ api: 'running', models: 'running', steward: 'running' })
    expect(box.run('ps', '-o', 'user=', '-p', show('MainPID')).trim()).toBe('root')
  })

  test('systemd finds nothing wrong with its units, and little that it may do', () => {
    expect(box.try('systemd-analyze', 'verify', 'hob-steward.service', 'hob-steward.socket')).toBe('')
    const text = box.run('systemd-analyze', 'security', '--no-pager', 'hob-steward.service')
    const score = Number(/exposure level for .*: ([\d.]+)/.exec(text)?.[1])
    process.stderr.write(`exposure: hob-steward ${score}\n`)
    expect(score).toBeLessThanOrEqual(2)
  })

  test('another service cannot open its socket', () => {
    const as = (user: string, groups: string): string => {
      const who = ['setpriv', `--reuid=${user}`, `--regid=${user}`, `--groups=${groups}`]
      return box.try(...(who as [string, ...string[]]), 'curl', '-s', ...status, ...knock)
    }
    const knock = ['--unix-socket', '/run/hob/steward.sock', 'http://localhost/healthz']
    expect(as('hob-models', 'render,video')).toBe('000')
    expect(as('hob-console', 'hob-owner')).toBe('000')
    expect(as('hob-api', 'hob-steward')).toBe('200')
    const members = box.run('systemctl', 'show', '--property=SupplementaryGroups', '--value', 'hob-*.service')
    expect(members.match(/hob-steward/g)).toHaveLength(1)
  })

  test('it cannot read what the household keeps', () => {
    const inside = ['nsenter', '--target', show('MainPID'), '--mount', 'ls', '/var/lib/hob/api'] as const
    expect(box.try(...inside)).toMatch(/Permission denied|No such file|cannot/)
  })

  test(
    'it leaves when nobody asks, is back with the next request, and none is lost between',
    async () => {
      const folder = '/run/systemd/system/hob-steward.service.d'
      const idle = '[Service]\\nEnvironment=HOB_STEWARD_IDLE_MS=300\\n'
      box.run('sh', '-c', `mkdir -p ${folder} && printf '${idle}' > ${folder}/test.conf`)
      box.run('systemctl', 'daemon-reload')
      box.run('systemctl', 'restart', 'hob-steward.service')
      try {
        await expect.poll(() => show('ActiveState'), { timeout: 30_000 }).toBe('inactive')
        expect(show('Result')).toBe('success')
        // each comes at another moment around its end
        for (let waitMs = 240; waitMs < 400; waitMs += 30) {
          await sleep(waitMs)
          expect(curl('steward', '/healthz', ...status)).toBe('200')
        }
        const started = ['--boot', '--unit=hob-steward', '--output=cat', '--grep=^Started']
        const starts = box
          .run('journalctl', ...started)
          .trim()
          .split('\n').length
        process.stderr.write(`6 requests met ${starts} starts\n`)
        expect(starts).toBeGreaterThan(2)
        expect(show('NRestarts')).toBe('0')
      } finally {
        box.run('rm', `${folder}/test.conf`)
        box.run('systemctl', 'daemon-reload')
        box.run('systemctl', 'restart', 'hob-steward.service')
      }
    },
    patienceMs,
  )

  test('the log is read from the journal, backwards, by service, with systemd’s own words', () => {
    const { entries, before } = logPageSchema.parse(JSON.parse(api('/logs?limit=5&service=models')))
    expect(entries).toHaveLength(5)
    expect(entries.every(({ service }) => service === 'models')).toBe(true)
    const older = logPageSchema.parse(
      JSON.parse(api(`/logs?service=models&before=${encodeURIComponent(before ?? '')}`)),
    )
    expect(older.entries.map(({ message }) => message).join('\n')).toContain('Starting hob-models.service')
    expect(api('/logs/download').split('\n')[0]).toContain('"at":')
  })

  test('the box’s new name is the machine’s, where nobody named it otherwise', async () => {
    box.run('hostnamectl', 'hostname', 'localhost')
    box.run('systemctl', 'restart', 'hob-api.service')
    const label = (): string => (JSON.parse(curl('api', '/hob/v1/name')) as { label: string }).label
    await expect.poll(() => box.run('hostnamectl', 'hostname').trim(), { timeout: 30_000 }).toBe(label())
    curl(
      'api',
      '/hob/v1/name',
      '-X',
      'PATCH',
      '-H',
      'content-type: application/json',
      '-d',
      '{"label":"attic"}',
    )
    expect(box.run('hostnamectl', 'hostname').trim()).toBe('attic')
    expect(box.run('cat', '/etc/hostname').trim()).toBe('attic')
  })

  describe('the host’s own programs', () => {
    const heard = '/run/hob-probe'
    beforeAll(() => {
      box.run('mkfifo', heard)
      const repeats = `systemd-notify --ready; while :; do cat ${heard}; done`
      box.run('systemd-run', '--quiet', '--unit=hob-probe', 'sh', '-c', repeats)
    })
    afterAll(() => box.run('systemctl', 'stop', 'hob-probe'))
    hostPrograms({
      fileOf: (door) => `/usr/lib/hob/appliance/host/${door}.js`,
      run: (script) => box.run('/usr/lib/hob/bin/node', '--input-type=module', '--eval', script),
      say: ['sh', '-c', `echo "$0" > ${heard}`],
    })
  })

  /** The journal of all boots, read from outside. */
  const found = (words: RegExp): string[] => {
    const journal = ['--directory', join(tree.path, 'var/log/journal'), '--output=cat', '--no-pager']
    const text = execFileSync('journalctl', journal, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    return text.split('\n').filter((line) => words.test(line))
  }
  const killed = (): string[] => found(/timed out|with signal SIGKILL/)
  const stops = (): number => found(/^Journal stopped$/).length

  test(
    'reboot by the api ends it cleanly, and it boots again',
    async () => {
      const before = killed()
      expect(api('/reboot', '-X', 'POST', ...status)).toBe('202')
      expect(await box.ended()).toBe(133)
      expect(killed()).toEqual(before)
      expect(stops()).toBe(1)
      box = await bootTree(tree.path, machine)
      expect(box.state).toBe('running')
      expect(systemSchema.parse(JSON.parse(api(''))).managed).toBe(true)
    },
    patienceMs,
  )

  test(
    'power off by the api ends it cleanly',
    async () => {
      const before = killed()
      expect(api('/power-off', '-X', 'POST', ...status)).toBe('202')
      expect(await box.ended()).toBe(0)
      isOff = true
      expect(killed()).toEqual(before)
      expect(stops()).toBe(2)
    },
    patienceMs,
  )
})
