// What goes wrong in a cupboard: no network, a clock that has stopped, a full disk, services that hang, crash and grow. The box recovers,
// or tells, and its page is reachable where it can be.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Disk, flash, startVm, type Vm } from '../qemu.ts'
import {
  addressOf,
  claim,
  createHouse,
  flashable,
  type House,
  houseUnavailable,
  whenAnswers,
  whenStarted,
} from './house.ts'

const missing = houseUnavailable()
const patience = { timeout: 600_000, interval: 2_000 }

describe.skipIf(missing !== null)(`what goes wrong${missing === null ? '' : ` (${missing})`}`, () => {
  let house: House
  let disk: Disk
  let box: Vm
  let address = ''
  const status = async (): Promise<string> => await whenAnswers(house.phone, address, 60_000)
  const restarts = async (unit: string): Promise<number> =>
    Number(await box.run(`systemctl show --property=NRestarts --value ${unit}`))

  describe('while it starts, without a network and with a clock of 2020', () => {
    beforeAll(async () => {
      house = createHouse()
      disk = flash(flashable())
      const clock = new Date('2020-01-01T00:00:00Z')
      box = await startVm({ lan: house.lan, disk, name: 'box', unplugged: true, clock })
    })
    afterAll(async () => {
      await box.kill()
      disk.remove()
      await house.close()
    })

    test('it runs all the same, and is there when the cable is plugged in', async () => {
      expect(await whenStarted(box)).toBe('running')
      expect(await box.run('ip -4 -o address show scope global')).toBe('')
      await box.monitor('set_link', { name: 'net', up: true })
      address = await addressOf(box)
      expect(await status()).toBe('200')
    })

    test('the clock goes on where the image was made, and locks nobody out', async () => {
      expect(await box.run('journalctl --boot --output=cat --grep="setting system clock to"')).toContain(
        ' 2020-',
      )
      await box.run('test "$(date +%s)" -ge "$(stat --format=%Y /usr/lib/clock-epoch)"')
      const ask = await claim(house, box, address)
      expect(ask('GET', '/system').status).toBe(200)
    })
  })

  describe('while it runs', () => {
    beforeAll(async () => {
      house = createHouse()
      disk = flash(flashable())
      box = await startVm({ lan: house.lan, disk, name: 'box', bus: 'nvme' })
      address = await addressOf(box)
      await whenAnswers(house.phone, address)
      await whenStarted(box)
    })
    afterAll(async () => {
      await box.kill()
      disk.remove()
      await house.close()
    })

    test('a service that hangs is started again by its watchdog', async () => {
      const before = await restarts('hob-models')
      await box.run('kill -STOP $(systemctl show --property=MainPID --value hob-models)')
      await expect.poll(() => restarts('hob-models'), patience).toBeGreaterThan(before)
      expect(await box.run('journalctl --boot --unit=hob-models --output=cat')).toContain('Watchdog timeout')
      expect(await status()).toBe('200')
    })

    test('a service that crashes ten times is back each time, and the page stays', async () => {
      for (let time = 0; time < 10; time++) {
        const before = await restarts('hob-models')
        await box.run('kill -KILL $(systemctl show --property=MainPID --value hob-models)')
        await expect.poll(() => restarts('hob-models'), patience).toBeGreaterThan(before)
        await expect
          .poll(() => box.run('systemctl show --property=MainPID --value hob-models'), patience)
          .not.toBe('0\n')
        expect(await status()).toBe('200')
      }
    })

    test('a service past its memory is ended alone, and the page says that it is away', async () => {
      await box.run('systemctl set-property --runtime hob-models.service MemoryMax=24M')
      await expect
        .poll(() => box.run('journalctl --boot --unit=hob-models --output=cat'), patience)
        .toMatch(/oom|out of memory/i)
      expect(await status()).toBe('200')
      await box.run('systemctl revert hob-models.service && systemctl restart hob-models.service')
      expect(await box.run('systemctl is-active hob-models')).toContain('active')
    })

    test('a disk that says of itself that it fails: the health tells, and which', async () => {
      const health = async (): Promise<string> => (await box.try('hob health --json')).output
      expect(await health()).not.toContain('disk_failing')
      // NVM Express base specification, critical warning: it takes no writes any more
      const property = { path: '/machine/peripheral/box-disk', property: 'smart_critical_warning' }
      await box.monitor('qom-set', { ...property, value: 8 })
      expect(await health()).toMatch(/The disk QEMU NVMe Ctrl \(\/dev\/nvme0n1\) says that it is failing/)
      await box.monitor('qom-set', { ...property, value: 0 })
      expect(await health()).not.toContain('disk_failing')
    })

    test('a full data partition: the page answers, and its health says so', async () => {
      await box.try('fallocate -l $(df --output=avail -B1 /var | tail -1) /var/lib/filler')
      await box.try('dd if=/dev/zero of=/var/lib/filler2 bs=1M')
      expect(await status()).toBe('200')
      const { status: code, output } = await box.try('hob health --json')
      expect(code).toBe(1)
      expect(output).toMatch(/"space"|"data"/)
      await box.run('rm /var/lib/filler /var/lib/filler2')
      await sleep(1_000)
      expect((await box.try('hob health --json')).output).not.toContain('"data_unwritable"')
      expect(await status()).toBe('200')
    })
  })
})
