// The fakes of cryptsetup and systemd-cryptenroll, and the programs themselves on files, with a TPM in software.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, vi } from 'vitest'
import { createFakeHost, type FakeHost } from '../fakes/host/make.ts'
import { dataPartitions } from './data-partitions.ts'

describe('the fakes', () => {
  let host: FakeHost
  beforeAll(() => {
    host = createFakeHost({
      partitions: { '/dev/plain': { isEncrypted: false }, '/dev/sealed': { isEncrypted: true, keys: [] } },
    })
    for (const [name, value] of Object.entries(host.environment)) vi.stubEnv(name, value)
  })
  afterAll(() => {
    vi.unstubAllEnvs()
    host.remove()
  })
  dataPartitions(() => ({ plain: '/dev/plain', sealed: '/dev/sealed', tpm: 'auto' }))
})

const missing = whatIsMissing()
describe.skipIf(missing !== null)(`the programs${missing === null ? '' : ` (${missing})`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'hob-luks-'))
  const socket = join(folder, 'tpm')
  const tpm = `swtpm:path=${socket}`
  const disk = (name: string): string => join(folder, name)
  let chip: ChildProcess
  beforeAll(async () => {
    mkdirSync(disk('state'))
    const [server, control] = [`type=unixio,path=${socket}`, `type=unixio,path=${socket}.ctrl`]
    const flags = ['--tpm2', '--flags', 'startup-clear,not-need-init', '--tpmstate', `dir=${disk('state')}`]
    chip = spawn('swtpm', ['socket', ...flags, '--server', server, '--ctrl', control], { stdio: 'ignore' })
    const listens = (): void => expect([socket, `${socket}.ctrl`].every(existsSync)).toBe(true)
    await vi.waitFor(listens, { timeout: 20_000 })
    for (const [name, bytes] of [
      ['plain', 1_048_576],
      ['sealed', 33_554_432],
    ] as const) {
      writeFileSync(disk(name), '')
      truncateSync(disk(name), bytes)
    }
    writeFileSync(disk('key'), 'first', { mode: 0o600 })
    const quick = ['--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000']
    run('cryptsetup', 'luksFormat', '--batch-mode', '--type', 'luks2', ...quick, disk('sealed'), disk('key'))
    const seal = [`--unlock-key-file=${disk('key')}`, `--tpm2-device=${tpm}`, '--wipe-slot=password']
    run('systemd-cryptenroll', ...seal, disk('sealed'))
  }, 60_000)
  afterAll(async () => {
    const ended = once(chip, 'exit')
    chip.kill()
    await ended
    rmSync(folder, { recursive: true })
  })
  dataPartitions(() => ({ plain: disk('plain'), sealed: disk('sealed'), tpm }))
})

function run(program: string, ...args: string[]): void {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
}

/** systemd-cryptenroll opens with a TPM since 256. */
function whatIsMissing(): string | null {
  const version = (program: string): string =>
    spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout ?? ''
  for (const program of ['swtpm', 'cryptsetup']) if (version(program) === '') return `needs ${program}`
  const systemd = Number(/^systemd (\d+)/.exec(version('systemd-cryptenroll'))?.[1] ?? 0)
  return systemd < 256 ? 'needs systemd-cryptenroll 256 or newer' : null
}
