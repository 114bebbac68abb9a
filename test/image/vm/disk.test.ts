// What is on the disk: a root in which one byte was changed is found out; and the household's data, on a machine with a TPM, opens there
// alone, or with the recovery key.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { recoveryKeySchema } from '#appliance/contracts/system.ts'
import { dataPartition } from '#appliance/host/data-partition.ts'
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
const mebibyte = 1024 * 1024
/** After the ESP, which begins at the first MiB; a hundred MiB into the root, in the middle of what is used. */
const insideRootMiB = 1 + 1024 + 100

function byteAt(file: string, position: number): number {
  const image = openSync(file, 'r')
  const byte = Buffer.alloc(1)
  readSync(image, byte, { position })
  closeSync(image)
  return byte.readUInt8()
}

describe.skipIf(missing !== null)(`its disk${missing === null ? '' : ` (${missing})`}`, () => {
  let house: House
  let disk: Disk
  let box: Vm
  afterEach(async () => {
    await box.kill()
    disk.remove()
    await house.close()
  })

  test('one changed byte of the root is detected, and never read', async () => {
    house = createHouse()
    disk = flash(flashable())
    const at = insideRootMiB * mebibyte
    const other = byteAt(flashable(), at) ^ 0xff
    execFileSync('qemu-io', ['-c', `write -P ${other} ${at} 1`, disk.file], { stdio: 'ignore' })
    box = await startVm({ lan: house.lan, disk, name: 'box' })
    const { status, output } = await box.try('dd if=/dev/mapper/root of=/dev/null bs=1M skip=99 count=3')
    expect(output).toContain('Input/output error')
    expect(status).not.toBe(0)
    expect(await box.run('journalctl --boot --dmesg --output=cat')).toMatch(/verity: .*corrupted/)
  })

  test('with a TPM the data is sealed: it opens unattended here, and elsewhere with the recovery key alone', async () => {
    house = createHouse()
    disk = flash(flashable())
    const state = join(disk.folder, 'tpm')
    mkdirSync(state)
    const start = async (tpm: boolean): Promise<void> => {
      const socket = join(disk.folder, 'tpm.sock')
      if (tpm) {
        const args = [
          'socket',
          '--tpm2',
          '--tpmstate',
          `dir=${state}`,
          '--ctrl',
          `type=unixio,path=${socket}`,
        ]
        const swtpm = spawn('swtpm', [...args, '--terminate'], { stdio: 'ignore' })
        await once(swtpm, 'spawn')
      }
      box = await startVm({ lan: house.lan, disk, name: 'box', ...(tpm ? { tpm: socket } : {}) })
    }
    await start(true)
    const address = await addressOf(box)
    await whenAnswers(house.phone, address)
    expect(await box.run(`blkid -p -o value -s TYPE ${dataPartition}`)).toContain('crypto_LUKS')
    expect(await box.run('findmnt --noheadings --output SOURCE /var')).toContain('/dev/mapper/hob_data')
    const ask = await claim(house, box, address)
    expect(ask('GET', '/system/encryption').answer).toMatchObject({ byTpm: true, recoveryKey: false })
    const { key } = recoveryKeySchema.parse(ask('POST', '/system/recovery-key').answer)
    expect(ask('GET', '/system/encryption').answer).toMatchObject({ byTpm: true, recoveryKey: true })
    await box.run('hob name Sealed')
    await box.kill()

    await start(true)
    expect(await whenStarted(box)).toBe('running')
    expect(await box.run('hob name')).toContain('Sealed')
    await box.kill()

    await start(false)
    // the first stage says on the serial port, too, what it waits for
    await expect
      .poll(() => box.serial(), { timeout: 600_000, interval: 5_000 })
      .toMatch(/recovery key|passphrase/i)
    for (const letter of key) await press(box, letter === '-' ? 'minus' : letter)
    await press(box, 'ret')
    expect(await whenStarted(box)).toBe('running')
    expect(await box.run('hob name')).toContain('Sealed')
  })

  const press = async (vm: Vm, key: string): Promise<void> => {
    await vm.monitor('send-key', { keys: [{ type: 'qcode', data: key }] })
    await sleep(150)
  }
})
