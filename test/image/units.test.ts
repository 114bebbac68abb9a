// The units on a real systemd: what `npm run install-units` lays into a tree boots, is ready, is walled in, and is watched. A box and
// a phone stand on a LAN of the test's own.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { drawTerminal, noQrReader, readQr } from '../page/qr-reader.ts'
import { avahiUnavailable, startAvahi } from '../system/avahi-machine.ts'
import { root } from '../system/box.ts'
import { createLan, type Lan, lanUnavailable, type Machine } from '../system/lan.ts'
import { type Booted, bootTree } from './nspawn.ts'
import { packagesNamed } from './packages.ts'
import { copyTree, type Tree, treeUnavailable } from './tree.ts'

const services = ['api', 'models'] as const
const missing = lanUnavailable() ?? treeUnavailable()
const patienceMs = 300_000
const program = '/usr/lib/hob'

describe.skipIf(missing !== null)(`the units, booted${missing === null ? '' : ` (${missing})`}`, () => {
  let lan: Lan
  let phone: Machine
  let tree: Tree
  let box: Booted
  beforeAll(async () => {
    lan = createLan()
    const machine = lan.machine('box', '10.77.0.2')
    phone = lan.machine('phone', '10.77.0.3')
    tree = copyTree()
    install('--root', tree.path)
    box = await bootTree(tree.path, machine)
  }, patienceMs)
  afterAll(async () => {
    await box.powerOff()
    tree.remove()
    lan.close()
  }, patienceMs)

  /** The status with which the page's door answers a phone. */
  const page = (): string => {
    const how = ['-sk', '--max-time', '30', '-o', '/dev/null', '-w', '%{http_code}']
    return phone.run('curl', ...how, 'https://10.77.0.2/healthz')
  }
  const started = (unit: string): string =>
    box.run('systemctl', 'show', '--property=ExecMainStartTimestampMonotonic', '--value', unit).trim()

  test('it is running, nothing has failed, and no unit waits for itself', () => {
    const [load = 0] = loadavg()
    process.stderr.write(
      `userspace: ${box.userspaceMs} ms (4000 is wanted; load ${load.toFixed(1)} on ${availableParallelism()} CPUs)\n`,
    )
    // of a machine that does a few things beside it; what waits for a slow look at the machine takes longer anywhere
    if (load < 2 * availableParallelism()) expect(box.userspaceMs).toBeLessThan(8_000)
    expect(box.state).toBe('running')
    expect(box.run('systemctl', 'list-units', '--failed', '--no-legend', '--plain')).toBe('')
    const journal = box.run('journalctl', '--boot', '--output=cat')
    expect(journal).not.toMatch(/ordering cycle|Unknown key|Failed to parse/)
    for (const service of services) expect(journal).toContain(`Started hob-${service}.service`)
  })

  test('the copy that it runs has every package that its programs name, and no builder’s', () => {
    const names = packagesNamed(join(tree.path, program))
    expect(names).toEqual(expect.arrayContaining(['better-sqlite3', 'node-llama-cpp', 'ws', 'zod']))
    // one of them wants that before it
    const load = `import 'reflect-metadata'; for (const name of ${JSON.stringify(names)}) await import(name); process.exit(0)`
    box.run('env', '-C', program, 'bin/node', '--input-type=module', '-e', load)
    for (const one of ['vite', 'rolldown', 'typescript', 'lightningcss', 'vitest', 'oxlint'])
      expect(existsSync(join(tree.path, program, 'node_modules', one)), one).toBe(false)
    const megabytes = Number(box.run('du', '-sm', program).split('\t')[0])
    process.stderr.write(`the program: ${megabytes} MB\n`)
    expect(megabytes).toBeLessThan(340)
  })

  test('it is ready before the first look at the machine is through', () => {
    const said = box.run('journalctl', '--boot', '--output=cat', '--unit=hob-models')
    const [looks, ready] = [/first time/, /"message":"ready"/].map((words) => said.search(words))
    expect(looks).toBeGreaterThanOrEqual(0)
    expect(ready).toBeGreaterThan(0)
    const chosen = said.search(/"message":"the default model"/)
    expect(chosen === -1 || chosen > Number(ready)).toBe(true)
  })

  test('its journal has limits of its own, and is kept on the disk', () => {
    const limits = box.run('journalctl', '--boot', '--output=cat', '--unit=systemd-journald')
    expect(limits).toMatch(/System Journal \(\/var\/log\/journal\/\w+\) is [\d.]+M, max 500M/)
    const kept = box.run('systemd-analyze', 'cat-config', 'systemd/journald.conf')
    for (const limit of ['MaxRetentionSec=30day', 'RateLimitBurst=2000', 'SystemKeepFree=1G'])
      expect(kept).toContain(limit)
  })

  test('systemd finds nothing wrong with them, and little that they may do', () => {
    expect(
      box.try('systemd-analyze', 'verify', 'hob.target', ...services.map((name) => `hob-${name}.service`)),
    ).toBe('')
    const scores = services.map((name) => {
      const text = box.run('systemd-analyze', 'security', '--no-pager', `hob-${name}.service`)
      return [name, Number(/exposure level for .*: ([\d.]+)/.exec(text)?.[1])] as const
    })
    process.stderr.write(`exposure: ${scores.map(([name, score]) => `hob-${name} ${score}`).join(', ')}\n`)
    for (const [name, score] of scores) expect(score, name).toBeLessThanOrEqual(2)
  })

  test('the page answers on the LAN, and nothing else of the box does', () => {
    expect(page()).toBe('200')
    expect(
      phone.run('curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', 'http://10.77.0.2/ca.crt'),
    ).toMatch(/^[23]/)
    const listening = box
      .run('ss', '--listening', '--tcp', '--udp', '--numeric', '--no-header')
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(/\s+/))
    const tcp = listening
      .filter(([kind]) => kind === 'tcp')
      .map(([, , , , at = '']) => at.replace(/^.*:/, ''))
    expect([...new Set(tcp)].toSorted()).toEqual(['443', '80'])
    // avahi asks from a port of its own too
    const udp = listening
      .filter(([kind]) => kind === 'udp')
      .map(([, , , , at = '']) => at.replace(/^.*:/, ''))
    expect(udp).toContain('5353')
    expect(
      box
        .run('ss', '--listening', '--udp', '--numeric', '--processes', '--no-header')
        .replace(/.*avahi-daemon.*\n?/g, '')
        .trim(),
    ).toBe('')
  })

  test('it is found by its name', () => {
    const name = box.run('hob', 'status', '--json')
    const host = /https:\/\/(hob-\w+)\.local/.exec(name)?.[1] ?? 'no name'
    expect(box.run('avahi-resolve', '-4n', `${host}.local`)).toContain('10.77.0.2')
  })

  test.skipIf(avahiUnavailable() !== null)(
    'another machine on the LAN finds it by its name and by what it offers',
    async () => {
      const avahi = await startAvahi(phone)
      try {
        const host = /https:\/\/(hob-\w+)\.local/.exec(box.run('hob', 'status', '--json'))?.[1] ?? 'no name'
        expect(avahi.run('avahi-resolve', '-4n', `${host}.local`)).toContain('10.77.0.2')
        const offered = avahi.run('avahi-browse', '-rpt', '_hob._tcp')
        expect(offered).toMatch(
          new RegExp(`^=;eth0;IPv4;.*;${host}\\.local;10\\.77\\.0\\.2;443;.*"claim=open"`, 'm'),
        )
      } finally {
        avahi.stop()
      }
    },
  )

  test.each(services)('%s runs as a user of its own, and cannot read what the others keep', (service) => {
    const pid = String(box.mainPid(`hob-${service}`))
    expect(box.run('ps', '-o', 'user=', '-p', pid).trim()).toBe(`hob-${service}`)
    for (const other of services.filter((one) => one !== service)) {
      const files = box.run('find', `/var/lib/hob/${other}`, '-type', 'f').split('\n').filter(Boolean)
      expect(files.length, `${other} keeps something`).toBeGreaterThan(0)
      for (const file of files) expect(inside(pid, 'cat', file), file).toMatch(/Permission denied/)
      expect(inside(pid, 'ls', `/var/lib/hob/${other}`)).toMatch(/Permission denied/)
    }
    expect(inside(pid, 'touch', '/usr/here')).toMatch(/Read-only file system/)
    expect(inside(pid, 'touch', '/usr/lib/hob/here')).toMatch(/Read-only file system/)
    expect(inside(pid, 'ls', '/root')).toMatch(/Permission denied|No such file/)
    expect(inside(pid, 'sh', '-c', 'kill -0 1')).toMatch(/not permitted|No such process/)
  })

  /** As the service's own user, in its own namespaces: what a service that was taken over could do. */
  const inside = (pid: string, ...command: string[]): string => {
    const user = box.run('ps', '-o', 'uid=', '-p', pid).trim()
    const group = box.run('ps', '-o', 'gid=', '-p', pid).trim()
    const namespaces = ['--target', pid, '--mount', '--net', '--ipc']
    return box.try(
      'nsenter',
      ...namespaces,
      'setpriv',
      `--reuid=${user}`,
      `--regid=${group}`,
      '--clear-groups',
      ...command,
    )
  }

  /** What takes half a minute in a household takes seconds here. */
  const change = (unit: string, setting: string): void => {
    const folder = `/run/systemd/system/${unit}.service.d`
    box.run('sh', '-c', `mkdir -p ${folder} && printf '[Service]\\n${setting}\\n' > ${folder}/test.conf`)
    box.run('systemctl', 'daemon-reload')
  }

  test('an exception from the walls holds, and is the service’s own', () => {
    const of = (unit: string, property: string): string =>
      box.run('systemctl', 'show', `--property=${property}`, '--value', unit).trim()
    // models opens graphics processors
    expect(of('hob-models', 'PrivateDevices')).toBe('no')
    expect(of('hob-api', 'PrivateDevices')).toBe('yes')
    for (const unit of ['hob-api', 'hob-models']) expect(of(unit, 'NoNewPrivileges')).toBe('yes')
  })

  test('its log is read as everywhere, with systemd’s own words among the services’', () => {
    const lines = box.run('hob', 'logs', '-n', '500', '--json').split('\n').filter(Boolean)
    const parsed = lines.map((line) => JSON.parse(line) as { service: string; message: string })
    for (const service of services) {
      const said = parsed.filter((line) => line.service === service).map(({ message }) => message)
      expect(said).toContain('ready')
      expect(said.join('\n')).toContain(`Started hob-${service}.service`)
    }
    const own = box.run('hob', 'logs', '--service', 'models', '--json')
    expect(own).toContain('"message":"ready"')
    expect(own).not.toContain('"service":"api"')
  })

  test.skipIf(noQrReader !== null)(
    'its own screen shows the code that leads a phone to the claim',
    async () => {
      box.run('systemctl', 'start', 'hob-console@console.service')
      const { code } = JSON.parse(box.run('hob', 'claim', '--code', '--json')) as { code: string }
      const now = (): string => stripVTControlCharacters(box.console().split('\u001B[2J').at(-1) ?? '')
      await expect.poll(now, { timeout: 30_000 }).toContain(`Claim code   ${code}`)
      const shown = now()
      expect(shown).toMatch(/https:\/\/hob-\w+\.local/)
      expect(shown).toContain('https://10.77.0.2')
      const file = join(tree.path, 'tmp', 'screen.pgm')
      // what stands beside the code is no part of it
      const width = /█+/.exec(shown)?.[0].length ?? 0
      drawTerminal(
        shown
          .split('\n')
          .map((line) => line.slice(0, 2 + width))
          .join('\n'),
        file,
      )
      expect(readQr(file)).toMatch(new RegExp(`^https://hob-\\w+\\.local/claim#${code}$`))
      expect(box.run('ps', '-o', 'user=', '-p', String(box.mainPid('hob-console@console'))).trim()).toBe(
        'hob-console',
      )
    },
  )

  test('a service that hangs is started again', async () => {
    change('hob-models', 'WatchdogSec=3')
    box.run('systemctl', 'restart', 'hob-models')
    const before = started('hob-models')
    box.run('kill', '-STOP', String(box.mainPid('hob-models')))
    await expect.poll(() => started('hob-models'), { timeout: 60_000, interval: 500 }).not.toBe(before)
    await expect
      .poll(() => box.try('systemctl', 'is-active', 'hob-models').trim(), { timeout: 60_000 })
      .toBe('active')
    expect(box.run('journalctl', '--boot', '--unit=hob-models', '--output=cat')).toContain('Watchdog timeout')
    expect(page()).toBe('200')
  })

  test('a service that crashes ten times comes back each time, and the page stays', async () => {
    change('hob-models', 'RestartMaxDelaySec=1s')
    for (let crash = 0; crash < 10; crash++) {
      await expect.poll(() => box.mainPid('hob-models'), { timeout: 60_000 }).toBeGreaterThan(0)
      box.run('systemctl', 'kill', '--signal=KILL', 'hob-models')
      expect(page()).toBe('200')
    }
    await expect
      .poll(() => box.try('systemctl', 'is-active', 'hob-models').trim(), { timeout: 90_000 })
      .toBe('active')
  })

  test('who comes while the api starts again waits for it, and is not refused', async () => {
    box.run('systemctl', 'restart', '--no-block', 'hob-api')
    await sleep(300)
    for (let i = 0; i < 5; i++) expect(page()).toBe('200')
  })

  test('it stops in order, within its time', () => {
    const [, cursor = ''] = /-- cursor: (\S+)/.exec(box.run('journalctl', '--lines=0', '--show-cursor')) ?? []
    // waits for what the target takes with it too
    box.run('systemctl', 'stop', 'hob.target', ...services.map((name) => `hob-${name}.service`))
    const journal = box.run('journalctl', `--after-cursor=${cursor}`, '--output=cat', '--unit=hob-*')
    expect(journal).not.toMatch(/timed out/)
    for (const service of services) expect(journal).toContain(`Stopped hob-${service}.service`)
    expect(box.try('systemctl', 'is-active', 'hob-api').trim()).toBe('inactive')
  })
})

function install(...flags: string[]): void {
  execFileSync(process.execPath, [join(root, 'systemd/install.ts'), ...flags], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
}
