// Memory, graphics and neural processors where the recorded machines have no such case.
import { describe, expect, test } from 'vitest'
import type { FactSheet } from '#appliance/contracts/hardware.ts'
import { createLibrary } from '#appliance/hardware/library.ts'
import { type Content, contentsOf, probeOf, readMachineFile } from '#test/fakes/recorded-machine.ts'

const machine = readMachineFile('intel-n100')

const withFiles = (files: Readonly<Record<string, string | { link: string }>>): Promise<FactSheet> => {
  const contents = new Map<string, Content>(contentsOf(machine))
  for (const [path, content] of Object.entries(files))
    contents.set(path, typeof content === 'string' ? Buffer.from(content) : content)
  return probeOf(machine, contents).read()
}

const device = (address: string, vendor: string, id: string, code: string): Record<string, string> => ({
  [`/sys/bus/pci/devices/${address}/vendor`]: `0x${vendor}\n`,
  [`/sys/bus/pci/devices/${address}/device`]: `0x${id}\n`,
  [`/sys/bus/pci/devices/${address}/class`]: `0x${code}\n`,
})

describe('memory', () => {
  test('a limit beyond what is there is none', async () => {
    const { memory } = await withFiles({ '/sys/fs/cgroup/user.slice/memory.max': `${64 * 1024 ** 3}\n` })
    expect(memory.limitBytes).toEqual({ status: 'not_measured', reason: 'no memory limit is set' })
  })

  test('a total of 0 is a reason, not a size', async () => {
    const { memory } = await withFiles({ '/proc/meminfo': 'MemTotal: 0 kB\n' })
    expect(memory.totalBytes).toEqual({ status: 'not_measured', reason: '/proc/meminfo says 0' })
  })
})

describe('graphics', () => {
  const vram = { '/sys/bus/pci/devices/0000:03:00.0/mem_info_vram_total': '17163091968\n' }
  const amd = { ...device('0000:03:00.0', '1002', '7fff', '030000'), ...vram }
  const gpu = (facts: FactSheet) => facts.gpus.find(({ vendor }) => vendor === 'amd')

  test('of AMD’s in one slot with AMD’s other functions are part of the processor, whatever their id', async () => {
    const facts = await withFiles({ ...amd, ...device('0000:03:00.5', '1022', '15e2', '048000') })
    expect(gpu(facts)).toMatchObject({ integrated: true, memoryBytes: { value: 17163091968 } })
  })

  test('of AMD’s in a slot of their own are a card', async () => {
    const facts = await withFiles({ ...amd, ...device('0000:03:00.1', '1002', 'ab28', '040300') })
    expect(gpu(facts)).toMatchObject({
      integrated: false,
      name: 'AMD graphics 1002:7fff',
      driver: { status: 'not_measured' },
    })
  })

  test('with 0 bytes have told nothing', async () => {
    const facts = await withFiles({ ...amd, '/sys/bus/pci/devices/0000:03:00.0/mem_info_vram_total': '0\n' })
    expect(gpu(facts)?.memoryBytes).toEqual({
      status: 'not_measured',
      reason: 'the driver reports no memory',
    })
  })

  test('of Intel’s on a bus of their own are a card; udev’s database names them', async () => {
    const facts = await withFiles({
      ...device('0000:03:00.0', '8086', '56a0', '030000'),
      '/run/udev/data/+pci:0000:03:00.0': 'E:ID_MODEL_FROM_DATABASE=DG2 [Arc A770]\n',
    })
    expect(facts.gpus.map(({ name, integrated }) => [name, integrated])).toEqual([
      ['Intel UHD Graphics (Alder Lake-N)', true],
      ['DG2 [Arc A770]', false],
    ])
  })
})

describe('neural processors', () => {
  test('of Rockchip’s own kernels show on the platform bus', async () => {
    const { npus } = await withFiles({ '/sys/bus/platform/drivers/RKNPU/bind': '' })
    expect(npus.map(({ name, driver }) => [name, driver.status])).toEqual([['Rockchip NPU', 'known']])
  })

  test('are counted once when they have both a node and a place on the bus', async () => {
    const { npus } = await withFiles({
      ...device('0000:00:0b.0', '8086', '7d1d', '120000'),
      '/sys/class/accel/accel0/device': { link: '../../../0000:00:0b.0' },
    })
    expect(npus.map(({ name }) => name)).toEqual(['Intel NPU (Meteor Lake)'])
  })
})

test('a virtual disk does not say that it spins', async () => {
  const { disks } = await withFiles({
    '/sys/block/vda/size': '8192\n',
    '/sys/block/vda/queue/rotational': '1\n',
  })
  expect(disks.find((disk) => disk.device === '/dev/vda')).toMatchObject({
    sizeBytes: { value: 4_194_304 },
    rotational: { status: 'not_measured' },
  })
})

test('the library starts no program for a user who would get no answer', async () => {
  const library = createLibrary({ platform: 'linux', isRoot: false, timeoutMs: 1000 })
  expect([await library.mac(), await library.memoryModules()]).toEqual([null, []])
})
