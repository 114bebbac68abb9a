// The image from the raw file that a person would flash, in a virtual machine, in three starts: it comes up, answers to its name,
// shows itself on its screen and uses all of its disk; it keeps what it was given when its plug is pulled, and ends cleanly by its power
// button.
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noQrReader, readQr } from '../../page/qr-reader.ts'
import { startAvahi } from '../../system/avahi-machine.ts'
import { type Disk, flash, startVm, type Vm } from '../qemu.ts'
import {
  addressOf,
  createHouse,
  flashable,
  type House,
  houseUnavailable,
  identityOf,
  whenAnswers,
  whenStarted,
} from './house.ts'

const missing = houseUnavailable()

describe.skipIf(missing !== null)(`the image, booted${missing === null ? '' : ` (${missing})`}`, () => {
  let house: House
  let disk: Disk
  let box: Vm
  let address: string
  let first: Record<string, string>
  const start = async (): Promise<void> => {
    const started = performance.now()
    // also when it does not come up, it is switched off in the end
    box = await startVm({ lan: house.lan, disk, name: 'box' })
    address = await addressOf(box)
    await whenAnswers(house.phone, address)
    process.stderr.write(
      `power-on to page, emulated: ${Math.round((performance.now() - started) / 1_000)} s\n`,
    )
  }
  beforeAll(async () => {
    house = createHouse()
    disk = flash(flashable())
    await start()
  })
  afterAll(async () => {
    await box.kill()
    disk.remove()
    await house.close()
  })

  test('it runs, nothing has failed, and no unit waits for itself', async () => {
    expect(await whenStarted(box), await box.run('systemctl list-units --failed --no-legend')).toBe('running')
    const journal = await box.run('journalctl --boot --output=cat')
    expect(journal).not.toMatch(/ordering cycle|Unknown key|Failed to parse|Conflict with earlier/)
    process.stderr.write(await box.run('systemd-analyze'))
    first = await identityOf(box)
  })

  test('a phone finds it by its name and by what it offers, and it answers to that name', async () => {
    const { host } = JSON.parse(first['name'] ?? '{}') as { host: string }
    const avahi = await startAvahi(house.phone)
    try {
      // a phone asks again: what an emulated machine says may come late
      const patience = { timeout: 60_000, interval: 1_000 }
      await expect.poll(() => avahi.run('avahi-resolve', '-4n', host), patience).toContain(address)
      await expect
        .poll(() => avahi.run('avahi-browse', '-rpt', '_hob._tcp'), patience)
        .toMatch(
          new RegExp(
            `^=;eth0;IPv4;.*;${RegExp.escape(host)};${RegExp.escape(address)};443;.*"claim=open"`,
            'm',
          ),
        )
    } finally {
      avahi.stop()
    }
    const asks = ['-sk', '--max-time', '15', '-o', '/dev/null', '-w', '%{http_code}']
    const resolved = ['--resolve', `${host}:443:${address}`]
    expect(house.phone.run('curl', ...asks, ...resolved, `https://${host}/`)).toBe('200')
  })

  test('a neighbour with a public address, as phones have with IPv6, is answered', async () => {
    const way = await box.run('ip -4 -o route get 10.78.0.2')
    const device = / dev (\S+)/.exec(way)?.[1] ?? ''
    await box.run(`ip -6 address add 2001:db8:77::3/64 dev ${device} nodad`)
    house.phone.run('ip', '-6', 'address', 'add', '2001:db8:77::2/64', 'dev', 'eth0', 'nodad')
    expect(await whenAnswers(house.phone, '[2001:db8:77::3]', 60_000)).toBe('200')
    await box.run(`ip -6 address delete 2001:db8:77::3/64 dev ${device}`)
  })

  test('what it uses', async () => {
    await box.run('hob models unload starter')
    const ask = "awk '/MemTotal/{t=$2} /MemAvailable/{a=$2} END{print int((t-a)*1024/1e6)}' /proc/meminfo"
    // it may still be looking at what llama.cpp sees of the machine, in processes of their own
    await expect
      .poll(async () => Number(await box.run(ask)), { timeout: 120_000, interval: 2_000 })
      .toBeLessThanOrEqual(700)
    process.stderr.write(`memory, idle without a model: ${(await box.run(ask)).trim()} MB\n`)
  })

  test('only 80, 443 and mDNS listen', async () => {
    const listening = (await box.run('ss -H -l -t -u -n -p'))
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/))
    process.stderr.write(`${listening.map(([kind, , , , at]) => `${kind} ${at}`).join(', ')}\n`)
    const tcp = listening
      .filter(([kind]) => kind === 'tcp')
      .map(([, , , , at = '']) => at.replace(/^.*:/, ''))
    expect([...new Set(tcp)].toSorted()).toEqual(['443', '80'])
    // avahi asks from a port of its own, and the network manager is a DHCP client
    const udp = listening.filter(([kind, , , , at = '']) => kind === 'udp' && !/:(5353|68|546)$/.test(at))
    for (const [, , , , , , who = ''] of udp) expect(who).toMatch(/avahi-daemon/)
  })

  test.skipIf(noQrReader !== null)('its screen leads a phone to the claim', async () => {
    const folder = process.env['HOB_SCREENS'] ?? disk.folder
    mkdirSync(folder, { recursive: true })
    const file = join(folder, 'screen.png')
    const code = first['code'] ?? 'no code'
    await expect
      .poll(
        async () => {
          await box.screen(file)
          return statSync(file).size > 0 ? readQr(file) : ''
        },
        { timeout: 120_000, interval: 3_000 },
      )
      .toMatch(new RegExp(`^https://hob-\\w+\\.local/claim#${code}$`))
    // the same on the serial port, for a box without a screen
    expect(box.serial()).toContain(code)
  })

  test('nobody can log in', async () => {
    // some end while they are listed
    const { output: names } = await box.try('cat /proc/[0-9]*/comm')
    expect(names).toMatch(/^systemd$/m)
    expect(names).not.toMatch(/^(\w*getty|sshd|login|sulogin)$/m)
    expect(await box.run("awk -F: '$2 !~ /^[!*]/' /etc/shadow")).toBe('')
  })

  test('the disk is used in full, and the system cannot be written, even by root', async () => {
    const bytes = Number(await box.run('findmnt --noheadings --bytes --output SIZE /var'))
    expect(bytes).toBeGreaterThan(0.9 * (64e9 - 9.8e9))
    for (const path of ['/here', '/usr/here', '/usr/lib/hob/here'])
      expect((await box.try(`touch ${path}`)).output).toMatch(/Read-only file system/)
    expect((await box.try('mount -o remount,rw /')).status).not.toBe(0)
  })

  test('what was written is there after the plug was pulled, and it is the same box', async () => {
    await box.run('hob name Hearth')
    await box.kill()
    await start()
    expect(await whenStarted(box)).toBe('running')
    const { name, code: _, ...rest } = await identityOf(box)
    const { name: before, code: __, ...firstRest } = first
    expect(rest).toEqual(firstRest)
    expect(name).toContain('Hearth')
    expect(before).not.toContain('Hearth')
  })

  test('the power button ends it cleanly', async () => {
    await box.monitor('system_powerdown')
    await box.off
    await start()
    expect(await box.run('journalctl --boot=-1 --output=cat')).toContain('Power key pressed')
    // systemd's own words: an emulated processor's clock is late, too, as the kernel says
    const end = await box.run('journalctl --boot=-1 --output=cat _PID=1')
    expect(end).toContain('Reached target poweroff.target')
    expect(end).not.toMatch(/timed out|SIGKILL/)
    // the data was put away: e2fsck's word for a file system that was in use at the end
    expect(await box.run('journalctl --boot --output=cat')).not.toContain('recovering journal')
  })
})
