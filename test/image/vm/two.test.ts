// Two boxes from one file in one house: each is a box of its own, and where both are given one name, one of them takes another.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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
} from './house.ts'

const missing = houseUnavailable()

describe.skipIf(missing !== null)(
  `two boxes from one image${missing === null ? '' : ` (${missing})`}`,
  () => {
    let house: House
    const disks: Disk[] = []
    const boxes: Vm[] = []
    const addresses: string[] = []
    beforeAll(async () => {
      house = createHouse()
      for (const name of ['one', 'two']) {
        const disk = flash(flashable())
        disks.push(disk)
        boxes.push(await startVm({ lan: house.lan, disk, name, memoryMB: 2_048 }))
      }
      for (const box of boxes) addresses.push(await addressOf(box))
      for (const address of addresses) await whenAnswers(house.phone, address)
    })
    afterAll(async () => {
      for (const box of boxes) await box.kill()
      for (const disk of disks) disk.remove()
      await house.close()
    })

    test('nothing that tells them apart is shared', async () => {
      const [one = {}, two = {}] = await Promise.all(boxes.map(identityOf))
      expect(Object.keys(one).length).toBeGreaterThanOrEqual(5)
      for (const [what, value] of Object.entries(one)) {
        expect(value, what).not.toBe('')
        expect(two[what], what).not.toBe(value)
      }
    })

    test('the same name for both: one takes another, and both are found', async () => {
      for (const box of boxes) await box.run('hob name --host hearth')
      const hosts = async (): Promise<string[]> =>
        await Promise.all(
          boxes.map(async (box) => (JSON.parse(await box.run('hob name --json')) as { host: string }).host),
        )
      await expect
        .poll(async () => new Set(await hosts()).size, { timeout: 300_000, interval: 5_000 })
        .toBe(2)
      expect(await hosts()).toContain('hearth.local')
      const avahi = await startAvahi(house.phone)
      try {
        for (const [index, host] of (await hosts()).entries())
          await expect
            .poll(() => avahi.run('avahi-resolve', '-4n', host), { timeout: 60_000, interval: 1_000 })
            .toContain(addresses[index])
      } finally {
        avahi.stop()
      }
    })
  },
)
