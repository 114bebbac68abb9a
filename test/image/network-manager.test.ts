// The door to NetworkManager against the real one, which runs under real systemd on a machine of a test's LAN: the suite that its
// fake passes too, and what only a machine can show. It has no radio: Wi-Fi is tried where there is one.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createNetworkManager, type NetworkManager } from '#appliance/host/network-manager.ts'
import { networkManagerSuite } from '../contract/network-managers.ts'
import { lanUnavailable } from '../system/lan.ts'
import { type NetworkBox, networkBox } from './network-box.ts'
import { type Booted, busInto } from './nspawn.ts'
import { treeUnavailable } from './tree.ts'

const missing = lanUnavailable() ?? treeUnavailable()
const patienceMs = 300_000
const trialSeconds = 4
const first = { method: 'static' as const, address: '10.77.0.2/24', gateway: '10.77.0.1', dns: ['10.77.0.1'] }

describe.skipIf(missing !== null)(`NetworkManager${missing === null ? '' : ` (${missing})`}`, () => {
  let made: NetworkBox
  let box: Booted
  let network: NetworkManager
  const boot = async (): Promise<void> => {
    box = await made.boot()
    network = createNetworkManager({ address: busInto(box), trialSeconds })
    await isUp()
  }
  const addresses = async (): Promise<string[]> =>
    (await network.read()).interfaces.flatMap((one) => one.addresses)
  const isUp = async (): Promise<void> => {
    await vi.waitFor(
      async () => {
        const { interfaces } = await network.read()
        expect(interfaces.map((one) => one.state)).toEqual(['connected'])
        // NetworkManager says so with an address of IPv6 alone, too
        expect(await addresses()).toContainEqual(expect.stringContaining('.'))
      },
      { timeout: 20_000, interval: 200 },
    )
  }
  beforeAll(async () => {
    made = networkBox({ withHob: false })
    await boot()
  }, patienceMs)
  afterAll(async () => {
    await box.powerOff()
    made.remove()
  }, patienceMs)

  networkManagerSuite(() =>
    Promise.resolve({
      network,
      device: 'eth0',
      first,
      air: null,
      restart: async () => {
        const pid = box.mainPid('NetworkManager')
        box.run('systemctl', 'kill', '--signal=KILL', 'NetworkManager')
        await expect
          .poll(() => box.mainPid('NetworkManager'), { timeout: 20_000 })
          .toSatisfy((now) => now !== 0 && now !== pid)
        await isUp()
      },
      passTrial: async () => {
        const pending = async () => (await network.read()).pending
        await expect.poll(pending, { timeout: (trialSeconds + 5) * 1_000 }).toBeNull()
      },
    }),
  )

  test('a change that was not confirmed does not survive the machine', async () => {
    const { apply } = await network.change('eth0', {
      ...first,
      address: '10.88.0.4/24',
      gateway: '10.88.0.1',
    })
    await apply()
    await expect.poll(addresses).toContain('10.88.0.4/24')
    await box.powerOff()
    await boot()
    await expect.poll(addresses).toContain(first.address)
    expect(await addresses()).not.toContain('10.88.0.4/24')
  })

  test('a change says when it will be undone, to the second', async () => {
    const { pending } = await network.change('eth0', { method: 'automatic' })
    const leftMs = Date.parse(pending.confirmBy) - Date.now()
    expect(leftMs).toBeGreaterThan((trialSeconds - 2) * 1_000)
    expect(leftMs).toBeLessThanOrEqual(trialSeconds * 1_000 + 100)
    await network.revert(pending.id)
  })
})
