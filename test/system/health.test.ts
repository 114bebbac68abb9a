// The health of a real box on a network of its own, with its data on a small disk: well when it is, and told when it is not, by
// `hob health` and its exit status.
import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { auditRoutes } from '#appliance/contracts/audit.ts'
import {
  type CheckName,
  type CheckResult,
  checkResultSchema,
  type HealthChecks,
  healthCheckRoutes,
  healthChecksSchema,
} from '#appliance/contracts/health-checks.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import { type Client, createClient } from '#appliance/ipc/client.ts'
import { socketPath } from '#appliance/ipc/serve.ts'
import { type Box, root, startBox } from './box.ts'
import { createLan, type Lan, lanUnavailable, type Machine } from './lan.ts'

const why = lanUnavailable()
const diskBytes = 512 * 1024 * 1024

describe.skipIf(why !== null)(`a box’s health${why === null ? '' : ` (skipped: ${why})`}`, () => {
  let lan: Lan
  let machine: Machine
  let disk: string
  let box: Box
  let client: Client
  const principal = localOwner('socket')

  beforeAll(async () => {
    disk = mkdtempSync(join(tmpdir(), 'hob-health-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes}`, 'hob-test', disk])
    lan = createLan()
    machine = lan.machine('h', '10.79.0.1')
    box = await startBox({
      dataDir: disk,
      enter: machine.enter,
      environment: {
        HOB_TLS: 'on',
        HOB_LISTEN: '::',
        HOB_PORT: '4620',
        // no avahi, wherever this runs
        DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/nonexistent',
      },
    })
    client = createClient({ service: 'api', socketPath: socketPath(join(disk, 'run'), 'api') })
  }, 240_000)
  afterAll(async () => {
    client?.close()
    await box?.stop()
    lan?.close()
    execFileSync('umount', [disk])
    rmSync(disk, { recursive: true, force: true })
  })

  const hob = (...args: string[]): Promise<{ code: number; out: string }> =>
    new Promise((resolve) => {
      const options = { cwd: root, env: box.environment, timeout: 100_000 }
      const child = execFile(process.execPath, ['appliance/cli/hob.mjs', ...args], options, (_, out) =>
        resolve({ code: child.exitCode ?? -1, out }),
      )
    })
  const run = (...checks: CheckName[]): Promise<HealthChecks> =>
    client.call(healthCheckRoutes.run, { json: { checks } }, { principal, timeoutMs: 100_000 })
  const of = ({ checks }: HealthChecks, name: CheckName): CheckResult | undefined =>
    checks.find(({ check }) => check === name)

  /** What the disk still takes, but for so much, in a file that can be removed again. */
  const fill = (leave: number): (() => void) => {
    const filler = join(disk, 'filler')
    const { bavail, bsize } = statfsSync(disk)
    writeFileSync(filler, Buffer.alloc(bavail * bsize - leave))
    return () => rmSync(filler)
  }

  test('nothing was checked before somebody asked', async () => {
    const { verdict, checks } = await client.call(healthCheckRoutes.last, {}, { principal })
    expect(verdict).toBe('unknown')
    expect(new Set(checks.map(({ state }) => state))).toEqual(new Set(['not_run']))
  })

  test('a well box answers on its address, over TLS, with a page, a token and its name', async () => {
    // its name is told to the network some seconds after the start
    await expect
      .poll(async () => of(await run('name'), 'name'), { timeout: 100_000, interval: 1_000 })
      .toMatchObject({ state: 'ok' })
    const { code, out } = await hob('health', '--json')
    const { verdict, checks } = healthChecksSchema.parse(JSON.parse(out))
    expect(Object.fromEntries(checks.map(({ check, state }) => [check, state]))).toMatchObject({
      data: 'ok',
      space: 'ok',
      lan: 'ok',
      page: 'ok',
      model: 'ok',
      name: 'ok',
      clock: 'ok',
      disks: 'not_measured',
    })
    // of the machine's heat nobody here is sure
    expect(code).toBe(verdict === 'healthy' ? 0 : 1)
    const gate = await hob('health', '--gate')
    expect(gate.out).toContain('The box is healthy.')
    expect(gate.code).toBe(0)
  })

  test('a disk that is nearly full is told, and what downloads left is removed for the asking', async () => {
    const free = fill(20 * 1024 * 1024)
    const unfinishedBytes = 4 * 1024 * 1024
    writeFileSync(join(disk, 'models/files/gone.gguf.part'), Buffer.alloc(unfinishedBytes))
    const { code, out } = await hob('health')
    expect(code).toBe(1)
    expect(out).toMatch(/space +serious +The disk is nearly full/)
    expect(out).toContain('Or: hob health fix space')
    expect(of(await run('space'), 'space')).toMatchObject({
      issue: { code: 'space_out_elsewhere', fixable: true, values: { unfinishedBytes } },
    })
    const fixed = await hob('health', 'fix', 'space', '--json')
    expect(fixed.code).toBe(1)
    expect(checkResultSchema.parse(JSON.parse(fixed.out))).toMatchObject({ issue: { fixable: false } })
    const { entries } = await client.call(auditRoutes.list, { query: { action: 'health.*' } }, { principal })
    expect(entries).toMatchObject([{ action: 'health.fixed', outcome: 'done', target: 'space' }])
    free()
    expect(await run('space')).toMatchObject({ verdict: 'healthy' })
  })

  test('a full disk is serious, keeps the box answering, and is over when it is over', async () => {
    const free = fill(0)
    const found = await run('data', 'lan', 'page')
    expect(of(found, 'data')).toMatchObject({ issue: { code: 'data_full', severity: 'serious' } })
    expect(of(found, 'lan')).toMatchObject({ state: 'ok' })
    expect((await hob('health', '--gate')).code).toBe(1)
    free()
    expect(await run('data')).toMatchObject({ verdict: 'healthy' })
  })

  test('without an address there is nothing to reach, and that is no issue', async () => {
    machine.run('ip', 'address', 'flush', 'dev', 'eth0')
    const found = await run('lan', 'page')
    expect(of(found, 'lan')).toMatchObject({ state: 'not_measured', reason: { code: 'no_network' } })
    // which is asked for on this machine now
    expect(of(found, 'page')).toMatchObject({ state: 'ok' })
    expect(found.verdict).toBe('healthy')
  })
})
