// The services as a container, from the archive that a person would load, run by podman as they would run it, on a LAN of its own:
// a phone reaches the page, nobody inside is root, and what the box is outlives its container.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLan, type Lan, lanUnavailable, type Machine } from '../../system/lan.ts'
import { whenAnswers } from '../vm/house.ts'
import { made } from './made.ts'

const missing = lanUnavailable() ?? (existsSync('/usr/bin/podman') ? null : 'missing: /usr/bin/podman')
const image = 'localhost/hob'
const patienceMs = 600_000

/** crun takes one hierarchy of cgroups, not the two that some machines have; whatever is mounted here leaves with its command. */
const alone = `umount -R /sys/fs/cgroup; mount -t cgroup2 cgroup2 /sys/fs/cgroup; exec "$0" "$@"`

describe.skipIf(missing !== null)(
  `the services in a container${missing === null ? '' : ` (${missing})`}`,
  () => {
    let lan: Lan
    let machine: Machine
    let phone: Machine
    let folder: string
    let container: ChildProcess
    const enter = (args: readonly string[]): string[] => {
      const store = [`--root=${join(folder, 'store')}`, `--runroot=${join(folder, 'run')}`]
      const quiet = ['--cgroup-manager=cgroupfs', '--events-backend=file']
      return ['--mount', 'sh', '-ec', alone, 'podman', ...store, ...quiet, ...args]
    }
    const podman = (...args: string[]): string =>
      execFileSync('unshare', enter(args), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    const hob = (...args: string[]): unknown => JSON.parse(podman('exec', 'hob', 'hob', ...args, '--json'))

    const start = async (): Promise<string> => {
      // a test machine's own limits may be lower than what podman would set
      const limits = ['--cgroups=disabled', '--ulimit=nofile=4096:4096', '--ulimit=nproc=4096:4096']
      const where = [`--network=ns:/run/netns/${machine.name}`, '--volume=hob:/data']
      const args = enter(['run', '--rm', '--name=hob', ...limits, ...where, tag()])
      container = spawn('unshare', args, { stdio: ['ignore', 'ignore', 'inherit'] })
      return whenAnswers(phone, `${machine.address}:4620`, patienceMs)
    }
    const stop = async (): Promise<number | null> => {
      const ended = once(container, 'exit')
      podman('stop', '--time=20', 'hob')
      const [status] = (await ended) as [number | null]
      return status
    }
    const tag = (): string => podman('images', '--format={{.Repository}}:{{.Tag}}').trim()

    beforeAll(async () => {
      lan = createLan()
      machine = lan.machine('box', '10.77.0.2')
      phone = lan.machine('phone', '10.77.0.3')
      folder = mkdtempSync(join(tmpdir(), 'hob-container-'))
      podman('load', '--quiet', `--input=${made('.oci.tar')}`)
      const began = performance.now()
      expect(await start()).toBe('200')
      process.stderr.write(`container to page: ${((performance.now() - began) / 1_000).toFixed(1)} s\n`)
    }, patienceMs)
    afterAll(async () => {
      if (container.exitCode === null) await stop()
      lan.close()
      rmSync(folder, { recursive: true })
    }, patienceMs)

    test('is known to podman by its name, its version and what it says of itself', () => {
      expect(tag()).toMatch(/^localhost\/hob:\d+\.\d+\.\d+$/)
      const [{ Labels: labels } = { Labels: {} }] = JSON.parse(podman('image', 'inspect', tag())) as {
        Labels: Record<string, string>
      }[]
      expect(labels).toMatchObject({
        'org.opencontainers.image.version': tag().replace(`${image}:`, ''),
        'org.opencontainers.image.licenses': 'Apache-2.0',
      })
    })

    test('nobody in it is root, or could become it by a right that it has', () => {
      const status = podman('exec', 'hob', 'sh', '-c', 'cat /proc/[0-9]*/status || true')
      const users = [...status.matchAll(/^Uid:\t(\d+)/gm)].map(([, user]) => user)
      expect(users.length).toBeGreaterThanOrEqual(3)
      expect(new Set(users)).toEqual(new Set(['1000']))
      expect(new Set([...status.matchAll(/^CapEff:\t(\w+)/gm)].map(([, rights]) => rights))).toEqual(
        new Set(['0000000000000000']),
      )
    })

    test('nothing of the program can be written by it', () => {
      const found = podman('exec', 'hob', 'find', '/usr', '-writable', '-not', '-type', 'l')
      expect(found).toBe('')
    })

    test('what the box is outlives its container, which ends when it is asked to', async () => {
      const before = hob('name')
      expect(await stop()).toBe(0)
      expect(await start()).toBe('200')
      expect(hob('name')).toEqual(before)
      expect(hob('claim', '--code')).toMatchObject({ code: expect.stringMatching(/./) })
    }, 120_000)
  },
)
