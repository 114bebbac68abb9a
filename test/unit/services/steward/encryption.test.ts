// What the steward says of the data's encryption, and the keys that it makes: one after the other, shown once, written nowhere.
import { afterEach, expect, test, vi } from 'vitest'
import { encryptionSchema, recoveryKeySchema } from '#appliance/contracts/system.ts'
import type { Host } from '#appliance/hardware/host.ts'
import { dataPartition, readSeal } from '#appliance/host/data-partition.ts'
import { createApp } from '#appliance/ipc/app.ts'
import { createLog } from '#appliance/log.ts'
import { registerEncryption } from '#services/steward/encryption.ts'
import { createFakeHost } from '#test/fakes/host/make.ts'
import type { FakeState } from '#test/fakes/host/state.ts'

const leave: (() => void)[] = []
afterEach(() => {
  vi.unstubAllEnvs()
  for (const end of leave.splice(0)) end()
})

function open(partition: FakeState['partitions'][string] | null, ...devices: string[]) {
  const programs = createFakeHost({ partitions: partition === null ? {} : { [dataPartition]: partition } })
  leave.push(programs.remove)
  for (const [name, value] of Object.entries(programs.environment)) vi.stubEnv(name, value)
  const files = partition === null ? devices : [dataPartition, ...devices]
  const host: Host = {
    readFile: async () => await Promise.resolve({ ok: false, reason: 'not of this test' }),
    readLink: async () => await Promise.resolve(null),
    list: async () => await Promise.resolve([]),
    exists: async (path) => await Promise.resolve(files.includes(path)),
  }
  const logged: string[] = []
  const log = createLog({ service: 'steward', level: 'debug', write: (line) => logged.push(line) })
  const app = createApp({ log })
  registerEncryption(app, { host, log })
  return {
    programs,
    logged,
    state: async () => encryptionSchema.parse(await (await app.request('/encryption')).json()),
    make: async () => await app.request('/recovery-key', { method: 'POST' }),
  }
}
const sealed = (): FakeState['partitions'][string] => ({ isEncrypted: true, keys: [] })
const keyOf = async (answer: Response): Promise<string> => recoveryKeySchema.parse(await answer.json()).key

test('it tells what the disk is, and why it is plain', async () => {
  expect(await open(null).state()).toEqual({ state: 'not_ours' })
  expect(await open({ isEncrypted: false }).state()).toEqual({ state: 'plain', hasTpm: false })
  expect(await open({ isEncrypted: false }, '/dev/tpmrm0').state()).toEqual({ state: 'plain', hasTpm: true })
  expect(await open(sealed(), '/dev/tpmrm0').state()).toEqual({
    state: 'encrypted',
    cipher: 'aes-xts-plain64',
    keyBits: 512,
    byTpm: true,
    recoveryKey: false,
  })
})

test('no key is made for what no TPM seals, and no program is asked for one', async () => {
  for (const partition of [null, { isEncrypted: false } as const]) {
    const { make, programs } = open(partition, '/dev/tpmrm0')
    const answer = await make()
    expect([answer.status, answer.headers.get('x-hob-error')]).toEqual([409, 'data_not_sealed'])
    expect(programs.calls().flat()).not.toContain('systemd-cryptenroll')
  }
})

test('of keys that are wanted at once, the last to be answered is the one that opens', async () => {
  const { make, programs, state } = open(sealed(), '/dev/tpmrm0')
  const answered: string[] = []
  await Promise.all(
    [1, 2, 3].map(async () => {
      const answer = await make()
      expect(answer.status).toBe(201)
      answered.push(await keyOf(answer))
    }),
  )
  expect(new Set(answered).size).toBe(3)
  expect(programs.state().partitions[dataPartition]).toEqual({ isEncrypted: true, keys: answered.slice(-1) })
  expect(await state()).toMatchObject({ recoveryKey: true })
  expect(await readSeal(dataPartition)).toMatchObject({ recoveryKey: true })
}, 120_000)

test('one that could not be made does not keep the next from being made', async () => {
  const { make, programs } = open(sealed(), '/dev/tpmrm0')
  const path = programs.environment.PATH
  vi.stubEnv('PATH', '/nowhere')
  expect((await make()).headers.get('x-hob-error')).toBe('program_missing')
  vi.stubEnv('PATH', path)
  expect((await make()).status).toBe(201)
}, 120_000)

test('the key is in no argument list and no line of the log', async () => {
  const { make, programs, logged } = open(sealed(), '/dev/tpmrm0')
  const key = await keyOf(await make())
  expect(programs.calls().at(-1)).toEqual([
    'systemd-cryptenroll',
    '--unlock-tpm2-device=auto',
    '--recovery-key',
    '--wipe-slot=recovery',
    '--',
    dataPartition,
  ])
  expect(programs.calls().flat().join(' ')).not.toContain(key.slice(0, 8))
  expect(logged.join('\n')).toContain('the data has a new recovery key')
  expect(logged.join('\n')).not.toContain(key.slice(0, 8))
}, 120_000)
