// What a HOB-CONFIG stick does to a box that has nobody's attention: its own unit, under its walls, reads a folder in the stick's
// place. That udev sees a stick and systemd mounts it is tried in a virtual machine.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { lanUnavailable } from '../system/lan.ts'
import { type NetworkBox, networkBox } from './network-box.ts'
import type { Booted } from './nspawn.ts'
import { treeUnavailable } from './tree.ts'

const missing = lanUnavailable() ?? treeUnavailable()
const patienceMs = 300_000
const unit = 'hob-stick@sdz1.service'

describe.skipIf(missing !== null)(
  `a stick${missing === null ? '' : ` (${missing})`}`,
  { timeout: patienceMs },
  () => {
    let made: NetworkBox
    let box: Booted
    beforeAll(async () => {
      made = networkBox({ withHob: true })
      const dropIn = join(made.path, 'etc/systemd/system/run-hob-stick.mount.d')
      mkdirSync(dropIn, { recursive: true })
      writeFileSync(
        join(dropIn, 'test.conf'),
        '[Mount]\nWhat=/srv/stick\nType=none\nOptions=bind,ro,nodev,nosuid,noexec\n',
      )
      box = await made.boot()
    }, patienceMs)
    afterAll(async () => {
      await box.powerOff()
      made.remove()
    }, patienceMs)

    const folder = (): string => join(made.path, 'srv/stick')
    const file = (): string => join(folder(), 'hob.conf')
    /** A new stick; what becomes of it, by its unit's lines. */
    const plugIn = (prepare: () => void): string => {
      rmSync(folder(), { recursive: true, force: true })
      mkdirSync(folder(), { recursive: true })
      prepare()
      box.run('systemctl', 'reset-failed')
      const [, cursor = ''] =
        /-- cursor: (\S+)/.exec(box.run('journalctl', '--lines=0', '--show-cursor')) ?? []
      box.run('systemctl', 'start', unit)
      return box.run('journalctl', `--after-cursor=${cursor}`, `--unit=${unit}`, '--output=cat')
    }
    const saying = (text: string) => () => writeFileSync(file(), text)
    const code = (): string =>
      z.object({ code: z.string() }).parse(JSON.parse(box.run('hob', 'claim', '--code', '--json'))).code
    const address = (): string => box.run('ip', '-4', '-oneline', 'address', 'show', 'eth0')

    test('its units are as systemd wants them', () => {
      expect(box.try('systemd-analyze', 'verify', unit)).toBe('')
      const text = box.run('systemd-analyze', 'security', '--no-pager', unit)
      const score = Number(/exposure level for .*: ([\d.]+)/.exec(text)?.[1])
      process.stderr.write(`exposure: hob-stick@ ${score}\n`)
      expect(score).toBeLessThanOrEqual(2)
      expect(box.run('udevadm', 'verify', '--no-style', '/etc/udev/rules.d/90-hob-stick.rules')).toContain(
        'Success: 1',
      )
    })

    test('brings an address for good and another claim code', () => {
      const before = code()
      const said = plugIn(
        saying('\uFEFFaddress = 10.77.0.21/24\r\ngateway = 10.77.0.1\r\ndns = 10.77.0.1\r\nclaim = new\r\n'),
      )
      expect(said).toContain('the box shows a new claim code')
      expect(said).toContain('eth0 has the address 10.77.0.21/24')
      expect(code()).not.toBe(before)
      expect(said).not.toContain(code())
      expect(address()).toContain('10.77.0.21/24')
      box.run('systemctl', 'restart', 'NetworkManager')
      expect(box.run('nmcli', '--wait', '20', 'device', 'connect', 'eth0')).toContain('successfully')
      expect(address()).toContain('10.77.0.21/24')
      const record = box.run('hob', 'audit', '--json')
      for (const action of ['claim.renewed', 'network.changed', 'network.confirmed'])
        expect(record).toContain(action)
    })

    test('that was forgotten in the box changes nothing', () => {
      const changes = (): number => box.run('hob', 'audit', '--json').split('"network.changed"').length
      const before = changes()
      expect(plugIn(saying('address=10.77.0.21/24\ngateway=10.77.0.1\ndns=10.77.0.1'))).toContain(
        'eth0 has the address 10.77.0.21/24',
      )
      expect(changes()).toBe(before)
    })

    test('is unmounted when it was read, and was never more than read', () => {
      expect(box.try('findmnt', '/run/hob/stick')).toBe('')
      expect(box.run('systemctl', 'show', '--property=Options', '--value', 'run-hob-stick.mount')).toMatch(
        /ro,nodev,nosuid,noexec/,
      )
    })

    const hostile: readonly (readonly [string, () => void, RegExp])[] = [
      ['nothing', () => undefined, /no file named hob\.conf/],
      ['a link to the box’s own secrets', () => symlinkSync('/etc/shadow', file()), /is a link/],
      ['a pipe', () => execFileSync('mkfifo', [file()]), /no plain file/],
      [
        '1 GB',
        () => {
          writeFileSync(file(), 'claim=new\n')
          truncateSync(file(), 1024 ** 3)
        },
        /larger than 4096/,
      ],
      ['a program', () => writeFileSync(file(), Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0xff)), /not text/],
      ['more than a stick may', () => writeFileSync(file(), 'claim=new\nroot=yes'), /line 2 has none/],
      ['a command', () => writeFileSync(file(), 'address=$(reboot)'), /cannot be connected like this/],
    ]
    test('that is hostile is refused in its one line each, and harms nothing', () => {
      const before = [code(), address()]
      for (const [what, prepare, expected] of hostile) expect(plugIn(prepare), what).toMatch(expected)
      expect([code(), address()]).toEqual(before)
      expect(box.run('systemctl', 'is-system-running').trim()).toBe('running')
    })

    test('with a Wi-Fi that the box cannot join is tried for a while; its password is nowhere', async () => {
      saying('wifi = The burrow\npassword = a long password')()
      const [, cursor = ''] =
        /-- cursor: (\S+)/.exec(box.run('journalctl', '--lines=0', '--show-cursor')) ?? []
      box.run('systemctl', 'start', '--no-block', unit)
      const said = () => box.run('journalctl', `--after-cursor=${cursor}`, '--output=cat')
      await expect.poll(said, { timeout: 120_000 }).toContain('This box has no Wi-Fi. Trying again.')
      expect(said()).not.toContain('a long password')
      expect(box.run('ps', '-eo', 'args')).not.toContain('a long password')
      expect(box.run('hob', 'audit', '--json')).not.toContain('a long password')
      box.run('systemctl', 'stop', unit)
    })
  },
)
